package query_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestFilledGapsAreMarked(t *testing.T) {
	all := []*domain.Observation{point(t, "2000", "1"), missing(t, "2001"), point(t, "2004", "5")}
	must.Equal(t, shown(run(t, query.Plan{}, "A", all...)), []string{"2000 1", "2001 -", "2004 5"})
	must.Equal(t, shown(run(t, query.Plan{Fill: query.Gap}, "A", all...)), []string{"2000 1", "2001 -", "2002 -", "2003 -", "2004 5"})
	filled := run(t, query.Plan{Fill: query.Previous}, "A", all...)
	must.Equal(t, shown(filled), []string{"2000 1", "2001 -", "2002 1", "2003 1", "2004 5"})
	for i, from := range []string{"", "", "2000", "2000", ""} {
		if from == "" {
			must.True(t, filled[i].FilledFrom == nil)
		} else {
			must.Equal(t, filled[i].FilledFrom.EDTF, from)
		}
	}
	changes := run(t, query.Plan{Fill: query.Previous, Transform: query.Change}, "A", all...)
	must.Equal(t, shown(changes), []string{"2000 -", "2001 -", "2002 -", "2003 0", "2004 4"})
	must.Equal(t, changes[4].BasePeriod.EDTF, "2000") // 2003 has no figure: the change is from the one that fills it
}

func TestEverySourceIsFilledByItself(t *testing.T) {
	a, b := of("A", point(t, "2000", "1"), point(t, "2002", "3")), of("B", point(t, "2001", "20"))
	all := []*domain.Observation{a[0], b[0], a[1]}
	plan := query.Plan{Fill: query.Previous, Policy: []domain.SourcePreference{{Producer: "A"}}}
	must.Equal(t, shown(run(t, plan, "A", all...)), []string{"2000 1", "2001 1", "2001 20", "2002 3"})
	plan.Best = true // a number of another source is better than one of another time
	must.Equal(t, shown(run(t, plan, "A", all...)), []string{"2000 1", "2001 20", "2002 3"})
}

// TestWhatFillsAGapHasTheFaultOfWhatItIs: an amount that has no rate has none in the next period either.
func TestWhatFillsAGapHasTheFaultOfWhatItIs(t *testing.T) {
	euro, dollars := point(t, "2000", "1"), point(t, "2002", "3")
	euro.Normalized.Unit = eur
	target, err := units.Resolve(usd)
	must.OK(t, err)
	plan := query.Plan{Fill: query.Previous, Unit: &target, Basis: domain.ReferenceBasis, LastN: 2}
	_, err = try(plan, "A", euro, dollars)
	reason(t, err, "RATE_NOT_FOUND")
	plan.SkipMissing = true // it is not missing: it has an amount
	_, err = try(plan, "A", euro, dollars)
	reason(t, err, "RATE_NOT_FOUND")
	plan.LastN = 1
	must.Equal(t, shown(run(t, plan, "A", euro, dollars)), []string{"2002 3"})
}

func TestFillIsBounded(t *testing.T) {
	_, err := try(query.Plan{Fill: query.Gap}, "D", point(t, "0001-01-01", "1"), point(t, "9998-01-01", "1"))
	reason(t, err, "SERIES_TOO_LONG")
}

func TestTheLastSoMany(t *testing.T) {
	all := []*domain.Observation{point(t, "2000", "1"), point(t, "2001", "2"), missing(t, "2002")}
	must.Equal(t, shown(run(t, query.Plan{LastN: 1}, "A", all...)), []string{"2002 -"})
	must.Equal(t, shown(run(t, query.Plan{LastN: 1, SkipMissing: true}, "A", all...)), []string{"2001 2"})
	must.Equal(t, len(run(t, query.Plan{LastN: 9}, "A", all...)), 3)
}

func TestAlignedSeriesHaveEqualPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		series := make([][]*domain.Observation, rapid.IntRange(1, 4).Draw(t, "series"))
		for i := range series {
			for m := range 6 {
				for range rapid.IntRange(0, 2).Draw(t, "figures") {
					series[i] = append(series[i], point(t, month(m), "1"))
				}
			}
		}
		before := make([]int, len(series))
		for i := range series {
			before[i] = len(series[i])
		}
		query.Align(series)
		for i, observations := range series {
			must.Equal(t, periodsOf(observations), periodsOf(series[0]))
			figures := 0
			for _, o := range observations {
				if o.Figure != "" {
					figures++
				} else {
					must.Equal(t, o.Kind, domain.NoValue)
				}
			}
			must.Equal(t, figures, before[i])
		}
	})
}

// periodsOf are the periods of observations, each once.
func periodsOf(observations []*domain.Observation) (periods []string) {
	for _, o := range observations {
		if len(periods) == 0 || periods[len(periods)-1] != o.Period.EDTF {
			periods = append(periods, o.Period.EDTF)
		}
	}
	return periods
}
