package formats

import (
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// column is a column of the flat forms: one name in rows and CSV.
type column struct {
	name string
	// datatype is that of CSV on the Web: string, decimal, boolean, dateTime, integer, and
	// number, which is a double there, of those that are JSON numbers.
	datatype string
	about    string
	// list says that several values stand in a cell, separated by semicolons.
	list bool
	// rowsOnly leaves a column out of the CSV: it repeats another for programs that
	// take JSON numbers only.
	rowsOnly bool
	get      func(*record) cell
}

// columns are those of a metric. They follow from its definition alone, so every
// row and every page of one has the same.
func columns(metric *metricsv1.Metric) []column {
	fixed := slices.Concat(valueColumns, markColumns, conversionColumns, writtenColumns, sourceColumns)
	taken := map[string]bool{"metric": true, "frequency": true}
	for _, c := range fixed {
		taken[c.name] = true
	}
	out := []column{{name: "metric", datatype: "string", about: "The metric.", get: func(r *record) cell { return said(r.metric.GetName()) }}}
	for _, d := range metric.GetDimensions() {
		out = append(out, column{
			name: free(taken, d.GetId(), "dimension."), datatype: "string", about: "Dimension " + d.GetId() + " of the series. " + d.GetDisplayName(),
			get: func(r *record) cell { return said(r.series.GetDimensions()[d.GetId()]) },
		})
	}
	out = append(out, column{
		name: "frequency", datatype: "string", about: "How often the series has a figure: A, S, Q, M, W, D (SDMX CL_FREQ).",
		get: func(r *record) cell { return named(r.series.GetFrequency()) },
	})
	out = append(out, fixed...)
	for _, a := range metric.GetAttributes() {
		out = append(out, column{
			name: free(taken, a.GetId(), "attribute."), datatype: "string", about: "Attribute " + a.GetId() + " of the figure. " + a.GetDisplayName(),
			get: func(r *record) cell { return said(r.o.GetAttributes()[a.GetId()]) },
		})
	}
	return out
}

// free is a name for a column that no other has: an id of the metric that is also
// the name of a fixed column, or of another column of the metric, gets a prefix. No id
// has a full stop, so no other begins with it.
func free(taken map[string]bool, id, prefix string) string {
	if taken[id] {
		id = prefix + id
	}
	taken[id] = true
	return id
}

var valueColumns = []column{
	{"time", "dateTime", "The first instant of the period, UTC; null where it is open or not stated.", false, false, func(r *record) cell { return instant(r.o.GetTimePeriod().GetStartTime()) }},
	{"timeEnd", "dateTime", "The first instant after the period, UTC.", false, false, func(r *record) cell { return instant(r.o.GetTimePeriod().GetEndTime()) }},
	{"period", "string", "The period as its source has it, in EDTF (ISO 8601-2); null where none is stated.", false, false, func(r *record) cell { return said(r.o.GetTimePeriod().GetEdtf()) }},
	{"valueKind", "string", "What the value is: POINT, RANGE, LOWER_BOUND, UPPER_BOUND, LIST, CHANGE or NO_VALUE.", false, false, func(r *record) cell { return named(r.o.GetValueKind()) }},
	{"value", "decimal", "The number, exact, in unit; null unless one number is stated. No midpoint is made of bounds.", false, false, func(r *record) cell { return exact(r.o.GetValue()) }},
	{"valueNumber", "number", "The same as a JSON number.", false, true, func(r *record) cell { return plotted(r.o.GetValue()) }},
	{"values", "decimal", "The numbers of a LIST.", true, false, func(r *record) cell { return decimals(r.o.GetValues()) }},
	{"lower", "decimal", "The lower bound, exact.", false, false, func(r *record) cell { return exact(r.o.GetLower().GetValue()) }},
	{"lowerNumber", "number", "The same as a JSON number.", false, true, func(r *record) cell { return plotted(r.o.GetLower().GetValue()) }},
	{"lowerInclusive", "boolean", "Whether the lower bound itself is included.", false, false, func(r *record) cell { return included(r.o.GetLower()) }},
	{"upper", "decimal", "The upper bound, exact.", false, false, func(r *record) cell { return exact(r.o.GetUpper().GetValue()) }},
	{"upperNumber", "number", "The same as a JSON number.", false, true, func(r *record) cell { return plotted(r.o.GetUpper().GetValue()) }},
	{"upperInclusive", "boolean", "Whether the upper bound itself is included.", false, false, func(r *record) cell { return included(r.o.GetUpper()) }},
	{"unit", "string", "The unit of the numbers: a UCUM code, an ISO 4217 currency, or an unresolved sign.", false, false, func(r *record) cell { return said(r.unit().GetCode()) }},
	{"unitSystem", "string", "Who defines the unit: UCUM, ISO4217 or UNRESOLVED.", false, false, func(r *record) cell { return named(r.unit().GetSystem()) }},
}

var markColumns = []column{
	{"countedObject", "string", "What is counted, where the unit is 1.", false, false, func(r *record) cell { return said(r.o.GetCountedObject()) }},
	{"approximator", "string", "The hedge that is printed, such as ABOUT or NEARLY; null if none is.", false, false, func(r *record) cell {
		if r.o.GetApproximator() == metricsv1.Figure_NONE {
			return cell{}
		}
		return named(r.o.GetApproximator())
	}},
	{"missingReason", "string", "Why there is no number.", false, false, func(r *record) cell { return named(r.o.GetMissingReason()) }},
	{"inexact", "boolean", "Whether a number was rounded, half to even, when it was computed.", false, false, func(r *record) cell { return yes(r.o.GetInexact()) }},
	{"obsStatus", "string", "Codes of SDMX CL_OBS_STATUS.", true, false, func(r *record) cell { return several(r.o.GetObsStatus()) }},
	{"provisional", "boolean", "Whether its publisher calls it provisional: P is among the codes.", false, false, func(r *record) cell { return yes(slices.Contains(r.o.GetObsStatus(), "P")) }},
	{"confStatus", "string", "A code of SDMX CL_CONF_STATUS.", false, false, func(r *record) cell { return said(r.o.GetConfStatus()) }},
	{"restricted", "boolean", "Whether only editors and admins read it: a copy is not for others.", false, false, func(r *record) cell { return yes(r.o.GetRestricted()) }},
	{"embargoEndTime", "dateTime", "Until when an embargo of the figure holds, or held.", false, false, func(r *record) cell { return instant(r.o.GetEmbargoEndTime()) }},
	{"corrected", "boolean", "Whether what the figure says was corrected after it was first recorded.", false, false, func(r *record) cell { return yes(r.o.GetCorrected()) }},
	{"stale", "boolean", "Whether an input that it was computed from has changed since.", false, false, func(r *record) cell { return yes(r.o.GetStale()) }},
	{"filled", "boolean", "Whether it fills a gap: the period has no figure.", false, false, func(r *record) cell { return yes(r.o.GetFilled()) }},
	{"filledFrom", "string", "The period of the figure that fills the gap.", false, false, func(r *record) cell { return said(r.o.GetFilledFrom().GetEdtf()) }},
	{"aggregatedCount", "integer", "How many figures it was aggregated from; null if it was not.", false, false, func(r *record) cell { return integer(r.o.GetAggregatedCount(), r.o.GetAggregatedCount() > 0) }},
	{"transform", "string", "What was computed of the numbers; null if nothing was.", false, false, func(r *record) cell {
		if r.request.GetTransform() == metricsv1.QueryMetricRequest_LIN {
			return cell{}
		}
		return named(r.request.GetTransform())
	}},
	{"basePeriod", "string", "From when on it is a change.", false, false, func(r *record) cell { return said(r.o.GetBasePeriod().GetEdtf()) }},
}

var conversionColumns = []column{
	{"converted", "boolean", "Whether an exchange rate was applied.", false, false, func(r *record) cell { return yes(r.o.GetConversion() != nil) }},
	{"rateBasis", "string", "ARTICLE: the rate that the source itself asserts. REFERENCE: that of an exchange-rate metric.", false, false, func(r *record) cell { return named(r.o.GetConversion().GetRateBasis()) }},
	{"rate", "string", "The rate, a fraction, in the new currency for one of the old.", false, false, func(r *record) cell { return fraction(r.o.GetConversion().GetRate()) }},
	{"rateFigure", "string", "The figure that the rate is of.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetRateFigure()) }},
	{"rateRevision", "string", "The revision of that figure.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetRateRevisionId()) }},
	{"ratePeriod", "string", "The period of the rate.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetRatePeriod().GetEdtf()) }},
	{"crossRateFigure", "string", "The figure that the rate was divided by, of a cross rate.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetCrossRateFigure()) }},
	{"crossRateRevision", "string", "The revision of that figure.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetCrossRateRevisionId()) }},
	{"convertedFrom", "string", "The currency that was converted from.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetFrom()) }},
	{"convertedTo", "string", "The currency that was converted to.", false, false, func(r *record) cell { return said(r.o.GetConversion().GetTo()) }},
}

var writtenColumns = []column{
	{"writtenValue", "decimal", "The number as it was written, in writtenUnit × 10^writtenUnitMult, before anything was computed.", false, false, func(r *record) cell { return exact(r.o.GetAsWritten().GetValue()) }},
	{"writtenValues", "decimal", "The numbers of a LIST as written.", true, false, func(r *record) cell { return decimals(r.o.GetAsWritten().GetValues()) }},
	{"writtenLower", "decimal", "The lower bound as written.", false, false, func(r *record) cell { return exact(r.o.GetAsWritten().GetLower().GetValue()) }},
	{"writtenLowerInclusive", "boolean", "Whether it is included.", false, false, func(r *record) cell { return included(r.o.GetAsWritten().GetLower()) }},
	{"writtenUpper", "decimal", "The upper bound as written.", false, false, func(r *record) cell { return exact(r.o.GetAsWritten().GetUpper().GetValue()) }},
	{"writtenUpperInclusive", "boolean", "Whether it is included.", false, false, func(r *record) cell { return included(r.o.GetAsWritten().GetUpper()) }},
	{"writtenUnit", "string", "The unit as written.", false, false, func(r *record) cell { return said(r.o.GetAsWritten().GetUnit().GetCode()) }},
	{"writtenUnitMult", "integer", "The power of ten of the numbers as written (SDMX UNIT_MULT).", false, false, func(r *record) cell {
		return integer(r.o.GetAsWritten().GetUnitMult(), r.o.GetAsWritten() != nil)
	}},
	{"writtenDecimals", "integer", "How many digits after the point the source gives (SDMX DECIMALS).", false, false, func(r *record) cell {
		return integer(r.o.GetAsWritten().GetDecimals(), r.o.GetAsWritten() != nil && r.o.AsWritten.Decimals != nil)
	}},
}

var sourceColumns = []column{
	{"releaseTime", "string", "When its publisher put it out (its vintage), in EDTF.", false, false, func(r *record) cell { return said(r.o.GetReleaseTime().GetEdtf()) }},
	{"sourceId", "string", "Names the source in every answer alike.", false, false, func(r *record) cell { return said(r.o.GetSourceId()) }},
	{"producer", "string", "Who made the data.", false, false, func(r *record) cell { return said(r.source.GetProducer()) }},
	{"sourceTitle", "string", "In which publication or table.", false, false, func(r *record) cell { return said(r.source.GetTitle()) }},
	{"sourceUri", "string", "Where it is published.", false, false, func(r *record) cell { return said(r.source.GetUri()) }},
	{"license", "string", "The licence of the data.", false, false, func(r *record) cell { return said(r.source.GetLicense()) }},
	{"sourceRank", "integer", "The place of the source by the metric's policy, the best 1.", false, false, func(r *record) cell { return integer(r.source.GetRank(), r.source != nil) }},
	{"documentVersion", "string", "The document version that prints it; null for a data file.", false, false, func(r *record) cell { return said(r.o.GetDocumentVersion()) }},
	{"claimant", "string", "Who says so, where that is not the source as a whole.", false, false, func(r *record) cell { return said(r.o.GetClaimant()) }},
	{"figure", "string", "The figure; null of what was aggregated from several.", false, false, func(r *record) cell { return said(r.o.GetFigure()) }},
	{"revision", "string", "The revision shown.", false, false, func(r *record) cell { return said(r.o.GetRevisionId()) }},
	{"updateTime", "dateTime", "When that revision was recorded.", false, false, func(r *record) cell { return instant(r.o.GetUpdateTime()) }},
	{"comment", "string", "The editor's note.", false, false, func(r *record) cell { return said(r.o.GetComment()) }},
	{"coverage", "string", "What the figures of the metric cover.", false, false, func(r *record) cell { return said(r.answer.GetCoverage()) }},
}
