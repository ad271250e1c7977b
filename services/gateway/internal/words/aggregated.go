package words

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// AnswerLabel names a series of an answer as SeriesLabel does, and says what its numbers were
// made of: of a metric with yearly and monthly figures an answer may have two yearly series of
// one key. from is the frequency of the figures that it was made of, 0 if that is not known;
// those that are called the same then are counted: n is which of them it is, from 1 on.
func AnswerLabel(r *metricsv1.QueryMetricRequest, key map[string]string, frequency, from metricsv1.Figure_Frequency, n int) string {
	label := SeriesLabel(key, frequency)
	if r.GetAggregationFrequency() != 0 && from != 0 && from != frequency {
		label += ", from " + Frequencies[from] + " figures"
	}
	if n > 1 {
		label += " (" + Grouped(n) + ")"
	}
	return label
}
