package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// form is a number as newspapers print it, with the amount that it is.
type form struct {
	text, sign, multiplier, value string
	mult                          int32
	unit                          *metricsv1.Unit
}

// figure puts a number on record for the form; a printed one that is "" is left out.
func (p form) figure(printed, value string) *metricsv1.Figure {
	f := observed("2022", value, area("US"))
	f.Unit, f.UnitMult = p.unit, p.mult
	f.Reported = &metricsv1.Reported{NumberText: p.text, UnitSymbol: p.sign, MultiplierText: p.multiplier}
	if printed != "" {
		f.Reported.Value = number(printed)
	}
	if p.unit.GetCode() == "%" {
		f.ValueKind = metricsv1.Figure_CHANGE
	}
	if p.unit.GetCode() == "1" {
		f.Metric, f.Dimensions, f.CountedObject = "metrics/deaths", nil, "deaths"
	}
	return f
}

var one, percent = ucum("1"), ucum("%")

// forms are printed numbers of which no reading is another times 10 or 1000. Units are written as codes or signs that are known: beside another
// the value may be a converted one.
var forms = []form{
	{"860", "US$", "billion", "860", 9, money("USD")}, {"1,234.5", "$", "million", "1234.5", 6, money("USD")}, {"1,234,567", "", "", "1234567", 0, one},
	{"4.7", "£", "bn", "4.7", 9, money("GBP")}, {"−3.2", "%", "", "-3.2", 0, percent}, {"-3.2", "per cent", "", "-3.2", 0, percent},
	{"–3.2", "%", "", "-3.2", 0, percent}, {"－3.2", "%", "", "-3.2", 0, percent}, {"﹣3.2", "%", "", "-3.2", 0, percent}, {"‑3.2", "%", "", "-3.2", 0, percent},
	{"+3.2", "%", "", "3.2", 0, percent}, {".5", "%", "", "0.5", 0, percent}, {"0.500", "%", "", "0.500", 0, percent}, {"3·5", "%", "", "3.5", 0, percent},
	{"2½", "", "million", "2.5", 6, one}, {"¾", "%", "", "0.75", 0, percent}, {"−1 ¼", "%", "", "-1.25", 0, percent}, {"1,000,000.000", "US$", "", "1000000", 0, money("USD")},
	{"3.5", "$", "k", "3.5", 3, money("USD")}, {"12", "", "thousand", "12", 3, one}, {"0.25", "%", "", "0.25", 0, percent}, {"12_345", "", "", "12345", 0, one},
	{"1.234,56", "€", "Mio.", "1234.56", 6, money("EUR")}, {"3,5", "Euro", "Mrd.", "3.5", 9, money("EUR")}, {"1.234.567", "", "", "1234567", 0, one}, // de
	{"0,075", "%", "", "0.075", 0, percent}, {"–0,3", "%", "", "-0.3", 0, percent}, {"12,5", "", "Tsd.", "12.5", 3, one}, {"5,–", "€", "", "5", 0, money("EUR")},
	{"1’234.50", "Fr.", "", "1234.50", 0, money("CHF")}, {"1'234'567", "CHF", "", "1234567", 0, money("CHF")}, {"5.–", "Fr.", "", "5", 0, money("CHF")}, // Swiss
	{"2.4", "CHF", "Mia.", "2.4", 9, money("CHF")}, {"1'250", "CHF", "Mio.", "1250", 6, money("CHF")}, {"−1’234.5", "CHF", "", "-1234.5", 0, money("CHF")},
	{"1 234 567", "", "", "1234567", 0, one}, {"1 234,5", "€", "millions", "1234.5", 6, money("EUR")}, {"1 234", "euros", "", "1234", 0, money("EUR")}, // fr
	{"3,2", "€", "Mds", "3.2", 9, money("EUR")}, {"−0,1", "%", "", "-0.1", 0, percent}, {"2,75", "", "milliards", "2.75", 9, one}, {"0,123 456", "%", "", "0.123456", 0, percent},
	{"1.234,5", "€", "millones", "1234.5", 6, money("EUR")}, {"12", "€", "mil millones", "12", 9, money("EUR")}, {"12 345,67", "euros", "", "12345.67", 0, money("EUR")}, // es
	{"1'234,567.89", "pesos", "", "1234567.89", 0, money("MXN")}, {"2'345.678,5", "pesos", "", "2345678.5", 0, money("COP")}, {"-4,5", "%", "", "-4.5", 0, percent},
	{"1.234,56", "R$", "", "1234.56", 0, money("BRL")}, {"2,5", "R$", "bi", "2.5", 9, money("BRL")}, {"2,5", "R$", "bilhões", "2.5", 9, money("BRL")}, // pt
	{"870", "R$", "mi", "870", 6, money("BRL")}, {"1.234.567,8", "", "", "1234567.8", 0, one}, {"0,4", "%", "", "0.4", 0, percent},
	{"12,34,567", "₹", "", "1234567", 0, money("INR")}, {"12,34,567.5", "₹", "", "1234567.5", 0, money("INR")}, {"१२,३४,५६७", "", "", "1234567", 0, one}, // hi
	{"3.5", "₹", "लाख", "3.5", 5, money("INR")}, {"1.2", "₹", "करोड़", "1.2", 7, money("INR")}, {"2.5", "Rs", "lakh", "2.5", 5, money("INR")}, {"750", "₹", "crore", "750", 7, money("INR")},
	{"३.५", "%", "", "3.5", 0, percent}, {"1,00,000", "₹", "", "100000", 0, money("INR")},
	{"１２", "円", "億", "12", 8, money("JPY")}, {"３・５", "％", "", "3.5", 0, percent}, {"３．５", "%", "", "3.5", 0, percent}, {"1,2345,6789", "円", "", "123456789", 0, money("JPY")}, // ja
	{"１，２３４，５６７", "円", "", "1234567", 0, money("JPY")}, {"▲", "%", "", "-3", 0, percent}, {"5", "円", "兆", "5", 12, money("JPY")}, {"120", "円", "万", "120", 4, money("JPY")},
	{"٣٫٥", "%", "", "3.5", 0, percent}, {"٣٬٤٥٦٬٧٨٩", "", "", "3456789", 0, one},
}

