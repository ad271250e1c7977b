package transfer

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/stablejson"
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
	// Value is its value: a JSON object with the field in it.
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
		if l.Field == membershipsLater {
			message.Memberships = nil
		}
	}
}

// laterOf postpones a field of an item.
func laterOf(it item, field string) later {
	one := later{Line: it.row.Line, Name: interchange.NameOf(it.message), Field: field, Row: string(it.row.Text)}
	var value proto.Message
	switch message := it.message.(type) {
	case *statementsv1.Entity:
		value = &statementsv1.Entity{Memberships: message.GetMemberships()}
		if field == mergeLater {
			value = &statementsv1.Entity{RedirectTo: message.GetRedirectTo()}
		}
	case *statementsv1.Statement:
		value = &statementsv1.Statement{Links: message.GetLinks()}
		if field == mergeLater {
			value = &statementsv1.Statement{RedirectTo: message.GetRedirectTo()}
		}
	}
	// What was read can be written.
	one.Value, _ = stablejson.Marshal(value)
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
		if redirects(message, found) {
			open = append(open, laterOf(it, mergeLater))
		}
	case *statementsv1.Statement:
		found, _ := have.(*statementsv1.Statement)
		if len(message.GetLinks()) > 0 && len(found.GetLinks()) == 0 {
			open = append(open, laterOf(it, linksLater))
		}
		if redirects(message, found) {
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

// redirector is what can be merged into another.
type redirector interface{ GetRedirectTo() string }

// redirects says that a row is merged into something that the resource on record
// is not merged into. Where that is merged into another, the server says so.
func redirects(want, have redirector) bool {
	return want.GetRedirectTo() != "" && want.GetRedirectTo() != have.GetRedirectTo()
}

// mergeOf is the merge of an item that was put on record.
func mergeOf(it item) []later {
	merged, is := it.message.(redirector)
	if !is || merged.GetRedirectTo() == "" {
		return nil
	}
	return []later{laterOf(it, mergeLater)}
}

// requestID names the write of a field in an import: run again, it is the same write, which
// the server answers as it did and does not do again.
func (l later) requestID(run uuid.UUID) string {
	l.Row = "" // as JSON it may be another text than what was read
	text, _ := json.Marshal(l)
	return uuid.NewSHA1(run, text).String()
}

// finish does what was postponed, all of it again where an earlier run was cut off in it.
// Merges come last, since nothing can be changed
// of what is merged; those of entities before those of statements, which are of
// the same speakers then.
func (i *Import) finish(ctx context.Context) error {
	var entities, statements []later
	i.report.Open = len(i.later)
	run := i.State.run()
	for _, one := range i.later {
		switch {
		case one.Field != mergeLater:
			_, err := i.Server.Call(ctx, http.MethodPatch, one.Name, url.Values{"update_mask": {one.Field}, "request_id": {one.requestID(run)}}, one.Value)
			if err := i.finished(one, err); err != nil {
				return err
			}
		case one.ofEntity():
			entities = append(entities, one)
		default:
			statements = append(statements, one)
		}
	}
	for _, one := range slices.Concat(inMergeOrder(entities), inMergeOrder(statements)) {
		request := map[string]string{"target": mergeTarget(one), "requestId": one.requestID(run)}
		if one.ofEntity() {
			request["reason"] = mergeReason
		}
		body, err := json.Marshal(request)
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

// mergeReason is why an entity of a file is merged.
const mergeReason = "Imported as merged."

// inMergeOrder puts merges into something before the merge of that into
// something else. Those that go round in a circle come last: the server refuses
// one of them.
func inMergeOrder(merges []later) []later {
	into := make(map[string]int, len(merges)) // how many are yet to be merged into it
	of := make(map[string][]later, len(merges))
	for _, one := range merges {
		into[mergeTarget(one)]++
		of[one.Name] = append(of[one.Name], one)
	}
	var ordered []later
	for _, one := range merges {
		for name := one.Name; into[name] == 0 && len(of[name]) > 0; {
			next := of[name][0]
			of[name], ordered = of[name][1:], append(ordered, next)
			into[mergeTarget(next)]--
			if len(of[name]) == 0 {
				name = mergeTarget(next)
			}
		}
	}
	for _, one := range merges {
		ordered = append(ordered, of[one.Name]...)
		delete(of, one.Name)
	}
	return ordered
}

func mergeTarget(one later) string {
	statement := &statementsv1.Statement{} // an entity has a field of that name too
	if err := unmarshal(one.Value, statement); err != nil {
		return ""
	}
	return statement.GetRedirectTo()
}

// ofEntity says that it is a field of an entity.
func (l later) ofEntity() bool { return strings.HasPrefix(l.Name, "entities/") }

// finished rejects what could not be done: the row is on record without it.
func (i *Import) finished(one later, err error) error {
	if err == nil {
		i.report.Open--
		return nil
	}
	var message proto.Message = &statementsv1.Statement{}
	if one.ofEntity() {
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
	i.report.Open--
	return i.rejectItem(it, refused.reason, field, refused.message+" ("+one.Name+" is on record without it)")
}
