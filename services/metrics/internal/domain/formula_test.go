package domain_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// values are variables for the formulas below.
func values() map[string]*big.Rat {
	return map[string]*big.Rat{
		"a": big.NewRat(7, 2), "b": big.NewRat(-2, 1), "range": big.NewRat(3, 1), "e2": big.NewRat(5, 1), "zero": new(big.Rat), "gdp_2020": big.NewRat(10, 1),
	}
}

func TestFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"a":                             "7/2",
		"a + b":                         "3/2",
		"a-b*2":                         "15/2",
		"(a - b) * 2":                   "11/1",
		"-a / b":                        "7/4",
		"+a - -b":                       "3/2",
		"1 - 2 - 3":                     "-4/1",
		"2 / 4 / 2":                     "1/4",
		"range * e2":                    "15/1", // words of Go, and letters that look like an exponent
		"1e2 + 0.5":                     "201/2",
		"( a\n + b )\t/ gdp_2020 * 100": "15/1",
		strings.Repeat("(", 16) + "a" + strings.Repeat(")", 16): "7/2",
	} {
		formula, err := domain.ParseFormula(text)
		must.OK(t, err)
		before := values()
		got, err := formula.Eval(before)
		must.OK(t, err)
		must.Equal(t, text+" = "+got.String(), text+" = "+want)
		for name, value := range values() {
			must.True(t, before[name].Cmp(value) == 0, name) // inputs are left as they are
		}
	}
	formula, err := domain.ParseFormula("(b + a) / b * 2")
	must.OK(t, err)
	must.Equal(t, formula.Variables(), []string{"a", "b"})
}

// TestUnitsOfFormulas: what is refused is surely of another unit.
func TestUnitsOfFormulas(t *testing.T) {
	unit := func(code string) units.Unit { return units.Unit{System: units.UCUM, Code: code} }
	input := func(code string) domain.Figure {
		f := pointOf(t, "30", unit(code), 0)
		must.OK(t, f.Compute())
		return f
	}
	for _, test := range []struct{ formula, a, b, unit, fault string }{
		{"a - b", "Cel", "Cel", "K", ""},
		{"a - b", "Cel", "Cel", "Cel", ""},
		{"a - b", "Cel", "Cel", "m", "unit"},
		{"a + b", "Cel", "K", "Cel", ""},
		{"a + b", "Cel", "K", "K", "unit"},
		{"(a - b) + a", "Cel", "Cel", "K", "unit"},
		{"a - b", "K", "Cel", "K", "derivation.formula"},
		{"a - b", "[degF]", "[degF]", "K", "unit"},
		{"a + b", "m", "s", "m", "derivation.formula"},
		{"a / b", "m", "km", "%", ""},
		{"a / b * 100", "m", "m", "%", "unit"},
		{"100 * (a - b) / b - 1", "m", "m", "%", "unit"},
		{"a / b * 100", "m", "m", "1", ""},
		{"a / b * 1000", "m", "m", "%", ""},
		{"a / b * 1e3", "m", "m", "[ppth]", "unit"},
		{"a / b * 100", "m", "s", "%", ""},
		{"a / b", "m", "m", "s", "unit"},
	} {
		f := pointOf(t, "1", unit(test.unit), 0)
		f.Value, f.Derivation = nil, &domain.Derivation{Formula: test.formula, Inputs: []domain.Input{{Variable: "a"}, {Variable: "b"}}}
		found := ""
		if err := f.Derive([]domain.Figure{input(test.a), input(test.b)}); errs.Is(err, errs.InvalidArgument) {
			found = errs.FirstViolation(err).Field
		}
		what := strings.Join([]string{test.formula, test.a, test.b, test.unit, ""}, " ")
		must.Equal(t, what+found, what+test.fault)
	}
}