// TestM2PrintedFormsAreTheirNumbers: what a newspaper prints goes on record as the number that it is, with or without that number; another by a
// power of ten, or without a printed minus, does not.
func TestM2PrintedFormsAreTheirNumbers(t *testing.T) {
	s := startFilled(t)
	for _, p := range forms {
		t.Run(p.text+" "+p.multiplier+" "+p.sign, func(t *testing.T) {
			s.figure(t, "", p.figure(p.value, p.value))
			s.figure(t, "", p.figure("", p.value))
			if p.text == "▲" { // no figures, nothing to tell by
				return
			}
			right, err := decimal.Parse(p.value)
			must.OK(t, err)
			for _, power := range []int{-3, -1, 1, 3} {
				moved, err := right.Scale10(power)
				must.OK(t, err)
				s.refused(t, p.figure(moved.String(), moved.String()), "figure.reported.value", "figure.reported.number_text")
				onTheLongScale := power == 3 && strings.Contains("billion bn bilhões", p.multiplier)
				if p.multiplier != "" && !onTheLongScale {
					s.refused(t, p.figure("", moved.String()), "figure.unit_mult", "figure.reported.multiplier_text")
				}
			}
			if right.Sign() < 0 {
				s.refused(t, p.figure(right.Neg().String(), right.Neg().String()), "figure.reported.value", "figure.reported.number_text")
				s.refused(t, p.figure("", right.Neg().String()), "figure.value", "figure.reported.number_text")
				s.refused(t, p.figure(p.value, right.Neg().String()), "figure.value", "figure.reported.value")
				return
			}
			// "fell by": the minus is in words.
			s.figure(t, "", p.figure(p.value, right.Neg().String()))
			s.figure(t, "", p.figure("", right.Neg().String()))
		})
	}
}

// refused asks for a figure, which contradicts itself in the fields.
func (s *service) refused(t *testing.T, f *metricsv1.Figure, fields ...string) {
	t.Helper()
	_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
	for _, field := range fields {
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", field)
	}
}

// TestM2FormsThatMayBeMoreAreAllOfThem: a group of three may be a fraction, and what is no one numeral is not read.
func TestM2FormsThatMayBeMoreAreAllOfThem(t *testing.T) {
	s := startFilled(t)
	for text, values := range map[string][]string{
		"3.000": {"3", "3000"}, "1,234": {"1.234", "1234"}, "1'234.567": {"1234.567", "1234567"}, "10–12": {"10", "12", "11"}, "5'10": {"70", "510"}, "2’30": {"150"},
		"1 5": {"1.5", "6"}, "1/2": {"0.5"}, "2 1/2": {"2.5"}, "5/10": {"5"}, "(5)": {"-5", "5"}, "3, 4": {"3"}, "1.2.3": {"6"}, "half": {"0.5"}, "—5": {"5"}, "1⅓": {"1.33"}, "a third": {"3", "0.33"}, "a dozen": {"12", "13"},
		"3:2": {"1.5"}, "5-10": {"7.5"}, "1,23,4567": {"1234567"}, "３，４": {"3"}, "⅔": {"0.67"}, "±5": {"5"},
	} {
		for _, value := range values {
			p := form{text: text, unit: one}
			s.figure(t, "", p.figure(value, value))
		}
	}
	for text, wrong := range map[string]string{"3.000": "300", "1,234": "12.34", "1'234.567": "1.234567", "1234.567": "1234567", "0,075": "75", "0.500": "500", "1,000,000.000": "1000000000",
		"(5)": "6", "▲5": "4", "treize": "14", "3 Milliarden": "3000000"} {
		p := form{text: text, unit: one}
		s.refused(t, p.figure(wrong, wrong), "figure.reported.value", "figure.reported.number_text")
	}
}

// TestM2AContradictionNamesWhatWasSent: the printed number by the field that gives it, the amount by its own, and the sign alone where only that
// differs.
func TestM2AContradictionNamesWhatWasSent(t *testing.T) {
	s := startFilled(t)
	bounded := form{text: "−3.2", sign: "%", unit: percent}.figure("", "1")
	bounded.Value, bounded.Upper = nil, bound("3.2", true)
	spanned := form{unit: money("USD")}.figure("", "86.1")
	spanned.Origin, spanned.DocumentVersion = nil, version
	spanned.Reported.Spans = []*typev1.TextSpan{at("860", typev1.TextSpan_NUMBER)}
	for _, test := range []struct {
		figure      *metricsv1.Figure
		field, says string
	}{
		{form{text: "860", unit: one}.figure("", "861"), "figure.value", "the source prints 860 and this is 861"},
		{form{text: "860", unit: one}.figure("", "861"), "figure.reported.number_text", "value is 861, and this is 860"},
		{form{text: "860", unit: one}.figure("860", "861"), "figure.reported.value", "value is 861, and this is 860"},
		{spanned, "figure.reported.spans[0].exact", "value is 86.1, and this is 860"},
		{bounded, "figure.upper.value", "the sign differs: write -3.2, or correct reported.number_text"},
		{bounded, "figure.reported.number_text", "upper.value is 3.2"},
	} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: test.figure})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.field)
		for _, violation := range statustest.Violations(err) {
			if violation.GetField() == test.field {
				must.Contains(t, violation.GetDescription(), test.says)
			}
		}
	}
}
