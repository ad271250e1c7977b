package transfer

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// What may have to wait until everything else is on record.
const (
	linksLater       = "links"
	membershipsLater = "memberships"
	mergeLater       = "redirectTo"
)

// later is a field of a resource that follows at the end, since it may refer to
// what stands further down in the file.
type later struct {
	Line int    `json:"line"`
	Name string `json:"name"`
	// Field is one of those above.
	Field string `json:"field"`
	// Value is its value: a JSON object with the field in it, or the statement to
	// merge into.
	Value json.RawMessage `json:"value"`
	// Row is the row as it stands in the file, for the rejects.
	Row string `json:"row"`
}

// clear takes the field from a resource.
func (l later) clear(message proto.Message) {
	switch message := message.(type) {
	case *statementsv1.Statement:
		if l.Field == linksLater {
			message.Links = nil
		}
	case *statementsv1.Entity:
		message.Memberships = nil
	}
}

// laterOf postpones a field of an item.
func laterOf(it item, field string) later {
	one := later{Line: it.row.Line, Name: interchange.NameOf(it.message), Field: field, Row: string(it.row.Text)}
	var value proto.Message
	switch message := it.message.(type) {
	case *statementsv1.Entity:
		value = &statementsv1.Entity{Memberships: message.GetMemberships()}
	case *statementsv1.Statement:
		value = &statementsv1.Statement{Links: message.GetLinks()}
		if field == mergeLater {
			value = &statementsv1.Statement{RedirectTo: message.GetRedirectTo()}
		}
	}
	// What was read can be written.
	one.Value, _ = interchange.Marshal(value)
	return one
}

// openOf are the fields of an item that the resource on record does not have
// yet: an import may have ended before it came to them.
func openOf(it item, have proto.Message) []later {
	var open []later
	switch message := it.message.(type) {
	case *statementsv1.Entity:
		found, _ := have.(*statementsv1.Entity)
		if len(message.GetMemberships()) > 0 && len(found.GetMemberships()) == 0 {
			open = append(open, laterOf(it, membershipsLater))
		}
	case *statementsv1.Statement:
		found, _ := have.(*statementsv1.Statement)
		if len(message.GetLinks()) > 0 && len(found.GetLinks()) == 0 {
			open = append(open, laterOf(it, linksLater))
		}
		if message.GetRedirectTo() != "" && found.GetRedirectTo() == "" {
			open = append(open, laterOf(it, mergeLater))
		}
	}
	return open
}

// postpone keeps fields for the end.
func (i *Import) postpone(all ...later) error {
	if len(all) == 0 {
		return nil
	}
	i.later = append(i.later, all...)
	if i.State == nil {
		return nil
	}
	return i.State.postpone(all)
}

// finish does what was postponed. Merges come last, since nothing can be changed
// of what is merged, and one into a statement before that statement is merged
// itself.
func (i *Import) finish(ctx context.Context) error {
	var merges []later
	for _, one := range i.later {
		if one.Field == mergeLater {
			merges = append(merges, one)
			continue
		}
		_, err := i.Server.Call(ctx, http.MethodPatch, one.Name, url.Values{"update_mask": {one.Field}}, one.Value)
		if err := i.finished(one, err); err != nil {
			return err
		}
	}
	for len(merges) > 0 {
		ready := slices.IndexFunc(merges, func(one later) bool {
			return !slices.ContainsFunc(merges, func(other later) bool { return mergeTarget(other) == one.Name })
		})
		one := merges[max(ready, 0)]
		merges = slices.Delete(merges, max(ready, 0), max(ready, 0)+1)
		body, err := json.Marshal(map[string]string{"target": mergeTarget(one)})
		if err != nil {
			return err
		}
		_, err = i.Server.Call(ctx, http.MethodPost, one.Name+":merge", nil, body)
		if err := i.finished(one, err); err != nil {
			return err
		}
	}
	return nil
}

func mergeTarget(one later) string {
	statement := &statementsv1.Statement{}
	if err := unmarshal(one.Value, statement); err != nil {
		return ""
	}
	return statement.GetRedirectTo()
}

// finished rejects what could not be done: the row is on record without it.
func (i *Import) finished(one later, err error) error {
	if err == nil {
		return nil
	}
	var message proto.Message = &statementsv1.Statement{}
	if strings.HasPrefix(one.Name, "entities/") {
		message = &statementsv1.Entity{}
	}
	it := item{row: &row{Row: interchange.Row{Line: one.Line, Text: []byte(one.Row)}}, message: message}
	refused, err := refusalOf(err, it)
	if err != nil {
		return err
	}
	field := refused.field
	if !isUnder(field, one.Field) {
		field = interchange.KeyOf(message) + "." + one.Field
	}
	return i.rejectItem(it, refused.reason, field, refused.message+" ("+one.Name+" is on record without it)")
}
