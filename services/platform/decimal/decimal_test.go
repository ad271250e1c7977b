package decimal_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// parse is Parse for texts that the test knows to be good.
func parse(t must.TB, s string) decimal.Decimal {
	t.Helper()
	return must.Get(decimal.Parse(s))(t)
}

// refused asserts that err is a ParseError with the given reason.
func refused(t must.TB, err error, reason decimal.Reason) {
	t.Helper()
	var parseError *decimal.ParseError
	must.True(t, errors.As(err, &parseError), "error is %v, want a ParseError", err)
	must.Equal(t, parseError.Reason, reason)
	must.True(t, parseError.Error() != "", "no message")
}

func TestParseKeepsThePrintedForm(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "1.10": "1.10", "3000": "3000", "-0.050": "-0.050", "14341937500": "14341937500",
		"+2.5": "2.5", ".5": "0.5", "5.": "5", "-.5": "-0.5", "007": "7", "00.10": "0.10", "-0": "0", "-0.00": "0.00", "000": "0",
		"2.5e8": "2.5E+8", "2.5E0": "2.5", "1e+003": "1E+3", "1E-7": "1E-7", "1.50E-3": "1.50E-3", "0e5": "0E+5",
		"1E+400": "1E+400", "9.99E-400": "9.99E-400",
		strings.Repeat("9", 38):                                strings.Repeat("9", 38),
		"0." + strings.Repeat("0", 399) + "1":                  "0." + strings.Repeat("0", 399) + "1",
		strings.Repeat("0", 400) + "12":                        "12",
		"1." + strings.Repeat("0", 37):                         "1." + strings.Repeat("0", 37),
		"-" + strings.Repeat("1", 19) + ".1234567890123456789": "-" + strings.Repeat("1", 19) + ".1234567890123456789",
	} {
		d := parse(t, in)
		must.Equal(t, d.String(), want)
		must.Equal(t, parse(t, d.String()), d)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, reason := range map[string]decimal.Reason{
		"": decimal.Malformed, "-": decimal.Malformed, ".": decimal.Malformed, "e5": decimal.Malformed, "1e": decimal.Malformed,
		"1e+": decimal.Malformed, "1,5": decimal.Malformed, "3,000": decimal.Malformed, " 1": decimal.Malformed, "1 ": decimal.Malformed,
		"NaN": decimal.Malformed, "Infinity": decimal.Malformed, "-Inf": decimal.Malformed, "0x10": decimal.Malformed, "1_000": decimal.Malformed,
		"--1": decimal.Malformed, "1.2.3": decimal.Malformed, "1e5.0": decimal.Malformed, "١٢": decimal.Malformed, "1\x00": decimal.Malformed, "1\xff": decimal.Malformed,
		strings.Repeat("9", 39):               decimal.TooManyDigits,
		"1" + strings.Repeat("0", 38):         decimal.TooManyDigits,
		"1." + strings.Repeat("0", 38):        decimal.TooManyDigits,
		"1E+401":                              decimal.ExponentOutOfRange,
		"10E+400":                             decimal.ExponentOutOfRange,
		"9E-401":                              decimal.ExponentOutOfRange,
		"1e99999999999999999999":              decimal.ExponentOutOfRange,
		"1e-99999999999999999999":             decimal.ExponentOutOfRange,
		"0e401":                               decimal.ExponentOutOfRange,
		"0." + strings.Repeat("0", 400) + "1": decimal.ExponentOutOfRange,
		strings.Repeat("0", 512) + "1":        decimal.TooLong,
	} {
		_, err := decimal.Parse(in)
		refused(t, err, reason)
	}
}

func TestZeroValue(t *testing.T) {
	var zero decimal.Decimal
	must.Equal(t, zero.String(), "0")
	must.Equal(t, zero, parse(t, "0"))
	must.True(t, zero == parse(t, "-0"))
	must.True(t, zero.IsZero())
	must.Equal(t, zero.Digits(), 0)
	must.Equal(t, zero.SortKey(), "0")
	must.Equal(t, zero.Neg(), zero)
	must.True(t, parse(t, "0.00").IsZero())
	must.False(t, parse(t, "0.00").Equal(zero))
	must.Equal(t, parse(t, "0.00").Cmp(zero), 0)
}

