package pages

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// changeView is what a correction changed of one field.
type changeView struct {
	// Field says which, such as "speakers 1, role".
	Field string
	// Old and New are nil where there was, or is, nothing.
	Old, New *link
}

const (
	// mostChanges is how many changed fields of one correction a page shows.
	mostChanges = 12
	// mostOfValue is how much of a value a page shows, in code points.
	mostOfValue = 240
)

// fieldChange is a change as either service answers it.
type fieldChange interface {
	GetField() string
	GetOldValue() *structpb.Value
	GetNewValue() *structpb.Value
}

// addChanges looks up what corrections of statements and figures changed: the revision
// before against the one that each made. What cannot be had, such as the words of what was
// erased since, is left out.
func (e *explorer) addChanges(ctx context.Context, rows []*correctionView) {
	lookUp(rows, func(row *correctionView) {
		if row.of.GetPreviousRevision() == "" || row.of.GetNewRevision() == "" {
			return
		}
		switch collectionOf(row.of.GetSubject()) {
		case "figures":
			e.addFigureChanges(ctx, row)
		case "statements":
			e.addStatementChanges(ctx, row)
		}
	})
	e.nameChanges(ctx, rows)
}

func (e *explorer) addStatementChanges(ctx context.Context, row *correctionView) {
	got, err := e.Statements.DiffStatementRevisions(ctx, &statementsv1.DiffStatementRevisionsRequest{
		Name: row.of.GetSubject() + "/revisions/" + row.of.GetPreviousRevision(), To: row.of.GetNewRevision(),
	})
	if err == nil {
		addFields(row, got.GetChanges(), (&statementsv1.Statement{}).ProtoReflect().Descriptor(), nil)
	}
}

// ofTheValue are the fields of a figure that its value is said by, or that follow from it.
var ofTheValue = map[string]bool{
	"value": true, "values": true, "lower": true, "upper": true, "unit": true, "unit_mult": true, "value_kind": true,
	"approximator": true, "counted_object": true, "missing_reason": true, "reported": true, "source_text_sha256": true, "normalized": true, "significant_digits": true, "rounding_interval": true,
}

// addFigureChanges says the value as people read it, before and after, and the other
// fields one by one.
func (e *explorer) addFigureChanges(ctx context.Context, row *correctionView) {
	revision := func(id string) string { return row.of.GetSubject() + "/revisions/" + id }
	got, err := e.Figures.DiffFigureRevisions(ctx, &metricsv1.DiffFigureRevisionsRequest{
		Name: revision(row.of.GetPreviousRevision()), To: row.of.GetNewRevision(),
	})
	if err != nil {
		return
	}
	old, err := e.Figures.GetFigureRevision(ctx, &metricsv1.GetFigureRevisionRequest{Name: revision(row.of.GetPreviousRevision())})
	if err != nil {
		return
	}
	now, err := e.Figures.GetFigureRevision(ctx, &metricsv1.GetFigureRevisionRequest{Name: revision(row.of.GetNewRevision())})
	if err != nil {
		return
	}
	said := ofTheValue
	if before, after := words.Figure(old.GetSnapshot()), words.Figure(now.GetSnapshot()); before != after {
		row.Changes = append(row.Changes, changeView{Field: "value", Old: text(before), New: text(after)})
	} else if old.GetSnapshot().GetApproximator() != now.GetSnapshot().GetApproximator() {
		said = maps.Clone(ofTheValue) // "nearly" and "up to" are the same bound
		delete(said, "approximator")
	}
	printed := func(f *metricsv1.Figure) string { return words.Printed(f.GetReported(), f.GetUnit()) }
	if before, after := printed(old.GetSnapshot()), printed(now.GetSnapshot()); before != after {
		row.Changes = append(row.Changes, changeView{Field: "as printed", Old: text(before), New: text(after)})
	}
	addFields(row, got.GetChanges(), (&metricsv1.Figure{}).ProtoReflect().Descriptor(), said)
}

// addFields adds the fields that changed but those whose first part is in without, and
// those that the service sets: the correction says that it is a retraction.
func addFields[C fieldChange](row *correctionView, changes []C, of protoreflect.MessageDescriptor, without map[string]bool) {
	for _, change := range changes {
		first, _, _ := strings.Cut(change.GetField(), ".")
		switch {
		case without[first], setByService(of, change.GetField()):
		case len(row.Changes) == mostChanges:
			row.MoreChanges = true
			return
		default:
			row.Changes = append(row.Changes, changeView{Field: fieldWords(change.GetField()), Old: shown(change.GetOldValue()), New: shown(change.GetNewValue())})
		}
	}
}

// setByService reports whether the service alone sets what is at the path of a message.
func setByService(message protoreflect.MessageDescriptor, path string) bool {
	for part := range strings.SplitSeq(path, ".") {
		name, _, _ := strings.Cut(part, "[")
		field := message.Fields().ByName(protoreflect.Name(name))
		switch {
		case field == nil:
			return false
		case protoinput.OutputOnly(field):
			return true
		case field.Message() == nil || field.IsMap():
			return false
		}
		message = field.Message()
	}
	return false
}

var (
	listPlace = regexp.MustCompile(`\[([0-9]+)\]`)
	pathWords = strings.NewReplacer(".", ", ", "_", " ")
)

// fieldWords is the path of a field as words; places in a list count from 1.
func fieldWords(path string) string {
	return pathWords.Replace(listPlace.ReplaceAllStringFunc(path, func(place string) string {
		at, _ := strconv.Atoi(strings.Trim(place, "[]"))
		return " " + strconv.Itoa(at+1)
	}))
}

// text is words that lead nowhere; nil of none.
func text(words string) *link {
	if words == "" {
		return nil
	}
	return &link{Text: words}
}

// shown is a value of JSON as text; nil of none.
func shown(value *structpb.Value) *link {
	if value == nil {
		return nil
	}
	said := said(value.AsInterface())
	if cut := bytesOf(said, mostOfValue); cut < len(said) {
		said = said[:cut] + "…"
	}
	return text(said)
}

var humps = regexp.MustCompile(`[A-Z]`)

// said is a value of JSON in words: of an object its fields, each with its value.
func said(value any) string {
	var parts []string
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			words := humps.ReplaceAllStringFunc(key, func(letter string) string { return " " + strings.ToLower(letter) })
			parts = append(parts, words+" "+said(value[key]))
		}
	case []any:
		for _, item := range value {
			parts = append(parts, said(item))
		}
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return fmt.Sprint(value)
	}
	return strings.Join(parts, ", ")
}

// nameChanges makes links of the values that are names of resources.
func (e *explorer) nameChanges(ctx context.Context, rows []*correctionView) {
	byName := map[string][]*link{}
	var wanted []string
	for _, row := range rows {
		for _, change := range row.Changes {
			for _, value := range []*link{change.Old, change.New} {
				if value != nil && isName(value.Text) {
					byName[value.Text] = append(byName[value.Text], value)
					wanted = append(wanted, value.Text)
				}
			}
		}
	}
	known := e.resolve(ctx, wanted...)
	for name, values := range byName {
		for _, value := range values {
			*value = *known.to(name)
		}
	}
}

// isName reports whether a value is the name of a resource that has a page.
func isName(text string) bool {
	collection, id, _ := strings.Cut(text, "/")
	switch collection {
	case "entities", "metrics", "documents", "statements", "figures":
		return id != "" && !strings.ContainsAny(id, " /?#")
	}
	return false
}
