package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// printedTimes are the paths of all times of a figure for which its source may have words.
var printedTimes = []string{
	"time_period", "base_period", "release_time", "origin.publish_time", "comparison_claims[0].since", "comparison_claims[0].base_period",
}

// withTimes is a figure with words for each of them, which stand at [4, 8) of "the year"; they are those of all but one.
func withTimes(t *testing.T, other string) (*domain.Figure, []*domain.TimePeriod) {
	t.Helper()
	f := pointOf(t, "3", usd, 0)
	f.DocumentVersion = "documents/d/versions/1"
	var times []*domain.TimePeriod
	for _, path := range printedTimes {
		words := "year"
		if path == other {
			words = "week"
		}
		period := must.Get(domain.ParsePeriod("2020"))(t)
		period.Printed = &domain.Printed{Text: words, Span: &domain.Span{Start: 4, End: 8, Exact: words}}
		times = append(times, &period)
	}
	f.Period, f.BasePeriod, f.Release = *times[0], times[1], times[2]
	times[0] = &f.Period
	f.Origin = &domain.Origin{Producer: "p", PublishTime: times[3]}
	f.Claims = []domain.Claim{{Since: times[4], BasePeriod: times[5]}}
	return &f, times
}

// TestTheSpanOfEachTimeIsCompared with the text, withheld with it, and erased.
func TestTheSpanOfEachTimeIsCompared(t *testing.T) {
	text := must.Get(sourcetext.Normalize("the year"))(t)
	source := domain.SourceText{Text: &text, SHA256: text.SHA256()}
	for _, path := range printedTimes {
		f, _ := withTimes(t, path)
		violations := errs.ViolationsOf(source.Anchor(f))
		must.Equal(t, len(violations), 1)
		must.Equal(t, violations[0].Field, path+".printed.span.exact")

		f, times := withTimes(t, "")
		for i, time := range times {
			if printedTimes[i] == path {
				time.Printed.Text = "week"
			}
		}
		violations = errs.ViolationsOf(source.Anchor(f))
		must.Equal(t, len(violations), 2)
		must.Equal(t, violations[0].Field, path+".printed.text")
	}
	f, times := withTimes(t, "")
	source.Withheld = true
	must.OK(t, source.Anchor(f))
	for _, time := range times {
		must.Equal(t, time.Printed.Span.State, domain.Anchored)
		must.Equal(t, time.Printed.Span.Exact, "")
	}
	f.EraseWords()
	for _, time := range times {
		must.True(t, time.Printed == nil)
	}
}