func TestDigitsAndPlaces(t *testing.T) {
	for in, want := range map[string][2]int{
		"1.10": {3, 2}, "0.05": {1, 2}, "3000": {4, 0}, "1E+3": {1, 0}, "1.5E-3": {2, 4}, "-12.345": {5, 3},
	} {
		d := parse(t, in)
		must.Equal(t, [2]int{d.Digits(), d.Places()}, want)
	}
}

func TestArithmetic(t *testing.T) {
	type result struct {
		text    string
		inexact bool
	}
	nines := strings.Repeat("9", 38)
	for _, c := range []struct {
		x, op, y string
		want     result
	}{
		{"1.10", "+", "2.2", result{"3.30", false}},
		{"0.1", "+", "0.2", result{"0.3", false}},
		{"1E+3", "+", "1", result{"1001", false}},
		{"1", "-", "1.00", result{"0.00", false}},
		{"1.10", "*", "2", result{"2.20", false}},
		{"-14341937500", "*", "1E+9", result{"-14341937500000000000", false}},
		{"1E+39", "*", "1", result{"1E+39", false}},
		{nines, "+", "1", result{"1." + strings.Repeat("0", 37) + "E+38", false}}, // exact: only a zero is dropped
		{nines, "+", "0.4", result{nines, true}},
		{"1E+400", "+", "1E-400", result{"1." + strings.Repeat("0", 37) + "E+400", true}},
		{nines, "*", nines, result{"9.9999999999999999999999999999999999998E+75", true}},
		{"1", "/", "4", result{"0.25", false}},
		{"10", "/", "2", result{"5", false}},
		{"3000", "/", "1", result{"3000", false}},
		{"2", "/", "3", result{"0.66666666666666666666666666666666666667", true}},
		{"-1", "/", "3", result{"-0.33333333333333333333333333333333333333", true}},
		{"1E-300", "/", "3E+50", result{"3.3333333333333333333333333333333333333E-351", true}},
	} {
		x, y := parse(t, c.x), parse(t, c.y)
		op := map[string]func(decimal.Decimal) (decimal.Decimal, bool, error){"+": x.Add, "-": x.Sub, "*": x.Mul, "/": x.Quo}[c.op]
		got, inexact, err := op(y)
		must.OK(t, err)
		if (result{got.String(), inexact}) != c.want {
			t.Errorf("%s %s %s = %s (inexact %t), want %+v", c.x, c.op, c.y, got, inexact, c.want)
		}
	}
}

func TestArithmeticOutOfRange(t *testing.T) {
	big, small := parse(t, "1E+400"), parse(t, "1E-400")
	_, _, err := big.Mul(parse(t, "10"))
	refused(t, err, decimal.ExponentOutOfRange)
	_, _, err = small.Mul(small)
	refused(t, err, decimal.ExponentOutOfRange)
	_, _, err = big.Quo(small)
	refused(t, err, decimal.ExponentOutOfRange)
	_, err = big.Scale10(1)
	refused(t, err, decimal.ExponentOutOfRange)
	_, err = big.Scale10(-1 << 62)
	refused(t, err, decimal.ExponentOutOfRange)
	_, _, err = big.Quo(parse(t, "0.0"))
	must.ErrorIs(t, err, decimal.ErrDivisionByZero)
}

func TestAZeroResultIsNeverOutOfRange(t *testing.T) {
	tiny, zero := parse(t, "1.2345E-400"), parse(t, "0E-300")
	difference, inexact, err := tiny.Sub(tiny)
	must.OK(t, err)
	must.True(t, difference.IsZero() && !inexact)
	product, inexact, err := zero.Mul(tiny)
	must.OK(t, err)
	must.True(t, product.IsZero() && !inexact)
	must.Equal(t, parse(t, product.String()), product)
}

