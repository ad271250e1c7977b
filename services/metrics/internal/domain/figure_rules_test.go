package domain_test

import (
	"cmp"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func num(t must.TB, text string) decimal.Decimal {
	d, err := decimal.Parse(text)
	must.OK(t, err)
	return d
}

func ptr(d decimal.Decimal) *decimal.Decimal { return &d }

var (
	usd = units.Unit{System: units.ISO4217, Code: "USD"}
	sgd = units.Unit{System: units.ISO4217, Code: "SGD"}
	km  = units.Unit{System: units.UCUM, Code: "km"}

	percentUnit = units.Unit{System: units.UCUM, Code: "%"}
)

// pointOf is a figure of a data file.
func pointOf(t must.TB, value string, unit units.Unit, mult int) domain.Figure {
	return domain.Figure{
		Metric: "m", Kind: domain.Point, Value: ptr(num(t, value)), Unit: unit, UnitMult: mult, Origin: &domain.Origin{Producer: "p"},
		Period: domain.TimePeriod{Missing: domain.NotStated},
	}
}

// TestFigureRows holds what domain.md's failures of other systems must become (F numbers).
func TestFigureRows(t *testing.T) {
	bound := func(value string, inclusive bool) *domain.Bound {
		return &domain.Bound{Value: num(t, value), Inclusive: inclusive}
	}
	for name, test := range map[string]struct {
		edit func(*domain.Figure)
		want domain.Normalized
	}{
		"F3 14 341 937 500":   {func(f *domain.Figure) { f.Value = ptr(num(t, "14341937500")) }, domain.Normalized{Value: ptr(num(t, "14341937500")), Unit: usd}},
		"F6 S$18 billion":     {func(f *domain.Figure) { f.Value, f.Unit, f.UnitMult = ptr(num(t, "18")), sgd, 9 }, domain.Normalized{Value: ptr(num(t, "18000000000")), Unit: sgd}},
		"F12 unit multiplier": {func(f *domain.Figure) { f.Value, f.UnitMult = ptr(num(t, "1.5")), 6 }, domain.Normalized{Value: ptr(num(t, "1500000")), Unit: usd}},
		"F7 at least 100": {func(f *domain.Figure) {
			f.Kind, f.Value, f.Lower, f.Approximator = domain.LowerBound, nil, bound("100", true), domain.AtLeast
		}, domain.Normalized{Lower: bound("100", true), Unit: usd}},
		"F8 nearly 3,000 km": {func(f *domain.Figure) {
			f.Kind, f.Value, f.Upper, f.Approximator, f.Unit = domain.UpperBound, nil, bound("3000", false), domain.Nearly, km
		}, domain.Normalized{Upper: bound("3000000", false), Unit: units.Unit{System: units.UCUM, Code: "m"}}},
		"F9 between 20 and 30": {func(f *domain.Figure) {
			f.Kind, f.Value, f.Lower, f.Upper = domain.Range, nil, bound("20", true), bound("30", true)
		}, domain.Normalized{Lower: bound("20", true), Upper: bound("30", true), Unit: usd}},
		"F11 tens of thousands": {func(f *domain.Figure) {
			f.Kind, f.Value, f.Lower, f.Upper = domain.Range, nil, bound("20000", true), bound("100000", false)
			f.Approximator, f.ReadingRule, f.Unit = domain.OrderOfMagnitude, "tens-of-2x-10x", units.One
		}, domain.Normalized{Lower: bound("20000", true), Upper: bound("100000", false), Unit: units.One}},
		"F13 <1": {func(f *domain.Figure) {
			f.Kind, f.Value, f.Upper, f.Approximator = domain.UpperBound, nil, bound("1", false), domain.Under
		}, domain.Normalized{Upper: bound("1", false), Unit: usd}},
		"5 %": {func(f *domain.Figure) { f.Value, f.Unit = ptr(num(t, "5")), units.Unit{System: units.UCUM, Code: "%"} },
			domain.Normalized{Value: ptr(num(t, "0.05")), Unit: units.One}},
		"a third of a foot, in 38 digits": {func(f *domain.Figure) {
			f.Value, f.Unit = ptr(num(t, "1")), units.Unit{System: units.UCUM, Code: "[ft_us]"}
		}, domain.Normalized{
			Value: ptr(num(t, "0.30480060960121920243840487680975361951")), Inexact: true, Unit: units.Unit{System: units.UCUM, Code: "m"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := pointOf(t, "1", usd, 0)
			test.edit(&f)
			must.OK(t, f.Check())
			must.OK(t, f.Compute())
			must.Equal(t, f.Normalized, test.want)
		})
	}
}

func TestReversedBounds(t *testing.T) { // F24
	f := pointOf(t, "1", usd, 0)
	f.Kind, f.Value = domain.Range, nil
	f.Lower, f.Upper = &domain.Bound{Value: num(t, "3e1"), Inclusive: true}, &domain.Bound{Value: num(t, "29.9"), Inclusive: true}
	statustest.Check(t, f.Check(), codes.InvalidArgument, "BOUNDS_REVERSED", "lower")
	f.Upper.Value = num(t, "30.0")
	must.OK(t, f.Check())
	f.Upper.Inclusive = false
	statustest.Check(t, f.Check(), codes.InvalidArgument, "CONTRADICTORY", "upper.inclusive")
}

// TestApproximators tries every approximator with every kind and inclusivity: what is accepted is what the contract says.
func TestApproximators(t *testing.T) {
	accepted := map[domain.Approximator]string{
		domain.Exactly: "POINT", domain.Around: "POINT",
		domain.Nearly: "UPPER_BOUND false", domain.Under: "UPPER_BOUND false", domain.AtMost: "UPPER_BOUND true", domain.UpTo: "UPPER_BOUND true",
		domain.Over: "LOWER_BOUND false", domain.AtLeast: "LOWER_BOUND true",
		domain.OrderOfMagnitude: "RANGE true|RANGE false",
	}
	for _, approximator := range append([]string{""}, domain.Approximators...) {
		for _, kind := range domain.ValueKinds {
			if kind == string(domain.KindChange) { // TestHedgesOfAChange
				continue
			}
			for _, inclusive := range []bool{true, false} {
				f := ofKind(t, domain.ValueKind(kind), inclusive)
				f.Approximator = domain.Approximator(approximator)
				bounded := f.Lower != nil || f.Upper != nil
				if bounded {
					f.ReadingRule = "rule"
				}
				form := kind
				if bounded {
					form += map[bool]string{true: " true", false: " false"}[inclusive]
				}
				rule, hedged := accepted[f.Approximator]
				want := !hedged || form == rule || "RANGE true|RANGE false" == rule && kind == "RANGE"
				must.Equal(t, f.Check() == nil, want)
			}
		}
	}
}

// ofKind is a figure that has what its kind wants.
func ofKind(t must.TB, kind domain.ValueKind, inclusive bool) domain.Figure {
	f := pointOf(t, "1", usd, 0)
	f.Kind, f.Value = kind, nil
	lower, upper := &domain.Bound{Value: num(t, "1"), Inclusive: inclusive}, &domain.Bound{Value: num(t, "2"), Inclusive: inclusive}
	switch kind {
	case domain.Point:
		f.Value = ptr(num(t, "1"))
	case domain.Range:
		f.Lower, f.Upper = lower, upper
	case domain.LowerBound:
		f.Lower = lower
	case domain.UpperBound:
		f.Upper = upper
	case domain.List:
		f.Values = []decimal.Decimal{num(t, "1"), num(t, "2")}
	case domain.NoValue:
		f.Missing = "NOT_STATED"
	case domain.KindChange:
		f.Value = ptr(num(t, "-1"))
	}
	return f
}

// TestHedgesOfAChange: what fell by more than 5 changed by less than -5.
func TestHedgesOfAChange(t *testing.T) {
	for name, test := range map[string]struct {
		approximator domain.Approximator
		lower, upper string
		inclusive    bool
		fits         bool
	}{
		"rose by more than 5": {domain.Over, "5", "", false, true}, "fell by more than 5": {domain.Over, "", "-5", false, true},
		"rose by at least 5": {domain.AtLeast, "5", "", true, true}, "fell by at least 5": {domain.AtLeast, "", "-5", true, true},
		"fell by nearly 5": {domain.Nearly, "-5", "", false, true}, "rose by up to 5": {domain.UpTo, "", "5", true, true},
		"over, upwards, the wrong end": {domain.Over, "", "5", false, false}, "at least, exclusive": {domain.AtLeast, "5", "", false, false},
		"about, with ends": {domain.Around, "4", "6", true, false}, "over, both ends": {domain.Over, "4", "6", false, false},
		"nearly, the wrong end": {domain.Nearly, "5", "", false, false},
	} {
		f := ofKind(t, domain.KindChange, false)
		must.OK(t, f.Check())
		f.Value, f.Approximator = nil, test.approximator
		if test.lower != "" {
			f.Lower = &domain.Bound{Value: num(t, test.lower), Inclusive: test.inclusive}
		}
		if test.upper != "" {
			f.Upper = &domain.Bound{Value: num(t, test.upper), Inclusive: test.inclusive}
		}
		must.Equal(t, map[string]bool{name: f.Check() == nil}, map[string]bool{name: test.fits})
	}
}

func TestPrintedAndNormalised(t *testing.T) {
	for name, test := range map[string]struct {
		printed, multiplier, symbol, value string
		mult                               int
		unit                               units.Unit
		fault                              string
	}{
		"the same":                       {"860", "billion", "US$", "860", 9, usd, ""},
		"another power":                  {"860", "billion", "US$", "0.86", 12, usd, ""},
		"multiplied out":                 {"860", "billion", "US$", "860000000000", 0, usd, ""},
		"printed with zeros":             {"3000", "", "km", "3e3", 0, km, ""},
		"the long scale":                 {"860", "billion", "US$", "860", 12, usd, ""},
		"another multiplier":             {"12.5", "million", "US$", "12.5", 9, usd, "unit_mult"},
		"not multiplied":                 {"12.5", "million", "US$", "12.5", 0, usd, "unit_mult"},
		"no multiplier printed":          {"12.5", "", "US$", "12.5", 6, usd, ""},
		"other digits":                   {"860", "billion", "US$", "861", 9, usd, "value"},
		"other digits, no unit":          {"860", "", "", "86.1", 9, usd, "value"},
		"a loss of that":                 {"860", "", "US$", "-860", 0, usd, ""},
		"a minus lost":                   {"-860", "", "US$", "860", 0, usd, "value"},
		"a converted unit":               {"2000", "", "miles", "3218.688", 0, km, ""},
		"a multiplier of its own":        {"3", "dozen", "", "36", 0, units.One, ""},
		"dozens as the unit":             {"3", "dozen", "", "3", 0, units.Unit{System: units.UCUM, Code: "{dozen}"}, ""},
		"other dozens":                   {"3", "dozen", "", "35", 0, units.One, ""},
		"thousands in the head":          {"86", "000", "", "86", 3, units.One, ""},
		"thousands in parentheses":       {"86", "(000)", "", "86", 3, units.One, ""},
		"ten to the sixth":               {"86", "106", "", "86", 6, units.One, ""},
		"kilocalories":                   {"3", "Millionen", "Kalorien", "3", 6, units.Unit{System: units.UCUM, Code: "kcal"}, ""},
		"five bio":                       {"5", "bio", "EUR", "5", 9, units.Unit{System: units.ISO4217, Code: "EUR"}, ""},
		"a multiplier that is not known": {"3", "score", "", "60", 0, units.One, ""},
		"Prozent":                        {"3.2", "", "Prozent", "3.3", 0, percentUnit, "value"},
		"Schweizer Franken":              {"18", "Milliarden", "Franken", "18", 6, units.Unit{System: units.ISO4217, Code: "CHF"}, "unit_mult"},
		"Franken that are dollars":       {"18", "", "Franken", "18", 0, usd, "unit.code"},
		"Franken of Belgium":             {"18", "", "Franken", "18", 0, units.Unit{System: units.ISO4217, Code: "BEF"}, ""},
		"dólares":                        {"18", "mil millones", "dólares", "19", 9, usd, "value"},
		"рублей":                         {"18", "млрд", "рублей", "18", 6, units.Unit{System: units.ISO4217, Code: "RUB"}, "unit_mult"},
		"a British crown":                {"18", "", "Kronen", "18", 0, units.Unit{System: units.ISO4217, Code: "SEK"}, ""},
		"Meilen as kilometres":           {"18", "", "Meilen", "18", 0, km, "unit.code"},
		"Meilen":                         {"18", "", "Meilen", "28.968192", 0, km, ""},
		"Billionen":                      {"5", "Billionen", "", "5", 9, usd, "unit_mult"},
		"a German or English billion":    {"5", "Billion", "", "5", 9, usd, ""},
		"lakh crore":                     {"5", "lakh crore", "₹", "5", 11, units.Unit{System: units.ISO4217, Code: "INR"}, "unit_mult"},
		"十億":                             {"5", "十億", "円", "5", 8, units.Unit{System: units.ISO4217, Code: "JPY"}, "unit_mult"},
		"as cold":                        {"-40", "", "°F", "-40", 0, units.Unit{System: units.UCUM, Code: "Cel"}, ""},
		"colder":                         {"-41", "", "°F", "-41", 0, units.Unit{System: units.UCUM, Code: "Cel"}, "unit.code"},
		"freezing":                       {"0", "", "°C", "0", 0, units.Unit{System: units.UCUM, Code: "[degF]"}, "unit.code"},
		"percent of nothing":             {"5", "", "%", "5", 0, units.One, "unit.code"},
		"a percentage as a share":        {"5", "", "%", "0.05", 0, units.One, ""},
		"a percentage in hundredths":     {"5", "", "per cent", "5", -2, units.One, ""},
		"a percentage by name":           {"5", "", "Prozent", "5", 0, units.Unit{System: units.UCUM, Code: "{percent}"}, ""},
		"kilometres as metres":           {"3", "", "kilometres", "3", 0, units.Unit{System: units.UCUM, Code: "m"}, "unit.code"},
		"kilometres in metres":           {"3", "", "Kilometer", "3000", 0, units.Unit{System: units.UCUM, Code: "m"}, ""},
		"thousands of metres":            {"3", "", "metres", "3", 0, km, ""},
		"a sign whose capitals count":    {"3", "", "ML", "3", 0, units.Unit{System: units.UCUM, Code: "mL"}, ""},
		"megatonnes":                     {"3", "million", "tonnes", "3", 0, units.Unit{System: units.UCUM, Code: "Mt"}, ""},
		"kilotonnes that are not":        {"3", "million", "tonnes", "3", 0, units.Unit{System: units.UCUM, Code: "kt"}, "unit.code"},
		"kilowatts of millions":          {"3", "million", "kilowatts", "3", 0, units.Unit{System: units.UCUM, Code: "MW"}, "unit.code"},
		"gigawatts of millions":          {"3", "million", "kilowatts", "3", 0, units.Unit{System: units.UCUM, Code: "GW"}, ""},
		"kilowatts of an odd number":     {"3", "dozen", "kilowatts", "3", 0, units.Unit{System: units.UCUM, Code: "MW"}, ""},
		"no way":                         {"0", "", "km", "0", 0, units.Unit{System: units.UCUM, Code: "[mi_i]"}, ""},
		"zero":                           {"0", "", "", "0.00", 0, units.One, ""},
		"zero and one":                   {"0", "", "", "1", 0, units.One, "value"},
		"sign of another":                {"18", "billion", "S$", "18", 9, usd, "unit.code"},
		"sign of two":                    {"18", "billion", "C$", "18", 9, units.Unit{System: units.ISO4217, Code: "NIO"}, ""},
		"bare dollar":                    {"18", "billion", "$", "18", 9, sgd, ""},
		"currency sign of km":            {"18", "", "€", "18", 0, km, "unit.code"},
		"a dollar that is none":          {"18", "", "$", "18", 0, units.Unit{System: units.ISO4217, Code: "EUR"}, "unit.code"},
		"a name of another":              {"18", "", "euros", "18", 0, usd, "unit.code"},
		"a name of several":              {"18", "", "US dollars", "18", 0, sgd, "unit.code"},
		"a sign with a space":            {"18", "", "US $", "18", 0, sgd, "unit.code"},
		"a name with a capital":          {"18", "", "Roubles", "18", 0, units.Unit{System: units.ISO4217, Code: "RUB"}, ""},
		"a name of many":                 {"18", "", "KRONER", "18", 0, units.Unit{System: units.ISO4217, Code: "SEK"}, ""},
		"a name of former times":         {"18", "", "lire", "18", 0, usd, "unit.code"},
		"a pound of former times":        {"18", "", "£", "18", 0, units.Unit{System: units.ISO4217, Code: "ITL"}, ""},
		"a name that is not on the list": {"18", "", "kroner", "18", 0, units.Unit{System: units.ISO4217, Code: "SEK"}, ""},
		"a name of a neighbour's":        {"18", "", "colones", "18", 0, units.Unit{System: units.ISO4217, Code: "CRC"}, ""},
		"billions of dollars":            {"18", "", "B$", "18", 9, usd, ""},
		"pounds that are dollars":        {"18", "", "£", "18", 0, usd, "unit.code"},
		"million bare dollars":           {"860", "billion", "$", "860", 6, usd, "unit_mult"},
		"dollars of other digits":        {"860", "billion", "dollars", "861", 9, usd, "value"},
		"kilometres":                     {"860", "", "kilometres", "861", 0, km, "value"},
		"some tons":                      {"2000", "", "tons", "1814", 0, units.Unit{System: units.UCUM, Code: "t"}, ""},
		"billones of a short scale":      {"5", "billones", "", "5", 9, usd, ""},
		"a Vietnamese million":           {"5", "tr", "", "5", 6, usd, ""},
		"a former name":                  {"18", "", "pesos", "18", 0, units.Unit{System: units.ISO4217, Code: "ARY"}, ""},
		"a former currency":              {"18", "", "DM", "18", 0, units.Unit{System: units.ISO4217, Code: "DEM"}, ""},
		"pounds that are weight":         {"18", "", "pounds", "18", 0, units.Unit{System: units.UCUM, Code: "[lb_av]"}, ""},
		"in another language":            {"14", "Milliarden", "", "14", 9, usd, ""},
		"less than that":                 {"14", "mil  millones", "", "14", 6, usd, "unit_mult"},
		"abbreviated":                    {"14", "Mrd.", "", "14", 6, usd, "unit_mult"},
	} {
		t.Run(name, func(t *testing.T) {
			f := pointOf(t, test.value, test.unit, test.mult)
			f.Reported = &domain.Reported{Value: ptr(num(t, test.printed)), MultiplierText: test.multiplier, UnitSymbol: test.symbol}
			err := f.Check()
			if test.fault == "" {
				must.OK(t, err)
				return
			}
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.fault)
		})
	}
}

// TestWhatIsOnRecordStaysEditable: a contradiction that a figure on record has is no fault of a change of something else.
func TestWhatIsOnRecordStaysEditable(t *testing.T) {
	before := pointOf(t, "18", usd, 0)
	before.Reported = &domain.Reported{UnitSymbol: "£"}
	after := before
	after.ConfStatus = "C"
	must.OK(t, after.CheckAfter(before))
	after.UnitMult, after.Reported = 6, &domain.Reported{UnitSymbol: "£", Value: ptr(num(t, "5")), NumberText: "-5"}
	err := after.CheckAfter(before)
	statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "reported.value")
	must.Contains(t, errs.ViolationsOf(err)[0].Description, "write -5")
	must.Equal(t, len(errs.ViolationsOf(err)), 2)
}

