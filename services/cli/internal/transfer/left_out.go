package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
)

// maxNotes bounds the notes that LeftOut keeps.
const maxNotes = 1000

// LeftOut is what an export left out, since it names what was erased or
// retracted: no import could put it on record.
type LeftOut struct {
	// Count is how many references there are.
	Count int `json:"count"`
	// Notes are the first 1,000 of them in words, such as "statements/a: link to
	// statements/b (retracted)".
	Notes []string `json:"notes,omitempty"`
}

// LeftOut is what was left out so far.
func (e *Export) LeftOut() LeftOut { return e.leftOut }

// leave notes that a reference of a resource is left out.
func (e *Export) leave(name, what, other, why string) {
	if e.leftOut.Count++; len(e.leftOut.Notes) < maxNotes {
		e.leftOut.Notes = append(e.leftOut.Notes, fmt.Sprintf("%s: %s %s (%s)", name, what, other, why))
	}
}

// isGone remembers why a resource cannot be in the file.
func (e *Export) isGone(name, why string) {
	if e.gone == nil {
		e.gone = map[key]string{}
	}
	e.gone[keyOf(name)] = why
}

// standing is get, but says why what is not on record any more cannot be in the
// file; "" if it can.
func (e *Export) standing(ctx context.Context, name string, into proto.Message) (why string, err error) {
	if why := e.gone[keyOf(name)]; why != "" {
		return why, nil
	}
	err = e.get(ctx, name, into)
	if err != nil {
		if why = goneBy(err); why == "" {
			return "", err
		}
	} else if retractable, is := into.(interface{ GetDeleteTime() *timestamppb.Timestamp }); is && retractable.GetDeleteTime() != nil {
		why = "retracted"
	}
	if why != "" {
		e.isGone(name, why)
	}
	return why, nil
}

// goneBy says why a server has something no more; "" if it does not say so.
func goneBy(err error) string {
	answered, ok := errors.AsType[*client.Error](err)
	switch {
	case !ok:
		return ""
	case answered.Reason == "ERASED":
		return "erased"
	case answered.Reason == "RETRACTED":
		return "retracted"
	case strings.HasSuffix(answered.Reason, notFoundSuffix):
		return "not on record"
	default:
		return ""
	}
}

// references writes the documents and entities that a statement refers to, and
// takes from it what is gone.
func (e *Export) references(ctx context.Context, statement *statementsv1.Statement) error {
	name := statement.GetName()
	if parent := statement.GetParentStatement(); e.gone[keyOf(parent)] != "" {
		e.leave(name, "parent", parent, e.gone[keyOf(parent)])
		statement.ParentStatement = ""
	}
	var references []*statementsv1.Reference
	for _, reference := range statement.GetReferences() {
		why, err := e.document(ctx, reference.GetDocumentVersion())
		switch {
		case err != nil:
			return err
		case why != "":
			e.leave(name, "reference to", reference.GetDocumentVersion(), why)
		default:
			references = append(references, reference)
		}
	}
	statement.References = references
	return renameEntities(statement, func(entity string) (string, error) {
		why, err := e.entity(ctx, entity)
		if why == "" {
			return entity, err
		}
		e.leave(name, "mention of", entity, why)
		return "", nil
	})
}

// linked reads the statements that a statement names, but for its parent, and
// that are not written. It takes from it what is gone.
func (e *Export) linked(ctx context.Context, statement *statementsv1.Statement) (others []*statementsv1.Statement, err error) {
	stands := func(what, name string) bool {
		if err != nil || e.written[keyOf(name)] && e.gone[keyOf(name)] == "" {
			return true
		}
		var why string
		other := &statementsv1.Statement{}
		if why, err = e.standing(ctx, name, other); err != nil {
			return true
		}
		if why != "" {
			e.leave(statement.GetName(), what, name, why)
			return false
		}
		others = append(others, other)
		return true
	}
	var links []*statementsv1.StatementLink
	for _, link := range statement.GetLinks() {
		if stands("link to", link.GetStatement()) {
			links = append(links, link)
		}
	}
	var appearances []*statementsv1.Appearance
	for _, appearance := range statement.GetAppearances() {
		if stands("appearance as", appearance.GetStatement()) {
			appearances = append(appearances, appearance)
		}
	}
	statement.Links, statement.Appearances = links, appearances
	if into := statement.GetRedirectTo(); into != "" && !stands("merge into", into) {
		statement.RedirectTo = ""
	}
	return others, err
}