func TestScale10(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"860", 9, "860000000000"}, {"1.10", 3, "1100"}, {"1.10", 1, "11.0"}, {"1.10", 0, "1.10"}, {"5", -2, "0.05"}, {"1", 37, "1" + strings.Repeat("0", 37)},
		{"1", 38, "1E+38"}, {"1", -38, "0." + strings.Repeat("0", 37) + "1"}, {"1", -39, "1E-39"}, {"-2.5", 6, "-2500000"}, {"0", 5, "0"}, {"0.0", -50, "0E-51"},
	} {
		must.Equal(t, must.Get(parse(t, c.in).Scale10(c.n))(t).String(), c.want)
	}
}

func TestReduceAndQuantize(t *testing.T) {
	must.Equal(t, parse(t, "1.10").Reduce().String(), "1.1")
	must.Equal(t, parse(t, "1E+3").Reduce().String(), "1000")
	must.Equal(t, parse(t, "-0.00").Reduce().String(), "0")
	for _, c := range []struct {
		in      string
		places  int
		want    string
		inexact bool
	}{
		{"2", 2, "2.00", false}, {"2.345", 2, "2.34", true}, {"2.355", 2, "2.36", true}, {"-2.345", 2, "-2.34", true}, {"0.5", 0, "0", true},
		{"1.5", 0, "2", true}, {"-1.5", 0, "-2", true}, {"9.99", 1, "10.0", true}, {"1.100", 1, "1.1", false}, {"0.004", 2, "0.00", true}, {"1.7", -3, "2", true},
	} {
		got, inexact, err := parse(t, c.in).Quantize(c.places)
		must.OK(t, err)
		must.Equal(t, got.String(), c.want)
		must.Equal(t, inexact, c.inexact)
	}
	_, _, err := parse(t, strings.Repeat("9", 38)).Quantize(1)
	refused(t, err, decimal.TooManyDigits)
}

func TestRat(t *testing.T) {
	must.Equal(t, parse(t, "1.10").Rat().String(), "11/10")
	must.Equal(t, parse(t, "-2.5E+3").Rat().String(), "-2500/1")
	for _, c := range []struct {
		num, den int64
		want     string
		inexact  bool
	}{{1, 8, "0.125", false}, {-3, 1, "-3", false}, {0, 7, "0", false}, {1, 7, "0.14285714285714285714285714285714285714", true}, {86400, 1, "86400", false}} {
		got, inexact, err := decimal.FromRat(big.NewRat(c.num, c.den))
		must.OK(t, err)
		must.Equal(t, got.String(), c.want)
		must.Equal(t, inexact, c.inexact)
	}
	tie, _ := new(big.Rat).SetString(strings.Repeat("1", 37) + "25/10") // 38 digits and a half, even before it
	got, inexact, err := decimal.FromRat(tie)
	must.OK(t, err)
	must.True(t, inexact)
	must.Equal(t, got.String(), strings.Repeat("1", 37)+"2")
	carry, _ := new(big.Rat).SetString(strings.Repeat("9", 39))
	got, _, err = decimal.FromRat(carry)
	must.OK(t, err)
	must.Equal(t, got.String(), "1E+39")
	_, _, err = decimal.FromRat(new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 100_000)))
	refused(t, err, decimal.ExponentOutOfRange)
}

func TestJSON(t *testing.T) {
	out := must.Get(json.Marshal(map[string]decimal.Decimal{"value": parse(t, "1.10")}))(t)
	must.Equal(t, string(out), `{"value":"1.10"}`)
	var back map[string]decimal.Decimal
	must.OK(t, json.Unmarshal(out, &back))
	must.Equal(t, back["value"], parse(t, "1.10"))
	must.Err(t, json.Unmarshal([]byte(`{"value":"x"}`), &back))
	must.Err(t, json.Unmarshal([]byte(`{"value":1.1}`), &back))
}

