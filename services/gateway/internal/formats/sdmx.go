package formats

import (
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// newSDMX is the table of SDMX-CSV 2.0. Several values in a cell are separated by
// semicolons, which the first header says.
func newSDMX(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest) *table {
	c := sdmxOf(metric, request)
	out := slices.Concat(sdmxHead, c.dimensions, []column{c.value}, c.attributes)
	for i := range out {
		if out[i].list {
			out[i].name += "[]"
		}
	}
	return newTable(out)
}

// sdmxColumns are the components of a metric in SDMX: every dimension and attribute
// under its own name, and what SDMX has no concept for in attributes of ours.
//
// OBS_VALUE, UNIT_MEASURE, UNIT_MULT and DECIMALS are as the source has them, unless
// the query computes: then the number is multiplied out and UNIT_MULT is 0.
type sdmxColumns struct {
	// dimensions end with FREQ and TIME_PERIOD.
	dimensions []column
	value      column
	attributes []column
}

func sdmxOf(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest) sdmxColumns {
	computed := words.Computes(request)
	out := sdmxColumns{value: sdmxValue(computed), attributes: sdmxValues(computed)}
	for _, d := range metric.GetDimensions() {
		out.dimensions = append(out.dimensions, column{name: sdmx.DimensionColumn(d.GetId()), get: func(r *record) cell { return said(r.series.GetDimensions()[d.GetId()]) }})
	}
	out.dimensions = append(out.dimensions, sdmxTimes...)
	for _, a := range metric.GetAttributes() {
		out.attributes = append(out.attributes, column{name: sdmx.AttributeColumn(a.GetId()), get: func(r *record) cell { return said(r.o.GetAttributes()[a.GetId()]) }})
	}
	out.attributes = append(out.attributes, sdmxExtras...)
	return out
}

var sdmxHead = []column{
	{name: sdmx.Structure + "[;]", get: func(*record) cell { return said("dataflow") }},
	{name: sdmx.StructureID, get: func(r *record) cell {
		return said(sdmxFlowID(r.metric))
	}},
	{name: sdmx.Action, get: func(*record) cell { return said("I") }},
}

var sdmxTimes = []column{
	{name: sdmx.Freq, get: func(r *record) cell { return named(r.series.GetFrequency()) }},
	{name: sdmx.TimePeriod, get: func(r *record) cell { return said(sdmx.WritePeriod(r.o.GetTimePeriod().GetEdtf())) }},
}

// written is what the source has, which a query that computes does not answer.
func written(r *record, computed bool) (*metricsv1.AsWritten, bool) {
	w := r.o.GetAsWritten()
	return w, w != nil && !computed
}

func sdmxValue(computed bool) column {
	return column{name: sdmx.ObsValue, get: func(r *record) cell {
		if w, ok := written(r, computed); ok {
			return exact(w.GetValue())
		}
		return exact(r.o.GetValue())
	}}
}

// sdmxValues are what SDMX says of a number.
func sdmxValues(computed bool) []column {
	return []column{
		{name: sdmx.UnitMeasure, get: func(r *record) cell {
			if w, ok := written(r, computed); ok {
				return said(w.GetUnit().GetCode())
			}
			return said(r.unit().GetCode())
		}},
		{name: sdmx.UnitSystem, get: func(r *record) cell {
			if w, ok := written(r, computed); ok {
				return named(w.GetUnit().GetSystem())
			}
			return named(r.unit().GetSystem())
		}},
		{name: sdmx.UnitMult, get: func(r *record) cell {
			if w, ok := written(r, computed); ok {
				return integer(w.GetUnitMult(), true)
			}
			return integer(0, true)
		}},
		{name: sdmx.Decimals, get: func(r *record) cell {
			w, ok := written(r, computed)
			return integer(w.GetDecimals(), ok && w.Decimals != nil)
		}},
		{name: sdmx.ObsStatus, list: true, get: func(r *record) cell { return several(r.o.GetObsStatus()) }},
		{name: sdmx.ConfStatus, get: func(r *record) cell { return said(r.o.GetConfStatus()) }},
		{name: sdmx.EmbargoTime, get: func(r *record) cell { return instant(embargoEnd(r.o)) }},
		{name: sdmx.ValueKind, get: func(r *record) cell { return named(r.o.GetValueKind()) }},
		{name: sdmx.ObsValues, list: true, get: func(r *record) cell {
			if w, ok := written(r, computed); ok {
				return decimals(w.GetValues())
			}
			return decimals(r.o.GetValues())
		}},
		{name: sdmx.Lower, get: func(r *record) cell { return exact(sdmxBound(r, computed, lower).GetValue()) }},
		{name: sdmx.LowerInclusive, get: func(r *record) cell { return included(sdmxBound(r, computed, lower)) }},
		{name: sdmx.Upper, get: func(r *record) cell { return exact(sdmxBound(r, computed, upper).GetValue()) }},
		{name: sdmx.UpperInclusive, get: func(r *record) cell { return included(sdmxBound(r, computed, upper)) }},
	}
}

// embargoEnd is when the embargo of a figure ends, or ended: nothing where something else
// restricts it by now, which a reader of the file must know.
func embargoEnd(o *metricsv1.Observation) *timestamppb.Timestamp {
	end := o.GetEmbargoEndTime()
	if o.GetRestricted() && !end.AsTime().After(o.GetUpdateTime().AsTime()) {
		return nil
	}
	return end
}

type bounded interface {
	GetLower() *metricsv1.Bound
	GetUpper() *metricsv1.Bound
}

func lower(b bounded) *metricsv1.Bound { return b.GetLower() }
func upper(b bounded) *metricsv1.Bound { return b.GetUpper() }

// sdmxBound is a bound in the same unit as OBS_VALUE.
func sdmxBound(r *record, computed bool, end func(bounded) *metricsv1.Bound) *metricsv1.Bound {
	if w, ok := written(r, computed); ok {
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
		{sdmx.CountedObject, "countedObject"}, {sdmx.Approximator, "approximator"}, {sdmx.MissingReason, "missingReason"}, {sdmx.Inexact, "inexact"}, {sdmx.Filled, "filled"}, {sdmx.FilledFrom, "filledFrom"},
		{sdmx.AggregatedCount, "aggregatedCount"}, {sdmx.Transform, "transform"}, {sdmx.BasePeriod, "basePeriod"}, {sdmx.Converted, "converted"},
		{sdmx.RateBasis, "rateBasis"}, {sdmx.Rate, "rate"}, {sdmx.RateFigure, "rateFigure"}, {sdmx.RateRevision, "rateRevision"}, {sdmx.RatePeriod, "ratePeriod"},
		{sdmx.CrossRateFigure, "crossRateFigure"}, {sdmx.CrossRateRevision, "crossRateRevision"},
		{sdmx.ConvertedFrom, "convertedFrom"}, {sdmx.ReleaseTime, "releaseTime"}, {sdmx.Restricted, "restricted"}, {sdmx.Corrected, "corrected"}, {sdmx.Stale, "stale"}, {sdmx.SourceID, "sourceId"},
		{sdmx.Producer, "producer"}, {sdmx.Title, "sourceTitle"}, {sdmx.SourceURI, "sourceUri"}, {sdmx.License, "license"},
		{sdmx.DocumentVersion, "documentVersion"}, {sdmx.Claimant, "claimant"}, {sdmx.Figure, "figure"}, {sdmx.Revision, "revision"}, {sdmx.Comment, "comment"},
		{sdmx.Coverage, "coverage"},
	} {
		out = append(out, column{name: pair[0], about: all[pair[1]].about, get: all[pair[1]].get})
	}
	return out
}()
