package drawing

import (
	"maps"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// Alike reports whether two series of answers have one key and frequency, and were made of figures
// of one frequency. An answer may have two that are alike: of dimensions that may be exchanged, and
// of a service of before aggregated_from.
func Alike(a, b *metricsv1.QueryMetricResponse_Series) bool {
	return a.GetFrequency() == b.GetFrequency() && a.GetAggregatedFrom() == b.GetAggregatedFrom() && maps.Equal(a.GetDimensions(), b.GetDimensions())
}

// GoesOn reports whether a series that begins a page of an answer can be the rest of the one that
// ends the page before.
func GoesOn(s, rest *metricsv1.QueryMetricResponse_Series) bool {
	before, after := s.GetObservations(), rest.GetObservations()
	if !Alike(s, rest) || len(before) == 0 || len(after) == 0 {
		return Alike(s, rest)
	}
	return !earlier(after[0].GetTimePeriod().GetStartTime(), before[len(before)-1].GetTimePeriod().GetStartTime())
}

// earlier reports whether a series would go back in time; what has no date comes first.
func earlier(next, last *timestamppb.Timestamp) bool {
	return last != nil && (next == nil || next.AsTime().Before(last.AsTime()))
}