func TestSignificantDigits(t *testing.T) {
	for printed, want := range map[string][2]int{
		"3,000": {1, 4}, "3000": {1, 4}, "860": {2, 3}, "14": {2, 2}, "1.10": {3, 3}, "0.05": {1, 1}, "US$860 billion": {2, 3},
		"12,345,600": {6, 8}, "1.234.567,89": {9, 9}, "1,234.5": {5, 5}, "3,5": {2, 2}, "3.500": {4, 4}, "1.000.000": {1, 7}, "3 000": {1, 4}, "3\u202f000": {1, 4},
		"3'000": {1, 4}, "-0.050 %": {2, 2}, ".5": {1, 1}, "0": {1, 1}, "0.00": {1, 1}, "100": {1, 3}, "007": {1, 1}, "1.50E+3": {3, 3}, "10e3": {2, 2}, "5.": {1, 1},
		"": {0, 0}, "none": {0, 0}, "G20 in 2023": {0, 0}, "12/5": {0, 0}, "(45)": {2, 2},
	} {
		minimum, maximum := decimal.SignificantDigits(printed, nil)
		if got := [2]int{minimum, maximum}; got != want {
			t.Errorf("%q: %v, want %v", printed, got, want)
		}
	}
}

// TestSignificantDigitsOfANumber: the number says what a point or a comma in its text is.
func TestSignificantDigitsOfANumber(t *testing.T) {
	for _, c := range []struct {
		printed, number string
		want            [2]int
	}{
		{"3.000", "3000", [2]int{1, 4}}, {"3.000", "3", [2]int{4, 4}}, {"3,000", "3", [2]int{4, 4}}, {"3,000", "3000", [2]int{1, 4}},
		{"12.300", "12300", [2]int{3, 5}}, {"1.234.500", "1234500", [2]int{5, 7}}, {"-3.000", "-3000", [2]int{1, 4}}, {"1.200,50", "1200.50", [2]int{6, 6}},
		{"٣٠٠٠", "3000", [2]int{1, 4}}, {"٣٬٠٠٠", "3000", [2]int{1, 4}}, {"٣٫٥", "3.5", [2]int{2, 2}}, {"３０００", "3000", [2]int{1, 4}}, {"𝟑𝟎", "30", [2]int{1, 2}},
		{"14 million", "14000000", [2]int{2, 2}}, {"1.2e3", "1200", [2]int{2, 2}}, {"0", "0.00", [2]int{1, 1}}, {"2½", "2.5", [2]int{0, 0}}, {"860", "861", [2]int{0, 0}},
	} {
		number := parse(t, c.number)
		minimum, maximum := decimal.SignificantDigits(c.printed, &number)
		if got := [2]int{minimum, maximum}; got != c.want {
			t.Errorf("%q of %s: %v, want %v", c.printed, c.number, got, c.want)
		}
	}
}

func TestRoundingInterval(t *testing.T) {
	for _, c := range []struct {
		value     string
		digits    int
		low, high string
	}{
		{"14", 2, "13.5", "14.5"}, {"860", 2, "855", "865"}, {"860", 3, "859.5", "860.5"}, {"860000000000", 2, "855000000000", "865000000000"},
		{"1.10", 3, "1.095", "1.105"}, {"1.10", 2, "1.05", "1.15"}, {"0.05", 1, "0.045", "0.055"}, {"-14", 2, "-14.5", "-13.5"}, {"3000", 1, "2500", "3500"},
		{"14", 3, "13.95", "14.05"}, {"14", 0, "9", "19"}, {"0", 1, "-0.5", "0.5"}, {"0.0", 1, "-0.05", "0.05"}, {"5", 1, "4.5", "5.5"}, {"1E+50", 1, "5E+49", "1.5E+50"},
	} {
		low, high, err := decimal.RoundingInterval(parse(t, c.value), c.digits)
		must.OK(t, err)
		if low.String() != c.low || high.String() != c.high {
			t.Errorf("%s at %d digits: [%s, %s), want [%s, %s)", c.value, c.digits, low, high, c.low, c.high)
		}
	}
	_, _, err := decimal.RoundingInterval(parse(t, strings.Repeat("9", 38)), 38)
	refused(t, err, decimal.TooManyDigits)
	_, _, err = decimal.RoundingInterval(parse(t, "1E-400"), 1)
	refused(t, err, decimal.ExponentOutOfRange) // its lower bound is 5E-401
}
