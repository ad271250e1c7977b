package command

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// A kind is a kind of resource: how it is named, parsed and shown as a row.
type kind struct {
	// plural is the name of its list in JSON.
	plural string
	// pattern is its collection, with {id} for each id in it.
	pattern string
	// gettable says that one can be read by its name.
	gettable bool
	message  func() proto.Message
	columns  []show.Column
	row      func(proto.Message) []string
}

func rowOf[M proto.Message](cells func(M) []string) func(proto.Message) []string {
	return func(m proto.Message) []string {
		message, ok := m.(M)
		if !ok {
			return nil
		}
		return cells(message)
	}
}

// kinds are all kinds, in the order of the help.
var kinds = []kind{
	{
		plural: "documents", pattern: "documents", gettable: true,
		message: func() proto.Message { return &statementsv1.Document{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "PUBLISHER", Shrink: true}, {Title: "TEXT"}, {Title: "HEADLINE", Shrink: true}},
		row: rowOf(func(d *statementsv1.Document) []string {
			text := "held"
			if d.GetTextWithheld() {
				text = "withheld"
			}
			return []string{d.GetName(), d.GetPublisher(), text, d.GetHeadline()}
		}),
	},
	{
		plural: "documentVersions", pattern: "documents/{id}/versions", gettable: true,
		message: func() proto.Message { return &statementsv1.DocumentVersion{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "PUBLISHED"}, {Title: "CODE POINTS", Right: true}, {Title: "SHA-256", Shrink: true}},
		row: rowOf(func(v *statementsv1.DocumentVersion) []string {
			return []string{v.GetName(), show.Period(v.GetPublishTime()), strconv.Itoa(int(v.GetTextLength())), v.GetTextSha256()}
		}),
	},
	{
		plural: "entities", pattern: "entities", gettable: true,
		message: func() proto.Message { return &statementsv1.Entity{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "TYPE"}, {Title: "DISPLAY NAME", Shrink: true}, {Title: "DESCRIPTION", Shrink: true}},
		row: rowOf(func(e *statementsv1.Entity) []string {
			return []string{e.GetName(), e.GetEntityType().String(), e.GetDisplayName(), e.GetDescription()}
		}),
	},
	{
		plural: "statements", pattern: "statements", gettable: true,
		message: func() proto.Message { return &statementsv1.Statement{} },
		columns: statementColumns,
		row:     rowOf(statementCells),
	},
	{
		plural: "statementRevisions", pattern: "statements/{id}/revisions", gettable: true,
		message: func() proto.Message { return &statementsv1.StatementRevision{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "RECORDED"}, {Title: "BY", Shrink: true}, {Title: "COMMENT", Shrink: true}},
		row: rowOf(func(r *statementsv1.StatementRevision) []string {
			return []string{r.GetName(), show.Time(r.GetCreateTime()), r.GetCaller(), r.GetSnapshot().GetComment()}
		}),
	},
	{
		plural: "metrics", pattern: "metrics", gettable: true,
		message: func() proto.Message { return &metricsv1.Metric{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "UNIT"}, {Title: "COVERAGE", Shrink: true}, {Title: "DISPLAY NAME", Shrink: true}},
		row: rowOf(func(m *metricsv1.Metric) []string {
			return []string{m.GetName(), m.GetDefaultUnit().GetCode(), m.GetCoverage(), m.GetDisplayName()}
		}),
	},
	{
		plural: "series", pattern: "metrics/{id}/series",
		message: func() proto.Message { return &metricsv1.Series{} },
		columns: []show.Column{{Title: "DIMENSIONS", Shrink: true}, {Title: "FREQUENCY"}, {Title: "FIGURES", Right: true}, {Title: "FIRST"}, {Title: "LAST"}},
		row: rowOf(func(s *metricsv1.Series) []string {
			return []string{show.Dimensions(s.GetDimensions()), frequency(s.GetFrequency()), strconv.Itoa(int(s.GetFigureCount())),
				show.Period(s.GetFirstPeriod()), show.Period(s.GetLastPeriod())}
		}),
	},
	{
		plural: "figures", pattern: "figures", gettable: true,
		message: func() proto.Message { return &metricsv1.Figure{} },
		columns: []show.Column{{Title: "NAME"}, {Title: "METRIC", Shrink: true}, {Title: "DIMENSIONS", Shrink: true}, {Title: "PERIOD"},
			{Title: "VALUE", Right: true}, {Title: "UNIT"}, {Title: "HEDGE"}},
		row: rowOf(func(f *metricsv1.Figure) []string {
			return []string{f.GetName(), strings.TrimPrefix(f.GetMetric(), "metrics/"), show.Dimensions(f.GetDimensions()), show.Period(f.GetTimePeriod()),
				show.Quantity(f.GetNormalized(), f.GetMissingReason()), f.GetNormalized().GetUnit().GetCode(), show.Hedge(f.GetApproximator())}
		}),
	},
}

var statementColumns = []show.Column{{Title: "NAME"}, {Title: "TYPE"}, {Title: "SPEAKER", Shrink: true}, {Title: "SAID"}, {Title: "TEXT", Shrink: true}}

func statementCells(s *statementsv1.Statement) []string {
	speakers := make([]string, len(s.GetSpeakers()))
	for i, speaker := range s.GetSpeakers() {
		speakers[i] = strings.TrimPrefix(speaker.GetEntity(), "entities/")
		if speakers[i] == "" {
			speakers[i] = speaker.GetAttributionText()
		}
	}
	return []string{s.GetName(), s.GetStatementType().String(), strings.Join(speakers, ", "), show.Period(s.GetStatementTime()), s.GetText()}
}

func frequency(f metricsv1.Figure_Frequency) string {
	if f == metricsv1.Figure_FREQUENCY_UNSPECIFIED {
		return ""
	}
	return f.String()
}

// matches says whether a path is the collection, or, with an id more, a resource
// in it.
func (k kind) matches(path string, resource bool) bool {
	pattern := k.pattern
	if resource {
		pattern += "/{id}"
	}
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if have[i] == "" || want[i] != "{id}" && want[i] != have[i] {
			return false
		}
	}
	return true
}

// findKind returns the kind of a collection, or of a resource by its name.
func findKind(path string, resource bool) (kind, error) {
	forms := make([]string, 0, len(kinds))
	for _, k := range kinds {
		if resource && !k.gettable {
			continue
		}
		if k.matches(path, resource) {
			return k, nil
		}
		form := k.pattern
		if resource {
			form += "/{id}"
		}
		forms = append(forms, strings.ReplaceAll(form, "{id}", "ID"))
	}
	what := "collection"
	if resource {
		what = "name of a resource"
	}
	return kind{}, usage("%q is no %s: want %s", path, what, strings.Join(forms, ", "))
}
