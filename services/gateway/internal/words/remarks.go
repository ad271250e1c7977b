package words

import (
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// statuses are codes of SDMX CL_OBS_STATUS 2.2 that a reader must know of.
var statuses = map[string]string{
	"B": "break in the series", "D": "another definition", "E": "estimated", "F": "forecast", "G": "experimental", "I": "imputed",
	"J": "derogation", "K": "counted in another category", "L": "not collected", "M": "cannot exist", "N": "not significant", "O": "missing",
	"P": "provisional", "Q": "kept back", "S": "special event", "U": "low reliability", "V": "unvalidated", "H": "missing, holiday or weekend",
}

// Status is an observation status in words; "" of one that says that all is normal.
func Status(code string) string {
	if code == "A" {
		return ""
	}
	if known := statuses[code]; known != "" {
		return known
	}
	return "status " + code
}

// Frac is a fraction as it is written: 9/7, or a whole number.
func Frac(f *metricsv1.Fraction) string {
	if f.GetDenominator().GetValue() == "1" {
		return Number(f.GetNumerator())
	}
	return Number(f.GetNumerator()) + "/" + Number(f.GetDenominator())
}

// Remarks are what must be known of an observation beside its number: how it was
// made, what its publisher says of it, and what happened to it since.
func Remarks(o *metricsv1.Observation) []string {
	var out []string
	add := func(say bool, words string) {
		if say {
			out = append(out, words)
		}
	}
	for _, code := range o.GetObsStatus() {
		add(Status(code) != "", Status(code))
	}
	add(o.GetFilled(), "fills a gap with the figure of "+PeriodOf(o.GetFilledFrom()))
	if c := o.GetConversion(); c != nil {
		rate := c.GetFrom() + " to " + c.GetTo()
		if c.GetRate() != nil {
			rate = "1 " + c.GetFrom() + " = " + Frac(c.GetRate()) + " " + c.GetTo()
		}
		if c.GetRateBasis() == metricsv1.Conversion_ARTICLE {
			rate += ", the rate of its own source"
		} else if c.GetRatePeriod() != nil {
			rate += ", the rate of " + PeriodOf(c.GetRatePeriod())
		}
		add(true, "converted: "+rate)
	}
	add(o.GetAggregatedCount() > 0, "from "+Counted(int(o.GetAggregatedCount()), "figure"))
	add(o.GetBasePeriod() != nil, "since "+PeriodOf(o.GetBasePeriod()))
	add(o.GetInexact(), "rounded")
	add(o.GetCorrected(), "corrected since it was first recorded")
	add(o.GetStale(), "stale: an input has changed since")
	add(o.GetConfStatus() != "" && o.GetConfStatus() != "F", "confidentiality "+o.GetConfStatus())
	return out
}

// PeriodOf is a period in words, or that none is stated.
func PeriodOf(p *typev1.TimePeriod) string {
	if p.GetEdtf() == "" {
		return "a time not stated"
	}
	return Period(p.GetEdtf())
}

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

// rateSeries says which of the rates are taken, where the query chooses.
func rateSeries(r *metricsv1.QueryMetricRequest) string {
	var parts []string
	for _, id := range DimensionOrder(r.GetRateDimensions()) {
		parts = append(parts, id+"="+r.GetRateDimensions()[id])
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// Query says what a query asks for beside the figures themselves.
func Query(r *metricsv1.QueryMetricRequest) []string {
	var out []string
	add := func(say bool, words string) {
		if say {
			out = append(out, words)
		}
	}
	add(Transform(r.GetTransform()) != "", Transform(r.GetTransform())+".")
	add(r.GetAggregationFrequency() != 0, "Aggregated, "+Frequencies[r.GetAggregationFrequency()]+": "+methods[r.GetAggregationMethod()]+".")
	add(r.GetAsOf() != "", "As was public by "+Period(r.GetAsOf())+".")
	add(r.GetReadTime() != nil, "As on record at "+r.GetReadTime().AsTime().UTC().Format("2006-01-02 15:04:05 UTC")+".")
	add(r.GetVintages() == metricsv1.QueryMetricRequest_FIRST, "First releases.")
	add(r.GetVintages() == metricsv1.QueryMetricRequest_ALL, "All releases.")
	add(r.GetRateBasis() == metricsv1.Conversion_ARTICLE, "Converted to "+r.GetUnit()+" by the rates of the sources themselves.")
	add(r.GetRateBasis() == metricsv1.Conversion_REFERENCE, "Converted to "+r.GetUnit()+" by the rates of "+r.GetRateMetric()+rateSeries(r)+".")
	add(r.GetFill() == metricsv1.QueryMetricRequest_PREVIOUS, "Gaps are filled with the figure before, and marked.")
	add(r.GetLastN() > 0, "The last "+Grouped(int(r.GetLastN()))+" of each series.")
	return out
}