func TestSignificantDigits(t *testing.T) {
	for _, test := range []struct {
		text, value string
		want        *domain.Significant
	}{
		{"860", "860", &domain.Significant{Min: 2, Max: 3}}, {"3,000", "3000", &domain.Significant{Min: 1, Max: 4}},
		{"", "14", &domain.Significant{Min: 2, Max: 2}}, {"three thousand", "3000", &domain.Significant{Min: 1, Max: 4}},
		{"a few", "", nil}, {"3.000", "3000", &domain.Significant{Min: 1, Max: 4}}, {"3.000", "3", &domain.Significant{Min: 4, Max: 4}}, {"2½", "2.5", nil},
	} {
		f := pointOf(t, "1", units.Unit{System: units.UCUM, Code: "g"}, 0)
		f.Reported = &domain.Reported{NumberText: test.text}
		if test.value != "" {
			f.Reported.Value = ptr(num(t, test.value))
		}
		must.OK(t, f.Compute())
		must.Equal(t, f.Significant, test.want)
	}
}

func TestMultipliedOutOfRange(t *testing.T) {
	f := pointOf(t, "1e400", usd, 30)
	statustest.Check(t, f.Compute(), codes.InvalidArgument, "EXPONENT_OUT_OF_RANGE", "value.value")
}

