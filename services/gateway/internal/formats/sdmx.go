package formats

import (
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// newSDMX is the table of SDMX-CSV 2.0: every dimension and attribute of the metric
// under its own name, and what SDMX has no concept for in columns of ours. Several
// values in a cell are separated by semicolons, which the first header says.
//
// OBS_VALUE, UNIT_MEASURE, UNIT_MULT and DECIMALS are as the source has them, unless
// the query computes: then the number is multiplied out and UNIT_MULT is 0.
func newSDMX(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest) *table {
	before, after := sdmxValues(words.Computes(request)), sdmxExtras
	out := slices.Clone(sdmxHead)
	for _, d := range metric.GetDimensions() {
		out = append(out, column{name: sdmx.DimensionColumn(d.GetId()), get: func(r *record) cell { return said(r.series.GetDimensions()[d.GetId()]) }})
	}
	out = append(out, before...)
	for _, a := range metric.GetAttributes() {
		out = append(out, column{name: sdmx.AttributeColumn(a.GetId()), get: func(r *record) cell { return said(r.o.GetAttributes()[a.GetId()]) }})
	}
	return newTable(append(out, after...))
}

var sdmxHead = []column{
	{name: "STRUCTURE[;]", get: func(*record) cell { return said("dataflow") }},
	{name: "STRUCTURE_ID", get: func(r *record) cell {
		return said("ONRECORD:" + strings.TrimPrefix(r.metric.GetName(), "metrics/") + "(1.0)")
	}},
	{name: "ACTION", get: func(*record) cell { return said("I") }},
}

// sdmxValues are period, number and what SDMX says of it.
func sdmxValues(computed bool) []column {
	written := func(r *record) (*metricsv1.AsWritten, bool) {
		w := r.o.GetAsWritten()
		return w, w != nil && !computed
	}
	return []column{
		{name: "FREQ", get: func(r *record) cell { return named(r.series.GetFrequency()) }},
		{name: "TIME_PERIOD", get: func(r *record) cell { return said(sdmx.WritePeriod(r.o.GetTimePeriod().GetEdtf())) }},
		{name: "OBS_VALUE", get: func(r *record) cell {
			if w, ok := written(r); ok {
				return exact(w.GetValue())
			}
			return exact(r.o.GetValue())
		}},
		{name: "UNIT_MEASURE", get: func(r *record) cell {
			if w, ok := written(r); ok {
				return said(w.GetUnit().GetCode())
			}
			return said(r.unit().GetCode())
		}},
		{name: "UNIT_SYSTEM", get: func(r *record) cell {
			if w, ok := written(r); ok {
				return named(w.GetUnit().GetSystem())
			}
			return named(r.unit().GetSystem())
		}},
		{name: "UNIT_MULT", get: func(r *record) cell {
			if w, ok := written(r); ok {
				return integer(w.GetUnitMult(), true)
			}
			return integer(0, true)
		}},
		{name: "DECIMALS", get: func(r *record) cell {
			w, ok := written(r)
			return integer(w.GetDecimals(), ok && w.Decimals != nil)
		}},
		{name: "OBS_STATUS[]", get: func(r *record) cell { return several(r.o.GetObsStatus()) }},
		{name: "CONF_STATUS", get: func(r *record) cell { return said(r.o.GetConfStatus()) }},
		{name: "VALUE_KIND", get: func(r *record) cell { return named(r.o.GetValueKind()) }},
		{name: "OBS_VALUES[]", get: func(r *record) cell {
			if w, ok := written(r); ok {
				return decimals(w.GetValues())
			}
			return decimals(r.o.GetValues())
		}},
		{name: "LOWER", get: func(r *record) cell { return exact(sdmxBound(r, computed, lower).GetValue()) }},
		{name: "LOWER_INCLUSIVE", get: func(r *record) cell { return included(sdmxBound(r, computed, lower)) }},
		{name: "UPPER", get: func(r *record) cell { return exact(sdmxBound(r, computed, upper).GetValue()) }},
		{name: "UPPER_INCLUSIVE", get: func(r *record) cell { return included(sdmxBound(r, computed, upper)) }},
	}
}

type bounded interface {
	GetLower() *metricsv1.Bound
	GetUpper() *metricsv1.Bound
}

func lower(b bounded) *metricsv1.Bound { return b.GetLower() }
func upper(b bounded) *metricsv1.Bound { return b.GetUpper() }

// sdmxBound is a bound in the same unit as OBS_VALUE.
func sdmxBound(r *record, computed bool, end func(bounded) *metricsv1.Bound) *metricsv1.Bound {
	if w := r.o.GetAsWritten(); w != nil && !computed {
		return end(w)
	}
	return end(r.o)
}

// sdmxExtras are what SDMX has no concept for, by the flat column that has it.
var sdmxExtras = func() []column {
	all := map[string]column{}
	for _, c := range slices.Concat(valueColumns, markColumns, conversionColumns, writtenColumns, sourceColumns) {
		all[c.name] = c
	}
	var out []column
	for _, pair := range [][2]string{
		{"COUNTED_OBJECT", "countedObject"}, {"APPROXIMATOR", "approximator"}, {"MISSING_REASON", "missingReason"}, {"INEXACT", "inexact"}, {"FILLED", "filled"}, {"FILLED_FROM", "filledFrom"},
		{"AGGREGATED_COUNT", "aggregatedCount"}, {"TRANSFORM", "transform"}, {"BASE_PERIOD", "basePeriod"}, {"CONVERTED", "converted"},
		{"RATE_BASIS", "rateBasis"}, {"RATE", "rate"}, {"RATE_FIGURE", "rateFigure"}, {"RATE_REVISION", "rateRevision"}, {"RATE_PERIOD", "ratePeriod"},
		{"CROSS_RATE_FIGURE", "crossRateFigure"}, {"CROSS_RATE_REVISION", "crossRateRevision"},
		{"CONVERTED_FROM", "convertedFrom"}, {"RELEASE_TIME", "releaseTime"}, {"CORRECTED", "corrected"}, {"STALE", "stale"}, {"SOURCE_ID", "sourceId"},
		{"PRODUCER", "producer"}, {"TITLE", "sourceTitle"}, {"SOURCE_URI", "sourceUri"}, {"LICENSE", "license"},
		{"DOCUMENT_VERSION", "documentVersion"}, {"CLAIMANT", "claimant"}, {"FIGURE", "figure"}, {"REVISION", "revision"}, {"COMMENT_OBS", "comment"},
		{"COVERAGE", "coverage"},
	} {
		out = append(out, column{name: pair[0], get: all[pair[1]].get})
	}
	return out
}()
