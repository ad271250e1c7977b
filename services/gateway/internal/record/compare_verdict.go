package record

import (
	"google.golang.org/genproto/googleapis/type/decimal"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/interval"
	exact "github.com/onrecord/onrecord/services/platform/decimal"
)

// percentPlaces is how many digits after the point per cent are answered with.
const percentPlaces = 6

// beside puts the claim beside one reference.
func (c claim) beside(reference *metricsv1.Observation) (*gatewayv1.CompareFigureResponse_Comparison, error) {
	out := &gatewayv1.CompareFigureResponse_Comparison{Reference: reference, WithinRounding: gatewayv1.CompareFigureResponse_CANNOT_TELL}
	if out.Explanation = c.whyNot(reference); out.GetExplanation() != "" {
		return out, nil
	}
	out.Unit = c.unit
	known, err := numbers{reference.GetValue(), reference.GetLower(), reference.GetUpper()}.interval()
	if err != nil {
		return nil, err
	}
	if err := addDifferences(out, c.said.Minus(known), c.said.PercentOf(known)); err != nil {
		return nil, err
	}
	open := c.open.Minus(known)
	if out.DifferenceLowerBound, err = outwardsBound(open.Low, floor(exact.MaxExponent)); err != nil {
		return nil, err
	}
	if out.DifferenceUpperBound, err = outwardsBound(open.High, ceil(exact.MaxExponent)); err != nil {
		return nil, err
	}
	out.WithinRounding, out.Explanation = c.judge(known, reference.GetApproximator() == metricsv1.Figure_ABOUT)
	return out, nil
}

// outwardsBound writes an end that may need to be rounded; nil is none.
func outwardsBound(end *interval.End, round func(*interval.End) (exact.Decimal, error)) (*metricsv1.Bound, error) {
	if end == nil {
		return nil, nil //nolint:nilnil // no end is no fault
	}
	number, err := round(end)
	return &metricsv1.Bound{Value: &decimal.Decimal{Value: number.String()}, Inclusive: &end.Inclusive}, err
}

// whyNot is why the claim cannot be held against a reference at all; empty if it can.
func (c claim) whyNot(reference *metricsv1.Observation) string {
	kind := reference.GetValueKind()
	switch {
	case kind == metricsv1.Figure_NO_VALUE:
		return "The reference has no number for the period."
	case kind == metricsv1.Figure_LIST:
		return "The reference is a list of numbers."
	case (kind == metricsv1.Figure_CHANGE) != c.isChange:
		return "One says how much there is, the other by how much it changed."
	case c.unit == nil:
		return "NO_COMMON_UNIT: the claim's unit is unresolved."
	case c.unit.GetSystem() != reference.GetUnit().GetSystem() || c.unit.GetCode() != reference.GetUnit().GetCode():
		return "NO_COMMON_UNIT: the claim is in " + c.unit.GetCode() + ", the reference in " + reference.GetUnit().GetCode() + "."
	default:
		return ""
	}
}

// judge tells whether what the claim leaves open holds what is known, and why. hedged says that what is known may itself be off.
func (c claim) judge(known interval.Interval, hedged bool) (gatewayv1.CompareFigureResponse_Rounding, string) {
	within, outside, partly := "lies within ", "lies outside ", "lies only in part within "
	switch {
	case c.isNumber():
		within, outside, partly = "is the number that is said", "is another number than is said", "may be another than is said"
	case c.isBounds:
		const what = "what its bounds leave open"
		within, outside, partly = within+what, outside+what, partly+what
	default:
		const what = "what its printed digits may have been rounded from"
		within, outside, partly = within+what, outside+what, partly+what
	}
	const itself = ", but is itself hedged: by how much it may be off is open."
	switch {
	case c.open.Holds(known) && hedged && c.isNumber():
		return gatewayv1.CompareFigureResponse_CANNOT_TELL, "The reference " + within + itself
	case c.open.Holds(known) && hedged:
		return gatewayv1.CompareFigureResponse_WITHIN, "The reference " + within + itself
	case c.open.Holds(known):
		return gatewayv1.CompareFigureResponse_WITHIN, "The reference " + within + "."
	case c.open.Meets(known):
		return gatewayv1.CompareFigureResponse_CANNOT_TELL, "The reference is itself not one number, and " + partly + "."
	case hedged:
		return gatewayv1.CompareFigureResponse_CANNOT_TELL, "The reference " + outside + itself
	case c.isUnread:
		return gatewayv1.CompareFigureResponse_CANNOT_TELL, "The reference " + outside + ", but how far the number was rounded, its printed form does not show."
	case c.isVague:
		return gatewayv1.CompareFigureResponse_CANNOT_TELL, "The reference " + outside + ", but its hedge leaves open by how much it may be off."
	default:
		return gatewayv1.CompareFigureResponse_OUTSIDE, "The reference " + outside + "."
	}
}

// addDifferences writes the differences, exactly where 38 digits hold them, and else rounded
// outwards.
func addDifferences(out *gatewayv1.CompareFigureResponse_Comparison, difference, percent interval.Interval) (err error) {
	for _, end := range []struct {
		into  **decimal.Decimal
		end   *interval.End
		round func(*interval.End) (exact.Decimal, error)
	}{
		{&out.DifferenceLow, difference.Low, floor(exact.MaxExponent)},
		{&out.DifferenceHigh, difference.High, ceil(exact.MaxExponent)},
		{&out.DifferencePercentLow, percent.Low, floor(percentPlaces)},
		{&out.DifferencePercentHigh, percent.High, ceil(percentPlaces)},
	} {
		if end.end == nil {
			continue
		}
		number, err := end.round(end.end)
		if err != nil {
			return err
		}
		*end.into = &decimal.Decimal{Value: number.String()}
	}
	return nil
}

func floor(places int) func(*interval.End) (exact.Decimal, error) {
	return func(end *interval.End) (exact.Decimal, error) { return interval.Floor(end.Value, places) }
}

func ceil(places int) func(*interval.End) (exact.Decimal, error) {
	return func(end *interval.End) (exact.Decimal, error) { return interval.Ceil(end.Value, places) }
}
