package words

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/sdmx"
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

// hedge is the hedge that a source prints where the words of the value do not have it:
// "less than 900" may be printed "nearly 900", and bounds as "tens".
func hedge(o *metricsv1.Observation) string {
	about := o.GetApproximator()
	if o.GetValue() != nil && (about == metricsv1.Figure_ABOUT || about == metricsv1.Figure_EXACTLY) {
		return "" // beside the number
	}
	if words := Approximators[about]; words != "" {
		return "hedged as " + words
	}
	return ""
}

// Remarks are what must be known of an observation beside its number: how its source
// hedges it, how it was made, what its publisher says of it, and what happened to it
// since.
func Remarks(o *metricsv1.Observation) []string {
	var out []string
	add := func(say bool, words string) {
		if say {
			out = append(out, words)
		}
	}
	add(hedge(o) != "", hedge(o))
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
	add(o.GetRestricted(), Restricted(embargo.Until(o)))
	add(sdmx.Confidential(o.GetConfStatus()), "confidentiality "+o.GetConfStatus())
	return out
}

// PeriodOf is a period in words, or that none is stated.
func PeriodOf(p *typev1.TimePeriod) string {
	if p.GetEdtf() == "" {
		return "a time not stated"
	}
	return Period(p.GetEdtf())
}
