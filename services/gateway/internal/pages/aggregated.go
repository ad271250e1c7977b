package pages

import (
	"maps"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// madeOf are the frequencies of the figures that the series of an answer were made of, as far
// as they can be told.
type madeOf map[*metricsv1.QueryMetricResponse_Series]metricsv1.Figure_Frequency

// frequenciesBehind tells them by the series that are listed: an answer has those of a key in
// the order of the figures that they were made of. It is not told where an answer has fewer
// than could be made: each may be of either then.
func frequenciesBehind(got *metricsv1.QueryMetricResponse, r *metricsv1.QueryMetricRequest, listed *metricsv1.ListSeriesResponse) madeOf {
	if r.GetAggregationFrequency() == 0 {
		return nil
	}
	known := madeOf{}
	for rest := got.GetSeries(); len(rest) > 0; {
		ofKey := 1
		for ofKey < len(rest) && maps.Equal(rest[ofKey].GetDimensions(), rest[0].GetDimensions()) {
			ofKey++
		}
		if could := couldBecome(rest[0], r, listed); len(could) == ofKey {
			for i, f := range could {
				known[rest[i]] = f
			}
		}
		rest = rest[ofKey:]
	}
	return known
}

// couldBecome are the frequencies of the listed series that a series may have been made of, the
// lowest first.
func couldBecome(s *metricsv1.QueryMetricResponse_Series, r *metricsv1.QueryMetricRequest, listed *metricsv1.ListSeriesResponse) (could []metricsv1.Figure_Frequency) {
	all := listed.GetSeries()
	for i, one := range all {
		f := one.GetFrequency()
		switch {
		case !maps.Equal(one.GetDimensions(), s.GetDimensions()) || r.GetFrequency() != 0 && r.GetFrequency() != f:
		case i == len(all)-1 && listed.GetNextPageToken() != "":
			return nil // there may be more of the key
		case f == s.GetFrequency() || f > s.GetFrequency() && f != metricsv1.Figure_W: // nothing is made of weeks
			could = append(could, f)
		}
	}
	slices.Sort(could)
	return could
}

// frequencyToAsk is the frequency that a query asks for to get a series of an answer again, 0
// where that is not known.
func frequencyToAsk(r *metricsv1.QueryMetricRequest, s *metricsv1.QueryMetricResponse_Series, from madeOf) metricsv1.Figure_Frequency {
	switch {
	case r.GetAggregationFrequency() == 0:
		return s.GetFrequency()
	case r.GetFrequency() != 0:
		return r.GetFrequency()
	}
	return from[s]
}
