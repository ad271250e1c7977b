package drawing

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// GoOn reports whether observations that begin a page of an answer can be of the series that ends
// the page before, of the same key and frequency: an answer that aggregates may have a series of
// the figures as they are recorded, and others of what was made of them.
func GoOn(before, after []*metricsv1.Observation) bool {
	if len(before) == 0 || len(after) == 0 {
		return true
	}
	recorded, made := kinds(before)
	recordedAfter, madeAfter := kinds(after)
	last, next := before[len(before)-1].GetTimePeriod().GetStartTime(), after[0].GetTimePeriod().GetStartTime()
	return !(recorded && madeAfter) && !(made && recordedAfter) && !earlier(next, last)
}

// kinds reports whether observations are figures as they are recorded, or made of some. Of a gap
// neither is known.
func kinds(list []*metricsv1.Observation) (recorded, made bool) {
	for _, o := range list {
		made = made || o.GetAggregatedCount() > 0
		recorded = recorded || o.GetAggregatedCount() == 0 && o.GetFigure() != ""
	}
	return recorded, made
}

// earlier reports whether a series would go back in time; what has no date comes first.
func earlier(next, last *timestamppb.Timestamp) bool {
	return last != nil && (next == nil || next.AsTime().Before(last.AsTime()))
}