func TestWhatIsNoFormula(t *testing.T) {
	for _, text := range []string{
		"", " ", "a +", "* a", "(a", "a)", "a b", "a + (", "()", "a // b", "a /* x */ + b", `"a"`, "'a'", "a % b", "a ^ b", "a & b", "a == b", "a := b",
		"f(a)", "a.b", "a[0]", "{a}", "func() {}", "A + a", "a_B", "_a", "ä", "0x10", "0b1", "1_000", "1i", "1e400000", "a; b", "a, b", "!a", "--a", "a--", "&a", "*a", "a <- b",
		strings.Repeat("(", 17) + "a" + strings.Repeat(")", 17), strings.Repeat("a+", 500) + "a",
	} {
		_, err := domain.ParseFormula(text)
		must.True(t, err != nil, text)
	}
}

func TestDivisionByZeroHasNoResult(t *testing.T) {
	for _, text := range []string{"a / zero", "1 / (a - a)", "a / 0", "zero / zero"} {
		formula, err := domain.ParseFormula(text)
		must.OK(t, err)
		_, err = formula.Eval(values())
		must.ErrorIs(t, err, domain.ErrDivisionByZero)
	}
}

func TestNumbersOnTheWayHaveALimit(t *testing.T) {
	formula, err := domain.ParseFormula("0*" + strings.Repeat("a*", 400) + "a")
	must.OK(t, err)
	_, err = formula.Eval(map[string]*big.Rat{"a": big.NewRat(1, 3)})
	must.OK(t, err)
	formula, err = domain.ParseFormula(strings.Repeat("a*", 400) + "0")
	must.OK(t, err)
	huge, _ := new(big.Rat).SetString("1.234567890123456789e-390")
	_, err = formula.Eval(map[string]*big.Rat{"a": huge})
	must.ErrorIs(t, err, domain.ErrNumberTooLong)
}

// TestFormulasAreArithmetic compares drawn formulas with the same computed step by step.
func TestFormulasAreArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars := map[string]*big.Rat{"x": drawn(t, "x"), "y": drawn(t, "y")}
		text, want := expression(t, vars, 4)
		formula, err := domain.ParseFormula(text)
		must.OK(t, err)
		got, err := formula.Eval(vars)
		if want == nil {
			must.ErrorIs(t, err, domain.ErrDivisionByZero)
			return
		}
		must.OK(t, err)
		must.True(t, got.Cmp(want) == 0, text)
	})
}

func drawn(t *rapid.T, name string) *big.Rat {
	return big.NewRat(rapid.Int64Range(-20, 20).Draw(t, name), rapid.Int64Range(1, 7).Draw(t, name+" denominator"))
}

// expression draws a formula, fully in parentheses, and what it is; nil where it divides by zero.
func expression(t *rapid.T, vars map[string]*big.Rat, depth int) (text string, value *big.Rat) {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		name := rapid.SampledFrom([]string{"x", "y", "2", "0.5"}).Draw(t, "operand")
		if number, ok := vars[name]; ok {
			return name, new(big.Rat).Set(number)
		}
		number, _ := new(big.Rat).SetString(name)
		return name, number
	}
	left, x := expression(t, vars, depth-1)
	right, y := expression(t, vars, depth-1)
	op := rapid.SampledFrom([]string{"+", "-", "*", "/"}).Draw(t, "operator")
	text = "(" + left + " " + op + " " + right + ")"
	if x == nil || y == nil || op == "/" && y.Sign() == 0 {
		return text, nil
	}
	switch op {
	case "+":
		return text, x.Add(x, y)
	case "-":
		return text, x.Sub(x, y)
	case "*":
		return text, x.Mul(x, y)
	default:
		return text, x.Quo(x, y)
	}
}

func FuzzParseFormula(f *testing.F) {
	for _, text := range []string{"a + b", "(a - b) / 2", "1e5*a", "((a", "range + func"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		formula, err := domain.ParseFormula(text)
		if err != nil {
			return
		}
		vars := map[string]*big.Rat{}
		for _, name := range formula.Variables() {
			vars[name] = big.NewRat(3, 7)
		}
		if _, err := formula.Eval(vars); err != nil {
			must.True(t, errors.Is(err, domain.ErrDivisionByZero) || errors.Is(err, domain.ErrNumberTooLong))
		}
	})
}
