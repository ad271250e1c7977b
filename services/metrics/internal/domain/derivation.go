package domain

import (
	"errors"
	"math/big"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// IDs returns the ids of the figures that a derivation cites, each once; none of nil.
func (d *Derivation) IDs() []string {
	if d == nil {
		return nil
	}
	ids := make([]string, len(d.Inputs))
	for i, input := range d.Inputs {
		ids[i] = input.Figure
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Cites reports whether a figure is an input.
func (d *Derivation) Cites(id string) bool {
	return d != nil && slices.ContainsFunc(d.Inputs, func(input Input) bool { return input.Figure == id })
}

// Clone returns a copy that can be changed.
func (d *Derivation) Clone() *Derivation {
	if d == nil {
		return nil
	}
	c := *d
	c.Inputs = slices.Clone(d.Inputs)
	return &c
}

// checkDerivation compares a formula with its inputs.
func (f *Figure) checkDerivation(v *errs.Violations) {
	if f.Derivation == nil {
		return
	}
	if f.Kind != Point {
		v.Add("value_kind", contradictory, "a figure that is computed from others is a POINT")
	}
	formula, err := ParseFormula(f.Derivation.Formula)
	if err != nil {
		v.Add("derivation.formula", "MALFORMED_FORMULA", "%v", err)
		return
	}
	given := map[string]bool{}
	for i, input := range f.Derivation.Inputs {
		path := index("derivation.inputs", i) + ".variable"
		switch {
		case given[input.Variable]:
			v.Add(path, "DUPLICATE_VARIABLE", "%s is the variable of an input before it: give each its own", input.Variable)
		case !slices.Contains(formula.Variables(), input.Variable):
			v.Add(path, "UNUSED_VARIABLE", "the formula does not use %s", input.Variable)
		}
		given[input.Variable] = true
	}
	for _, name := range formula.Variables() {
		if !given[name] {
			v.Add("derivation.formula", "UNKNOWN_VARIABLE", "%s is the variable of no input", name)
		}
	}
}

// exponentOutOfRange is the reason of numbers that are too great or too small.
const exponentOutOfRange = "EXPONENT_OUT_OF_RANGE"

// Derive computes the value of a figure from those that its derivation cites, in the order of its inputs; without a derivation it does
// nothing. Check must have passed, and Compute must follow.
//
// Errors: FAILED_PRECONDITION INPUT_NOT_COMPUTABLE, DIVISION_BY_ZERO; INVALID_ARGUMENT EXPONENT_OUT_OF_RANGE, UNIT_INCOMPATIBLE for a sum
// of different units or a result in another than the figure's, and CONTRADICTORY for another value than the result. Paths are relative to the figure.
func (f *Figure) Derive(inputs []Figure) error {
	if f.Derivation == nil {
		return nil
	}
	formula, err := ParseFormula(f.Derivation.Formula)
	if err != nil {
		return errs.Invalid("derivation.formula", "MALFORMED_FORMULA", "%v", err)
	}
	values, in := make(map[string]*big.Rat, len(inputs)), make(map[string]units.Unit, len(inputs))
	for i, input := range inputs {
		if input.Kind != Point || input.Normalized.Value == nil {
			return errs.New(errs.FailedPrecondition, "INPUT_NOT_COMPUTABLE",
				"%s has no one number: it is %s, or its unit is not resolved", input.Name(), input.Kind).About(FigureType, input.Name()).
				Field(index("derivation.inputs", i)+".figure", "cite a POINT with a normalized value")
		}
		name := f.Derivation.Inputs[i].Variable
		values[name], in[name] = input.Normalized.Value.Rat(), input.Normalized.Unit
	}
	unit, err := formula.unitOf(in)
	if err != nil {
		return errs.Invalid("derivation.formula", "UNIT_INCOMPATIBLE", "%v", err)
	}
	result, err := formula.Eval(values)
	if errors.Is(err, ErrDivisionByZero) {
		return errs.New(errs.FailedPrecondition, "DIVISION_BY_ZERO", "the formula divides by zero").
			Field("derivation.formula", "with these inputs a divisor is zero")
	}
	if err != nil {
		return errs.Invalid("derivation.formula", exponentOutOfRange, "%v", err)
	}
	own, err := units.Resolve(f.Unit)
	if err != nil {
		return errs.Invalid("unit.code", "UNKNOWN_UNIT", "%v", err)
	}
	if fault := unit.fits(f.Unit, own.Base); fault != "" {
		return errs.Invalid("unit", "UNIT_INCOMPATIBLE", "%s", fault)
	}
	return f.settleValue(result, own)
}

// settleValue makes a result, in the base unit, the value.
func (f *Figure) settleValue(result *big.Rat, unit units.Resolved) error {
	result.Quo(result, new(big.Rat).Mul(unit.Factor(), tenTo(f.UnitMult)))
	value, inexact, err := rounded(result, f.Derivation.RoundingDecimals)
	if err != nil {
		return errs.Invalid("derivation.formula", exponentOutOfRange, "the result is beyond 1E±%d", decimal.MaxExponent)
	}
	if f.Value != nil {
		if f.Value.Cmp(value) != 0 {
			return errs.Invalid("value", contradictory, "the formula gives %s, not %s: leave value out", value, f.Value)
		}
		value = *f.Value // as written
	}
	f.Derivation = f.Derivation.Clone()
	f.Value, f.Derivation.Inexact = &value, inexact
	return nil
}

// rounded writes a number with so many digits after the point, half to even, as far as 38 digits hold it; nil: with 38 digits.
func rounded(number *big.Rat, decimals *int) (value decimal.Decimal, inexact bool, err error) {
	if decimals == nil {
		return decimal.FromRat(number)
	}
	scaled := new(big.Rat).Mul(number, tenTo(*decimals))
	integer := halfToEven(scaled)
	inexact = !scaled.IsInt()
	value, lost, err := decimal.FromRat(new(big.Rat).Quo(new(big.Rat).SetInt(integer), tenTo(*decimals)))
	if err != nil {
		return value, inexact, err
	}
	if padded, _, err := value.Quantize(*decimals); err == nil {
		value = padded
	}
	return value, inexact || lost, nil
}

// halfToEven returns the integer that is nearest to a number, of two the even one.
func halfToEven(number *big.Rat) *big.Int {
	quotient, rest := new(big.Int).DivMod(number.Num(), number.Denom(), new(big.Int)) // rest is never below zero
	switch rest.Lsh(rest, 1).Cmp(number.Denom()) {
	case 1:
		return quotient.Add(quotient, big.NewInt(1))
	case 0:
		return quotient.Add(quotient, big.NewInt(int64(quotient.Bit(0))))
	default:
		return quotient
	}
}

// KeepAnchors keeps of a figure that was verified before what a revision leaves as it is: where nobody brought the text again, and no span
// is another, what was verified stays so.
func (f *Figure) KeepAnchors(before Figure) {
	if f.SourceSHA256 != "" || f.DocumentVersion != before.DocumentVersion || before.SourceSHA256 == "" {
		return
	}
	spans, were := f.spans(), before.spans()
	if len(spans) == 0 || len(spans) != len(were) {
		return
	}
	for i, at := range spans {
		if at.path != were[i].path || !at.span.isSame(were[i].span) {
			return
		}
	}
	for i, at := range spans {
		if was := were[i].span; was.State != "" { // an older release compared no span of a time but its period
			at.span.State, at.span.Prefix, at.span.Suffix = was.State, was.Prefix, was.Suffix
		}
	}
	f.SourceSHA256 = before.SourceSHA256
}
