package record

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
)

// partsOf are the figures of one series and source for parts of the period.
type partsOf struct {
	source    *metricsv1.Source
	frequency metricsv1.Figure_Frequency
	// count is how many there are.
	count int
}

// isPart reports whether an observation is a part of an amount: a change is none.
func isPart(o *metricsv1.Observation) bool {
	return o.GetValueKind() != metricsv1.Figure_NO_VALUE && o.GetValueKind() != metricsv1.Figure_CHANGE
}

// notePart counts a figure for a part of the period.
func (l *leftOut) notePart(key string, source *metricsv1.Source, frequency metricsv1.Figure_Frequency) {
	if l.parts == nil {
		l.parts = map[string]*partsOf{}
	}
	if l.parts[key] == nil {
		l.parts[key] = &partsOf{source: source, frequency: frequency}
	}
	l.parts[key].count++
}

// sums are what the parts of the period add up to, each frequency on its own: a figure
// that has none, or that of a week, must not keep months from adding up.
func (c *comparing) sums(ctx context.Context, l look, left *leftOut) (found []reference, err error) {
	whole := frequencyOf(c.period)
	if c.answer.GetMetric().GetTemporalKind() != metricsv1.Metric_FLOW || whole == 0 {
		return nil, nil
	}
	var frequencies []metricsv1.Figure_Frequency
	for _, parts := range left.parts {
		if parts.frequency > whole && parts.frequency != metricsv1.Figure_W && !slices.Contains(frequencies, parts.frequency) {
			frequencies = append(frequencies, parts.frequency)
		}
	}
	slices.Sort(frequencies)
	var other leftOut // what is left out of the sums is known by the parts
	for _, frequency := range frequencies {
		req := c.question(l)
		req.Frequency, req.AggregationFrequency, req.AggregationMethod = frequency, whole, metricsv1.QueryMetricRequest_SUM
		err := c.query(ctx, req, func(page *metricsv1.QueryMetricResponse) {
			found = append(found, c.referencesOn(page, l, frequency, &other)...)
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(found, func(r reference) bool { return r.observation.GetValueKind() == metricsv1.Figure_NO_VALUE }), nil
}

// frequencyOf is the frequency of which a period covers one calendar period, whatever it is
// written as: 2022-01/2022-12 covers the year 2022. 0 if there is none.
func frequencyOf(period edtf.Period) metricsv1.Figure_Frequency {
	for _, code := range []string{edtf.Annual, edtf.HalfYearly, edtf.Quarterly, edtf.Monthly, edtf.Daily} {
		if one, err := edtf.Containing(period.Start, code); err == nil && one.SameBounds(period) {
			return metricsv1.Figure_Frequency(metricsv1.Figure_Frequency_value[code])
		}
	}
	return 0
}

// adverbs say how often a series has a figure.
var adverbs = map[metricsv1.Figure_Frequency]string{
	metricsv1.Figure_A: "yearly", metricsv1.Figure_S: "half-yearly", metricsv1.Figure_Q: "quarterly",
	metricsv1.Figure_M: "monthly", metricsv1.Figure_W: "weekly", metricsv1.Figure_D: "daily",
}

// maxParts is of how many series and sources an explanation says what parts they have.
const maxParts = 10

// describeParts says which parts of the period have figures that are no part of a
// reference: of a year of which eleven months are known there is no sum.
func (c *comparing) describeParts(left leftOut, references []reference) (said []string) {
	adds := c.answer.GetMetric().GetTemporalKind() == metricsv1.Metric_FLOW && frequencyOf(c.period) != 0
	for _, key := range slices.Sorted(maps.Keys(left.parts)) {
		if slices.ContainsFunc(references, func(r reference) bool { return r.series == key }) {
			continue
		}
		if len(said) == maxParts {
			return append(said, "and so with other sources")
		}
		parts := left.parts[key]
		who := cmp.Or(parts.source.GetProducer(), parts.source.GetClaimant(), "a source")
		how, all := adverbs[parts.frequency], 0
		if adds { // the period is a year at most
			all = partsIn(c.period, parts.frequency)
		}
		switch {
		case parts.count < all:
			said = append(said, fmt.Sprintf("%s has %d of the %d %s figures that would add up to it", who, parts.count, all, how))
		case parts.count == 1:
			said = append(said, fmt.Sprintf("%s has a %s figure within it, which is not that of the whole", who, how))
		default:
			said = append(said, fmt.Sprintf("%s has %d %s figures within it, which are not added up", who, parts.count, how))
		}
	}
	return said
}

// partsIn is how many periods of a frequency make up a calendar period; 0 if they do not.
func partsIn(period edtf.Period, frequency metricsv1.Figure_Frequency) (count int) {
	part, err := edtf.Containing(period.Start, frequency.String())
	for ; err == nil && period.Contains(part); part, err = part.Shift(1) {
		count++
	}
	return count
}
