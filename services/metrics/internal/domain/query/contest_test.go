package query_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// twins are two figures of a period that one version of a document states.
func twins(t fataler, first, second string) []*domain.Observation {
	t.Helper()
	both := []*domain.Observation{point(t, "2022", first), point(t, "2022", second)}
	for i, o := range both {
		about := *o.About
		about.DocumentVersion, o.About = "documents/d/versions/1", &about
		o.Figure, o.CreateTime = string(rune('a'+i)), recordtime.Time(i+1)
	}
	return both
}

// TestADocumentContestsItself: one that states two numbers for a period is listed like two that do.
func TestADocumentContestsItself(t *testing.T) {
	contests := query.Contests(run(t, query.Plan{}, "A", twins(t, "860", "863")...))
	must.Equal(t, len(contests), 1)
	must.Equal(t, shown(contests[0].Observations), []string{"2022 860", "2022 863"})
	must.Equal(t, contests[0].Spread.String(), "3")
	must.Equal(t, len(query.Contests(run(t, query.Plan{}, "A", twins(t, "860", "860")...))), 0)
	// Of what was public at a time each source has one number.
	must.Equal(t, len(query.Contests(run(t, query.Plan{AsOf: 100}, "A", twins(t, "860", "863")...))), 0)
	// A later release is no contest of the first: it replaces it.
	revised := []*domain.Observation{released(t, point(t, "2022", "860"), "2023"), released(t, point(t, "2022", "863"), "2024")}
	must.Equal(t, len(query.Contests(run(t, query.Plan{}, "A", revised...))), 0)
}
