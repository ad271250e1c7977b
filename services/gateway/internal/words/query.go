package words

import (
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

var transforms = map[metricsv1.QueryMetricRequest_Transform]string{
	metricsv1.QueryMetricRequest_CHG: "Change from the period before", metricsv1.QueryMetricRequest_CH1: "Change from a year ago",
	metricsv1.QueryMetricRequest_PCH: "Percent change from the period before", metricsv1.QueryMetricRequest_PC1: "Percent change from a year ago",
	metricsv1.QueryMetricRequest_IDX: "Index, the first number is 100",
}

// Transform says what was computed of the numbers; "" if nothing was.
func Transform(t metricsv1.QueryMetricRequest_Transform) string { return transforms[t] }

var methods = map[metricsv1.QueryMetricRequest_AggregationMethod]string{
	metricsv1.QueryMetricRequest_AVG: "mean", metricsv1.QueryMetricRequest_SUM: "sum", metricsv1.QueryMetricRequest_EOP: "last value",
}

// Computes reports whether a query answers other numbers than the figures' own.
func Computes(r *metricsv1.QueryMetricRequest) bool {
	return r.GetUnit() != "" || r.GetTransform() > metricsv1.QueryMetricRequest_LIN || r.GetAggregationFrequency() != 0 || r.RoundingDecimals != nil
}

// Query says what a query asks for beside the series themselves, which each line and
// each row names. It says all of it: who has only the copy must know what was left out.
func Query(r *metricsv1.QueryMetricRequest) []string {
	var out sentences
	out.add(r.GetPeriod() != "", "Period: "+Period(r.GetPeriod())+".")
	out.add(Transform(r.GetTransform()) != "", Transform(r.GetTransform())+".")
	out.add(r.GetAggregationFrequency() != 0, "Aggregated, "+Frequencies[r.GetAggregationFrequency()]+": "+methods[r.GetAggregationMethod()]+".")
	out.add(r.GetAsOf() != "", "As was public by "+Period(r.GetAsOf())+".")
	out.add(r.GetReadTime() != nil, "As on record at "+r.GetReadTime().AsTime().UTC().Format("2006-01-02 15:04:05 UTC")+".")
	out.add(r.GetVintages() == metricsv1.QueryMetricRequest_FIRST, "First releases.")
	out.add(r.GetVintages() == metricsv1.QueryMetricRequest_ALL, "All releases.")
	out.add(r.GetSelection() == metricsv1.QueryMetricRequest_BEST_SOURCE, "Of each period only the best source that has a number.")
	out.add(len(r.GetSources()) > 0, "Only the sources "+strings.Join(r.GetSources(), ", ")+".")
	out.conversion(r)
	out.add(r.RoundingDecimals != nil, "What is computed is rounded to "+Counted(int(r.GetRoundingDecimals()), "decimal")+", bounds outwards.")
	out.add(r.GetFill() == metricsv1.QueryMetricRequest_GAP, "Periods without a figure are in it, without a number.")
	out.add(r.GetFill() == metricsv1.QueryMetricRequest_PREVIOUS, "Gaps are filled with the figure before, and marked.")
	out.add(r.GetAlign(), "All series of a frequency have the same periods, some without a number.")
	out.add(r.GetSkipMissing(), "What has no number is left out.")
	out.add(r.GetLastN() > 0, "The last "+Grouped(int(r.GetLastN()))+" of each series.")
	return out
}

type sentences []string

func (s *sentences) add(say bool, words string) {
	if say {
		*s = append(*s, words)
	}
}

// conversion says the unit, and by which rates amounts of money came into it.
func (s *sentences) conversion(r *metricsv1.QueryMetricRequest) {
	switch r.GetRateBasis() {
	case metricsv1.Conversion_ARTICLE:
		s.add(true, "Converted to "+r.GetUnit()+" by the rates of the sources themselves.")
	case metricsv1.Conversion_REFERENCE:
		s.add(true, "Converted to "+r.GetUnit()+" by the rates of "+r.GetRateMetric()+rateSeries(r)+".")
	default:
		s.add(r.GetUnit() != "", "In the unit "+r.GetUnit()+".")
	}
}

// rateSeries says which of the rates are taken, where the query chooses.
func rateSeries(r *metricsv1.QueryMetricRequest) string {
	var parts []string
	for _, id := range DimensionOrder(r.GetRateDimensions()) {
		parts = append(parts, id+"="+r.GetRateDimensions()[id])
	}
	if r.GetRateSource() != "" {
		parts = append(parts, "source "+r.GetRateSource())
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
