package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/onrecord/onrecord/services/cli/internal/client"
)

// A pageReader reads a listing: one page of it, or all.
type pageReader struct {
	client *client.Client
	path   string
	query  url.Values
	paging Paging
	// items is the name of the answer's list in JSON, such as "statements".
	items string
}

// listing is what was read.
type listing struct {
	// fields is the answer in JSON; of several pages the first, whose list is that
	// of all and whose token is that of the last.
	fields map[string]json.RawMessage
	// items is its list.
	items []json.RawMessage
	// next asks for more; "" at the end.
	next string
}

func (r pageReader) read(ctx context.Context) (*listing, error) {
	r.paging.add(r.query)
	result, err := r.page(ctx)
	for err == nil && r.paging.All && result.next != "" {
		var page *listing
		r.query.Set("page_token", result.next)
		if page, err = r.page(ctx); err != nil {
			break
		}
		result.items, result.next = append(result.items, page.items...), page.next
	}
	return result, err
}

func (r pageReader) page(ctx context.Context) (*listing, error) {
	answer, err := r.client.Get(ctx, r.path, r.query)
	if err != nil {
		return nil, err
	}
	page := &listing{}
	if err := json.Unmarshal(answer, &page.fields); err != nil {
		return nil, fmt.Errorf("the server's answer is no JSON object: %w", err)
	}
	for field, into := range map[string]any{r.items: &page.items, "nextPageToken": &page.next} {
		if value, ok := page.fields[field]; ok {
			if err := json.Unmarshal(value, into); err != nil {
				return nil, fmt.Errorf("%s of the server's answer: %w", field, err)
			}
		}
	}
	return page, nil
}

// printJSON prints the listing as one answer.
func (l *listing) printJSON(process Process, items string) error {
	var err error
	if l.fields[items], err = json.Marshal(l.items); err != nil {
		return fmt.Errorf("put the pages together: %w", err)
	}
	if l.items == nil {
		l.fields[items] = json.RawMessage("[]")
	}
	delete(l.fields, "nextPageToken")
	if l.next != "" {
		if l.fields["nextPageToken"], err = json.Marshal(l.next); err != nil {
			return fmt.Errorf("put the pages together: %w", err)
		}
	}
	answer, err := json.Marshal(l.fields)
	if err != nil {
		return fmt.Errorf("put the pages together: %w", err)
	}
	return printJSON(process, answer)
}

// note says on standard error what a table cannot: that there is nothing, or
// more.
func (l *listing) note(process Process, what string) {
	switch {
	case l.next != "":
		fmt.Fprintf(process.Err, "there is more: --all fetches every page, --page-token %s the next\n", l.next)
	case len(l.items) == 0:
		fmt.Fprintf(process.Err, "no %s\n", what)
	}
}
