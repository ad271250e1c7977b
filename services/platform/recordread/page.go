package recordread

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ListRequest is what the requests of all lists have.
type ListRequest interface {
	GetPageSize() int32
	GetPageToken() string
	GetReadTime() *timestamppb.Timestamp
}

// Page is one page of a walk. The whole walk reads the record as it stood at its first page.
type Page struct {
	// At is the record time to read at.
	At recordtime.Time
	// Size is how many rows it has at most. One more is read, to know whether more follow.
	Size int
	// After are the keys of the last row before it; none on the first page.
	After []any

	binding paging.Binding
}

// Begin reads where a page starts. params are the request's other parameters: a token of a
// request with others is refused. Errors are those of At, and of package paging.
func Begin(ctx context.Context, record Extent, method string, req ListRequest, params ...string) (Page, error) {
	size, err := paging.Size(req.GetPageSize())
	if err != nil {
		return Page{}, err
	}
	readTime := ""
	if req.GetReadTime() != nil {
		at, err := parse(req.GetReadTime())
		if err != nil {
			return Page{}, err
		}
		readTime = at.String()
	}
	p := Page{Size: size, binding: paging.Bind(method, append(params, readTime)...)}
	token, err := paging.Decode(req.GetPageToken(), p.binding)
	switch {
	case err != nil:
		return Page{}, err
	case token.First():
		p.At, err = At(ctx, record, req.GetReadTime())
	default:
		p.At, p.After = token.ReadTime, token.Keys
		err = settled(ctx, record, "page_token", token.ReadTime)
	}
	return p, err
}

// Number is the key of a list that goes by one number; 0 on the first page. A token with
// other keys is INVALID_ARGUMENT, reason PAGE_TOKEN_MISMATCH.
func (p Page) Number() (int64, error) {
	if len(p.After) == 0 {
		return 0, nil
	}
	number, ok := p.After[0].(int64)
	if !ok || len(p.After) > 1 {
		return 0, paging.ErrMismatch()
	}
	return number, nil
}

// Next makes the token of the page after the one that ends with keys.
func (p Page) Next(keys ...any) (string, error) {
	return paging.Token{ReadTime: p.At, Keys: keys}.Encode(p.binding)
}

// Ordered is a resource that knows where it stands in a list.
type Ordered interface{ OrderKey(field string) any }

// End cuts the row off that was read beyond a page, and makes the token of the next one; ""
// on the last page.
func End[T Ordered](p Page, rows []T, order listquery.Order) (page []T, next string, err error) {
	page, more := paging.Trim(rows, p.Size)
	if !more {
		return page, "", nil
	}
	keys := make([]any, len(order))
	for i, field := range order {
		keys[i] = page[len(page)-1].OrderKey(field.Field)
	}
	next, err = p.Next(keys...)
	return page, next, err
}
