package pages

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// unitToTry is the unit that a metric is shown in where the address of its page names none; ""
// for the units that its figures have. The pages after the first go on as it was asked.
func (a metricAsked) unitToTry(m *metricsv1.Metric) string {
	unit := m.GetDefaultUnit()
	if a.request.GetUnit() != "" || a.request.GetPageToken() != "" || unit.GetSystem() != metricsv1.Unit_UCUM || unit.GetCode() == "1" {
		return ""
	}
	return unit.GetCode()
}

// inOwnUnit asks in the unit that the metric is defined in, where the address names none: a
// border is read in km, not in the base unit m. The base unit, which all share, stays where a
// number would be rounded in the own one, and where a figure has a place beside the lines in
// the base unit only.
func (e *explorer) inOwnUnit(ctx context.Context, asked *metricAsked, m *metricsv1.Metric, others []drawing.Other) (then, now *metricsv1.QueryMetricResponse, err error) {
	own, inBase := asked.unitToTry(m), proto.CloneOf(asked.request)
	if own == "" {
		return e.thenAndNow(ctx, asked.request)
	}
	asked.request.Unit = own
	then, now, err = e.thenAndNow(ctx, asked.request)
	if err != nil && !errs.Is(err, errs.InvalidArgument) && !errs.Is(err, errs.FailedPrecondition) {
		return nil, nil, err
	}
	places := placed(then, asked.request, others)
	asked.ownUnit = err == nil && !inexact(then) && !inexact(now)
	if asked.ownUnit && places == len(others) {
		return then, now, nil
	}
	baseThen, baseNow, err := e.thenAndNow(ctx, inBase)
	if asked.ownUnit = asked.ownUnit && (err != nil || placed(baseThen, inBase, others) <= places); asked.ownUnit {
		return then, now, nil
	}
	asked.request.Unit = ""
	return baseThen, baseNow, err
}

// anyOf reports whether any observation of an answer is so.
func anyOf(got *metricsv1.QueryMetricResponse, is func(*metricsv1.Observation) bool) bool {
	return slices.ContainsFunc(got.GetSeries(), func(s *metricsv1.QueryMetricResponse_Series) bool {
		return slices.ContainsFunc(s.GetObservations(), is)
	})
}

// inexact reports whether an answer has a number that was rounded.
func inexact(got *metricsv1.QueryMetricResponse) bool {
	return anyOf(got, (*metricsv1.Observation).GetInexact)
}

// placed is how many figures have a place beside the lines of an answer.
func placed(got *metricsv1.QueryMetricResponse, request *metricsv1.QueryMetricRequest, others []drawing.Other) (n int) {
	hasPlace := placesBeside(got, request)
	for _, other := range others {
		if hasPlace(other) {
			n++
		}
	}
	return n
}

// placesBeside tells whether a figure has a place beside the lines of an answer: on the axis of
// what of it is drawn.
func placesBeside(got *metricsv1.QueryMetricResponse, request *metricsv1.QueryMetricRequest) func(drawing.Other) bool {
	behind, units := evidence{answer: got, request: request}, map[string]bool{}
	for _, s := range got.GetSeries() {
		for _, o := range s.GetObservations() {
			if drawing.Undrawn(o) == "" {
				units[axisOf(o, behind).unit] = true
			}
		}
	}
	return func(other drawing.Other) bool {
		for unit := range units {
			if _, err := other.In(unit, request); err == nil {
				return true
			}
		}
		return false
	}
}

// ratios reports whether an answer has ratios of a metric that is defined in percent: they have
// no sign, so a reader would take 0.05 for percent.
func ratios(m *metricsv1.Metric, got *metricsv1.QueryMetricResponse) bool {
	return m.GetDefaultUnit().GetCode() == "%" && got.GetTransformedUnit() == nil && anyOf(got, func(o *metricsv1.Observation) bool {
		return o.GetUnit().GetCode() == "1"
	})
}

// unitLeftOut says which unit an answer is in for which none was asked.
func unitLeftOut(asked metricAsked, m *metricsv1.Metric, got *metricsv1.QueryMetricResponse) string {
	code := m.GetDefaultUnit().GetCode()
	if !asked.ownUnit {
		var codes []string
		anyOf(got, func(o *metricsv1.Observation) bool {
			codes = append(codes, o.GetUnit().GetCode())
			return false
		})
		slices.Sort(codes)
		if codes = slices.Compact(codes); len(codes) != 1 {
			return asItIs
		}
		code = codes[0]
	}
	switch {
	case ratios(m, got):
		return "as ratios"
	case code == "" || code == "1":
		return asItIs
	}
	return "in " + code
}

// asItIs is what no unit means where figures have several, or none.
const asItIs = "as it is"
