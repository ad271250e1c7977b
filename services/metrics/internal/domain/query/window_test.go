package query_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// periodsFrom are count periods of a frequency that follow each other. Those of months begin with the first of a month, which need not be
// the first of a calendar year or of its parts.
func periodsFrom(t fataler, frequency string, first time.Time, count int) []domain.TimePeriod {
	step := map[string][2]int{"A": {12, 0}, "S": {6, 0}, "Q": {3, 0}, "M": {1, 0}, "W": {0, 7}, "D": {0, 1}}[frequency]
	periods := make([]domain.TimePeriod, count)
	for i := range periods {
		from, next := first.AddDate(0, i*step[0], i*step[1]), first.AddDate(0, (i+1)*step[0], (i+1)*step[1])
		periods[i] = period(t, from.Format(time.DateOnly)+"/"+next.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	return periods
}

// within are the observations of those that a window holds.
func within(observations []*domain.Observation, window domain.Window) (held []*domain.Observation) {
	for _, o := range observations {
		if p := o.Period; p.Dated() && p.Start < window.End && p.End > window.Start {
			held = append(held, o)
		}
	}
	return held
}

// aggregations are what periods of a frequency make up, and themselves.
var aggregations = map[string][]string{
	"A": {""}, "S": {"", "A"}, "Q": {"", "S", "A"}, "M": {"", "Q", "S", "A"}, "W": {""}, "D": {"", "W", "M", "Q", "S", "A"},
}

// TestAWindowIsCutFromTheAnswer: the answer to any window is what it holds of the answer without one, of whatever day it begins and ends.
// Only the index is another: its base is the first number of the answer.
func TestAWindowIsCutFromTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frequency := rapid.SampledFrom([]string{"A", "S", "Q", "M", "W", "D"}).Draw(t, "frequency")
		first := time.Date(2019, time.Month(rapid.IntRange(1, 12).Draw(t, "first month")), 1, 0, 0, 0, 0, time.UTC)
		count := 40
		if frequency == "W" || frequency == "D" {
			first = time.Date(2019, 12, 30, 0, 0, 0, 0, time.UTC) // a Monday
			count = map[string]int{"W": 120, "D": 430}[frequency]
		}
		periods := periodsFrom(t, frequency, first, count)
		dense := rapid.Bool().Draw(t, "dense") || frequency == "D"
		var all []*domain.Observation
		for i, p := range periods {
			if dense && i != 35 || !dense && rapid.IntRange(0, 4).Draw(t, "gap") > 0 {
				all = append(all, point(t, p.EDTF, fmt.Sprint(100+i*i)))
			}
		}
		plan := query.Plan{
			AsOf:      recordtime.Forever,
			Transform: rapid.SampledFrom([]query.Transform{"", query.Change, query.YearChange, query.PercentChange, query.YearPercentChange}).Draw(t, "transform"),
			Frequency: rapid.SampledFrom(aggregations[frequency]).Draw(t, "into"),
			Method:    rapid.SampledFrom([]query.Method{query.Average, query.Sum, query.EndOfPeriod}).Draw(t, "method"),
		}
		whole := run(t, plan, frequency, all...)
		// Most begin in the last days of a period: these have no equal in all months.
		start := rapid.SampledFrom(periods).Draw(t, "period").End.Time().AddDate(0, 0, -rapid.IntRange(0, 4).Draw(t, "days"))
		end := start.AddDate(0, 0, rapid.IntRange(1, 400).Draw(t, "length"))
		plan.Window = &domain.Window{Start: recordtime.FromTime(start), End: recordtime.FromTime(end)}
		read := plan.ReadWindow(frequency)
		part := query.Everything
		part.Later = len(within(all, domain.Window{Start: read.End, End: recordtime.Forever})) > 0
		answer, err := plan.Run(frequency, within(all, *read), part) // as the store reads it
		must.OK(t, err)
		must.Equal(t, shown(answer), shown(within(whole, *plan.Window)))
	})
}

// TestTheFirstChangeOfAWindow: whatever day a window begins on, the change of its first period is known.
func TestTheFirstChangeOfAWindow(t *testing.T) {
	var unknown []string
	for _, frequency := range []string{"A", "S", "Q", "M"} {
		for month := time.January; month <= time.December; month++ {
			first := time.Date(2019, month, 1, 0, 0, 0, 0, time.UTC)
			var all []*domain.Observation
			for i, p := range periodsFrom(t, frequency, first, 2) {
				all = append(all, point(t, p.EDTF, fmt.Sprint(i+1)))
			}
			second := all[1].Period
			for at := second.Start.Time(); at.Before(second.End.Time()); at = at.AddDate(0, 0, 1) {
				plan := query.Plan{Transform: query.Change, Window: &domain.Window{Start: recordtime.FromTime(at), End: second.End}}
				read := within(all, *plan.ReadWindow(frequency))
				if answer := run(t, plan, frequency, read...); say(answer[0]) != "1" {
					unknown = append(unknown, frequency+" from "+at.Format(time.DateOnly))
				}
			}
		}
	}
	must.Equal(t, unknown, nil)
}
