package query

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
)

// Align gives all series of one frequency the same periods: those that any of them has, without a number where one has none. Observations
// without a date stay with their series alone.
func Align(series [][]*domain.Observation) {
	periods := map[periodKey]domain.TimePeriod{}
	for _, observations := range series {
		for _, o := range observations {
			if key := keyOf(o.Period); o.Period.Dated() {
				if _, known := periods[key]; !known {
					period := o.Period
					period.Printed = nil
					periods[key] = period
				}
			}
		}
	}
	all := slices.SortedFunc(maps.Values(periods), comparePeriods)
	for i, observations := range series {
		series[i] = aligned(observations, all)
	}
}

// aligned merges the periods that a series does not have into it.
func aligned(observations []*domain.Observation, periods []domain.TimePeriod) []*domain.Observation {
	merged := make([]*domain.Observation, 0, max(len(observations), len(periods)))
	var unit domain.Normalized
	if len(observations) > 0 {
		unit.Unit = observations[0].Normalized.Unit
	}
	rest := observations
	take := func(until func(domain.TimePeriod) bool) (taken bool) {
		for len(rest) > 0 && until(rest[0].Period) {
			merged, rest, taken = append(merged, rest[0]), rest[1:], true
		}
		return taken
	}
	take(func(p domain.TimePeriod) bool { return !p.Dated() })
	for _, period := range periods {
		if !take(func(p domain.TimePeriod) bool { return samePeriod(p, period) }) {
			merged = append(merged, &domain.Observation{Period: period, Kind: domain.NoValue, Normalized: unit})
		}
	}
	return append(merged, rest...)
}
