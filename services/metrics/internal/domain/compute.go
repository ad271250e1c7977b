package domain

import (
	"errors"
	"math/big"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Compute fills what follows from the figure: the amounts multiplied out, the significant digits and the rates of alternates. Check must
// have passed. The only violations are EXPONENT_OUT_OF_RANGE of an amount that, multiplied out, is beyond 1E±400.
func (f *Figure) Compute() error {
	var v errs.Violations
	own, err := units.Resolve(f.Unit)
	if err != nil {
		return err
	}
	f.Significant = significance(f.Reported)
	n := multiplier{unit: own, mult: f.UnitMult, violations: &v}
	f.Normalized = Normalized{
		Value: n.optional("value.value", f.Value), Values: n.list(f.Values),
		Lower: n.bound("lower.value.value", f.Lower), Upper: n.bound("upper.value.value", f.Upper),
		Unit: own.Base,
	}
	f.Normalized.Inexact = n.inexact
	f.RoundingInterval = f.roundedFrom(n)
	for i := range f.Alternates {
		a := &f.Alternates[i]
		unit, err := units.Resolve(a.Unit)
		if err != nil {
			return err
		}
		n := multiplier{unit: unit, mult: a.UnitMult, violations: &v}
		a.Normalized = Normalized{Value: n.optional(index("alternates", i)+".value.value", &a.Value), Unit: unit.Base}
		a.Normalized.Inexact = n.inexact
		a.Rate = f.rateOf(*a)
	}
	return v.Err()
}

// multiplier multiplies numbers out.
type multiplier struct {
	unit       units.Resolved
	mult       int
	inexact    bool
	violations *errs.Violations
}

// times returns d × 10^mult × the unit's factor. Where the factor is 1 the printed form stays: 1.10 USD is 1.10 USD.
func (m *multiplier) times(path string, d decimal.Decimal) decimal.Decimal {
	var result decimal.Decimal
	var inexact bool
	var err error
	if m.unit.IsBase() {
		result, err = d.Scale10(m.mult)
	} else {
		amount := d.Rat()
		amount.Mul(amount, m.unit.Factor())
		amount.Mul(amount, tenTo(m.mult))
		result, inexact, err = decimal.FromRat(amount)
	}
	m.inexact = m.inexact || inexact
	var parseErr *decimal.ParseError
	if errors.As(err, &parseErr) {
		m.violations.Add(path, exponentOutOfRange, "multiplied out it is beyond 1E±%d: %s", decimal.MaxExponent, parseErr.Message)
	} else {
		m.violations.AddErr(path, err)
	}
	return result
}

// none says that there is no amount: nobody knows of which currency.
func (m *multiplier) none() bool { return !m.unit.IsResolved() }

func (m *multiplier) optional(path string, d *decimal.Decimal) *decimal.Decimal {
	if d == nil || m.none() {
		return nil
	}
	result := m.times(path, *d)
	return &result
}

func (m *multiplier) list(all []decimal.Decimal) (results []decimal.Decimal) {
	if m.none() {
		return nil
	}
	for i, d := range all {
		results = append(results, m.times(index("values", i)+".value", d))
	}
	return results
}

func (m *multiplier) bound(path string, b *Bound) *Bound {
	if b == nil || m.none() {
		return nil
	}
	return &Bound{Value: m.times(path, b.Value), Inclusive: b.Inclusive}
}

// tenTo returns 10^n.
func tenTo(n int) *big.Rat {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), power)
	}
	return new(big.Rat).SetInt(power)
}

// ComputePrinted fills what follows from the printed digits alone, for a figure from before it followed so.
func (f *Figure) ComputePrinted() {
	f.Significant = significance(f.Reported)
	if own, err := units.Resolve(f.Unit); err == nil {
		f.RoundingInterval = f.roundedFrom(multiplier{unit: own, mult: f.UnitMult})
	}
	for i := range f.Alternates {
		f.Alternates[i].Rate = f.rateOf(f.Alternates[i])
	}
}

// roundedFrom returns what the printed number may have been rounded from, with the fewest digits that may be significant; nil where no
// number is printed, where the text says that it is exact, where other digits are printed than the value has (another unit, a dozen), or
// where the unit is unresolved.
func (f *Figure) roundedFrom(n multiplier) *RoundingInterval {
	if f.Value == nil || f.Significant == nil || f.Approximator == Exactly || n.none() || f.Reported.Value != nil && digitsOf(f.Reported.Value.Abs()) != digitsOf(f.Value.Abs()) {
		return nil
	}
	low, high, err := decimal.RoundingInterval(*f.Value, f.Significant.Min)
	if err != nil {
		return nil
	}
	var beyond errs.Violations // an end beyond 1E±400 is no fault of the figure: it has no interval then
	n.violations = &beyond
	interval := &RoundingInterval{Low: n.times("", low), High: n.times("", high), Digits: max(f.Significant.Min, 1)}
	if beyond.Len() > 0 {
		return nil
	}
	return interval
}

// significance returns the significant digits of the printed number; nil where none is printed, and of one with a fraction: "2½" was not
// rounded to digits.
func significance(r *Reported) *Significant {
	if r == nil || strings.ContainsFunc(r.NumberText, isFraction) {
		return nil
	}
	fewest, most := decimal.SignificantDigits(r.NumberText, r.Value)
	if most == 0 && r.Value != nil {
		fewest, most = decimal.SignificantDigits(r.Value.String(), nil)
	}
	if most == 0 {
		return nil
	}
	return &Significant{Min: fewest, Max: most}
}

// isFraction says whether a character is a fraction, as ½ is, or a stroke of one.
func isFraction(r rune) bool {
	return r == '/' || r == '⁄' || r >= '¼' && r <= '¾' || r >= '⅐' && r <= '⅟' || r == '↉'
}
