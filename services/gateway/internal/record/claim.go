package record

import (
	"math/big"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/interval"
	exact "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// claim is what a figure says, in its base unit.
type claim struct {
	// said are the numbers that are said: one, or what lies within the bounds.
	said interval.Interval
	// open is what the claim leaves open: its bounds, or what its printed digits may have
	// been rounded from.
	open interval.Interval
	// unit is the base unit; nil while the unit is unresolved.
	unit *metricsv1.Unit
	// isChange says that it is by how much something changed.
	isChange bool
	// isVague says that a hedge leaves open how far the number may be off.
	isVague bool
	// isBounds says that bounds are said, and no number.
	isBounds bool
	// isUnread says that the number is printed in a form of which nobody knows how far it was rounded, such as 2½ or "three dozen".
	isUnread bool
}

// claimOf reads what a figure claims. FAILED_PRECONDITION, reason NOTHING_TO_COMPARE, of
// one that has neither a number nor a bound.
func claimOf(figure *metricsv1.Figure) (claim, error) {
	kind := figure.GetValueKind()
	if kind == metricsv1.Figure_NO_VALUE || kind == metricsv1.Figure_LIST {
		return claim{}, errs.New(errs.FailedPrecondition, nothingToCompare, "%s does not say one number or bound", figure.GetName())
	}
	c := claim{
		unit: figure.GetNormalized().GetUnit(), isChange: kind == metricsv1.Figure_CHANGE,
		isVague: figure.GetApproximator() == metricsv1.Figure_ABOUT,
	}
	if figure.GetNormalized() == nil {
		return c, nil
	}
	var err error
	n := numbers{figure.GetNormalized().GetValue(), figure.GetNormalized().GetLower(), figure.GetNormalized().GetUpper()}
	if c.said, err = n.interval(); err != nil {
		return c, err
	}
	c.open, c.isBounds = c.said, n.value == nil
	printed := figure.GetReported()
	switch r := figure.GetRoundingInterval(); {
	case n.value == nil || figure.GetApproximator() == metricsv1.Figure_EXACTLY:
	case r == nil:
		c.isUnread = printed.GetText() != "" || printed.GetNumberText() != "" || printed.GetValue() != nil
	default:
		sign := c.said.Low.Value.Sign()
		low, high := sign > 0, sign < 0 // halves are rounded away from zero
		c.open, err = numbers{nil, &metricsv1.Bound{Value: r.GetLow(), Inclusive: &low}, &metricsv1.Bound{Value: r.GetHigh(), Inclusive: &high}}.interval()
	}
	return c, err
}

// isNumber says that the claim is one number and leaves nothing open: one of data, or one that the text says is exact.
func (c claim) isNumber() bool {
	return !c.isBounds && c.open.Low != nil && c.open.High != nil && c.open.Low.Value.Cmp(c.open.High.Value) == 0
}

// bounds are the ends of what the claim leaves open.
func (c claim) bounds() (lower, upper *metricsv1.Bound, err error) {
	if lower, err = boundOf(c.open.Low); err != nil {
		return nil, nil, err
	}
	upper, err = boundOf(c.open.High)
	return lower, upper, err
}

// boundOf writes an end; nil is none.
func boundOf(end *interval.End) (*metricsv1.Bound, error) {
	if end == nil {
		return nil, nil //nolint:nilnil // no end is no fault
	}
	value, _, err := exact.FromRat(end.Value)
	return &metricsv1.Bound{Value: &decimal.Decimal{Value: value.String()}, Inclusive: &end.Inclusive}, err
}

// numbers are a value, or bounds, as messages have them.
type numbers struct {
	value        *decimal.Decimal
	lower, upper *metricsv1.Bound
}

// interval reads them; of neither it has no ends.
func (n numbers) interval() (i interval.Interval, err error) {
	if n.value != nil {
		value, err := ratOf(n.value)
		if err != nil {
			return i, err
		}
		return interval.Point(value), nil
	}
	if i.Low, err = endOf(n.lower); err != nil {
		return i, err
	}
	i.High, err = endOf(n.upper)
	return i, err
}

func endOf(bound *metricsv1.Bound) (*interval.End, error) {
	if bound == nil {
		return nil, nil //nolint:nilnil // no bound is no fault
	}
	value, err := ratOf(bound.GetValue())
	return &interval.End{Value: value, Inclusive: bound.GetInclusive()}, err
}

// ratOf reads a number of the metrics service, which sends none that is malformed.
func ratOf(number *decimal.Decimal) (*big.Rat, error) {
	value, err := exact.Parse(number.GetValue())
	if err != nil {
		return new(big.Rat), errs.New(errs.Internal, "", "the metrics service sent %q as a number", number.GetValue()).Wrap(err)
	}
	return value.Rat(), nil
}
