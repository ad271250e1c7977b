package words

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// AnswerLabel names a series of an answer as SeriesLabel does, its key as it is to be shown, and
// says what its numbers were made of: of a metric with yearly and monthly figures an answer may
// have two yearly series of one key. Those that are called the same are counted: n is which of
// them it is, from 1 on.
func AnswerLabel(s *metricsv1.QueryMetricResponse_Series, key map[string]string, n int) string {
	label := SeriesLabel(key, s.GetFrequency())
	if from := s.GetAggregatedFrom(); from != 0 && from != s.GetFrequency() {
		label += ", from " + Frequencies[from] + " figures"
	}
	if n > 1 {
		label += " (" + Grouped(n) + ")"
	}
	return label
}