// TestANumberAndItsWords: figures of any script are read, however they are grouped, and words that are surely one number.
func TestANumberAndItsWords(t *testing.T) {
	for words, number := range map[string]string{
		"3.000": "3000", "12,34,567": "1234567", "٣٠٠٠": "3000", "３，０": "", "−5": "-5", "5": "-5", "+5": "5", "(5)": "-5", "three": "!4",
		"▲5": "-5", "△ 5": "!6", "( 5 )": "!6", "tens of thousands": "4", "a dozen": "13", "dreizehn": "!14", "half": "0.5", "1/2": "3",
		"a fifth": "5", "a third": "3", "un quinto": "5", "once": "1", "3 million": "3000000", "3 Millionen": "!3000",
		"120億": "12000000000", "3 mil millones": "!3000000", "five or so": "7",
		"٣٠٠": "!400", "860": "!861", "−5 ": "!5", "-5.0": "!5",
	} {
		value, refused := strings.CutPrefix(cmp.Or(number, "30"), "!")
		f := pointOf(t, value, units.One, 0)
		f.Reported = &domain.Reported{Value: f.Value, NumberText: words}
		must.Equal(t, map[string]bool{words: f.Check() != nil}, map[string]bool{words: refused})
	}
}

// TestWordsBesideAnAmount: words are compared with the printed number that is given, and never with the amount; figures are with both.
func TestWordsBesideAnAmount(t *testing.T) {
	for words, test := range map[string]struct {
		value, fault string
		mult         int
		unit         units.Unit
	}{
		"twelve":       {"13", "", 0, units.One},
		"douze":        {"12", "", 3, units.One},
		"three":        {"200", "", 0, percentUnit},
		"3 million":    {"3", "unit_mult", 9, usd},
		"3.5 millones": {"3500000", "", 0, usd},
		"12億":          {"12", "unit_mult", 6, usd},
		"5 m":          {"5", "", 0, units.Unit{System: units.UCUM, Code: "m"}},
		"5 mille":      {"5", "", 0, units.Unit{System: units.UCUM, Code: "[nmi_i]"}},
		"5 mil.":       {"50", "", 0, km},
		"two-thirds":   {"60", "", 0, percentUnit},
		"half":         {"1.75", "", 0, percentUnit},
		"a third":      {"-67", "", 0, percentUnit},
	} {
		f := pointOf(t, test.value, test.unit, test.mult)
		f.Reported = &domain.Reported{NumberText: words}
		err := f.Check()
		if test.fault == "" {
			must.OK(t, err)
			continue
		}
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.fault)
	}
}
