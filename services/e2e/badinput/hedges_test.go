package badinput_test

import (
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// contradictory is the refusal of fields of a figure that cannot all be true.
func contradictory(field string) client.Want { return client.Invalid("CONTRADICTORY", "figure."+field) }

// bad is a figure that must be refused.
type bad struct {
	name   string
	fields object
	want   client.Want
}

func refuseAll(t *testing.T, good object, cases []bad) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { refusedFigure(t, with(good, c.fields), c.want) })
	}
}

// checkBound compares an end of a figure.
func checkBound(t *testing.T, b *metricsv1.Bound, number string, inclusive bool) {
	t.Helper()
	must.True(t, b != nil && b.Inclusive != nil, "the end is not said: %v", b)
	must.Equal(t, b.GetValue().GetValue(), number)
	must.Equal(t, b.GetInclusive(), inclusive)
}

// TestF6: the sign says which dollar.
func TestF6SingaporeDollars(t *testing.T) {
	good := figure(t, "amount", "S$18 billion", object{
		"valueKind": "POINT", "value": number("18"), "unit": currency("SGD"), "unitMult": 9, "approximator": "NONE",
		"reported": object{
			"text": "S$18 billion", "numberText": "18", "value": number("18"), "unitSymbol": "S$", "multiplierText": "billion",
			"spans": []object{span(t, "S$18 billion", "CONTENT"), span(t, "18", "NUMBER")},
		},
	})
	f := taken(t, good)
	must.Equal(t, f.GetNormalized().GetValue().GetValue(), "18000000000")
	must.Equal(t, f.GetNormalized().GetUnit().GetCode(), "SGD")
	must.Equal(t, f.GetReported().GetUnitSymbol(), "S$")
	must.Equal(t, f.GetReported().GetNumberText(), "18")
	refuseAll(t, good, []bad{
		{"read as US dollars", object{"unit": currency("USD")}, contradictory("unit.code")},
		{"read as metres", object{"unit": ucum("m")}, contradictory("unit.code")},
		{"a currency that does not exist", object{"unit": currency("S$")}, client.Invalid("INVALID_REQUEST", "figure.unit.code")},
		{"another number than is printed", object{"value": number("81")}, contradictory("value")},
		{"a number that is not printed there", object{"reported": object{
			"numberText": "80", "value": number("18"), "unitSymbol": "S$",
			"spans": []object{span(t, "S$18 billion", "CONTENT"), span(t, "14,341,937,500", "NUMBER")},
		}}, contradictory("reported.numberText")},
	})
}

// TestF7: "at least" is not ">".
func TestF7AtLeast(t *testing.T) {
	good := figure(t, "number", "at least 100 people", object{
		"valueKind": "LOWER_BOUND", "lower": bound("100", true), "approximator": "AT_LEAST",
		"unit": ucum("1"), "countedObject": "people",
	})
	f := taken(t, good)
	checkBound(t, f.GetLower(), "100", true)
	checkBound(t, f.GetNormalized().GetLower(), "100", true)
	must.True(t, f.GetValue() == nil && f.GetUpper() == nil, "only the lower end is stated: %v", f)
	must.Equal(t, f.GetApproximator(), metricsv1.Figure_AT_LEAST)
	refuseAll(t, good, []bad{
		{"exclusive", object{"lower": bound("100", false)}, contradictory("lower.inclusive")},
		{"whether 100 belongs to it is not said", object{"lower": object{"value": number("100")}}, client.Invalid("INVALID_REQUEST", "figure.lower.inclusive")},
		{"no lower end", object{"lower": nil}, contradictory("lower")},
		{"an upper end", object{"valueKind": "UPPER_BOUND", "lower": nil, "upper": bound("100", true)}, contradictory("valueKind")},
		{"a point", object{"valueKind": "POINT", "lower": nil, "value": number("100")}, contradictory("valueKind")},
		{"a value beside the end", object{"value": number("100")}, contradictory("value")},
	})
}

// TestF8: "nearly" has a direction, and is below.
func TestF8Nearly(t *testing.T) {
	good := figure(t, "length", "nearly 3,000 km", object{
		"valueKind": "UPPER_BOUND", "upper": bound("3000", false), "approximator": "NEARLY", "unit": ucum("km"),
		"reported": object{
			"text": "nearly 3,000 km", "numberText": "3,000", "value": number("3000"), "unitSymbol": "km",
			"spans": []object{span(t, "nearly 3,000 km", "CONTENT"), span(t, "nearly", "HEDGE"), span(t, "3,000", "NUMBER")},
		},
	})
	f := taken(t, good)
	checkBound(t, f.GetUpper(), "3000", false)
	checkBound(t, f.GetNormalized().GetUpper(), "3000000", false)
	must.Equal(t, f.GetNormalized().GetUnit().GetCode(), "m")
	must.True(t, f.GetValue() == nil && f.GetLower() == nil, "no point is made up: %v", f)
	must.Equal(t, f.GetApproximator(), metricsv1.Figure_NEARLY)
	refuseAll(t, good, []bad{
		{"without an upper end", object{"upper": nil}, contradictory("upper")},
		{"inclusive", object{"upper": bound("3000", true)}, contradictory("upper.inclusive")},
		{"a point", object{"valueKind": "POINT", "upper": nil, "value": number("3000")}, contradictory("valueKind")},
		{"a lower end", object{"valueKind": "LOWER_BOUND", "upper": nil, "lower": bound("3000", false)}, contradictory("valueKind")},
		{"over", object{"approximator": "OVER"}, contradictory("approximator")},
		{"a weight", object{"unit": ucum("kg"), "reported": nil}, client.Invalid("UNIT_INCOMPATIBLE", "figure.unit")},
		{"a unit that does not exist", object{"unit": ucum("kilometre"), "reported": nil}, client.Invalid("UNKNOWN_UNIT", "figure.unit.code")},
	})
}

// TestF9 and F10: both ends of a range are kept, and no middle is made up.
func TestF9Between(t *testing.T) {
	good := figure(t, "number", "between 20 and 30 boats", object{
		"valueKind": "RANGE", "lower": bound("20", true), "upper": bound("30", true), "approximator": "NONE",
		"unit": ucum("1"), "countedObject": "boats",
	})
	f := taken(t, good)
	checkBound(t, f.GetLower(), "20", true)
	checkBound(t, f.GetUpper(), "30", true)
	must.True(t, f.GetValue() == nil && f.GetNormalized().GetValue() == nil, "a middle was made up: %v", f)
	refuseAll(t, good, []bad{
		{"one end only", object{"upper": nil}, contradictory("upper")},
		{"a middle", object{"value": number("25")}, contradictory("value")},
		{"at least", object{"approximator": "AT_LEAST"}, contradictory("approximator")},
	})
}

// TestF11: a word for a size is no number.
func TestF11TensOfThousands(t *testing.T) {
	good := figure(t, "number", "Tens of thousands of deaths", object{
		"valueKind": "RANGE", "lower": bound("20000", true), "upper": bound("100000", false),
		"approximator": "ORDER_OF_MAGNITUDE", "readingRule": "tens-of-2x-10x", "unit": ucum("1"), "countedObject": "deaths",
	})
	f := taken(t, good)
	checkBound(t, f.GetLower(), "20000", true)
	checkBound(t, f.GetUpper(), "100000", false)
	must.True(t, f.GetValue() == nil && f.GetNormalized().GetValue() == nil && f.GetSignificantDigits() == nil,
		"no number is printed: %v", f)
	must.Equal(t, f.GetApproximator(), metricsv1.Figure_ORDER_OF_MAGNITUDE)
	must.Equal(t, f.GetReadingRule(), "tens-of-2x-10x")
	refuseAll(t, good, []bad{
		{"without the rule that gave the bounds", object{"readingRule": nil}, contradictory("readingRule")},
		{"a point", object{"valueKind": "POINT", "lower": nil, "upper": nil, "value": number("50000")}, contradictory("valueKind")},
		{"no value at all", object{"valueKind": "NO_VALUE", "lower": nil, "upper": nil, "missingReason": "NOT_STATED"}, contradictory("valueKind")},
	})
}

// TestF24: an upper end below the lower one.
func TestF24BoundsReversed(t *testing.T) {
	good := figure(t, "number", "between 20 and 30 boats", object{
		"valueKind": "RANGE", "lower": bound("20", true), "upper": bound("30", true), "unit": ucum("1"), "countedObject": "boats",
	})
	reversed := client.Invalid("BOUNDS_REVERSED", "figure.upper")
	refuseAll(t, good, []bad{
		{"reversed", object{"lower": bound("30", true), "upper": bound("20", true)}, reversed},
		{"reversed as numbers, not as text", object{"lower": bound("30", true), "upper": bound("9", true)}, reversed},
		{"reversed beyond 64 bits", object{"lower": bound("1e30", true), "upper": bound("999999999999999999999999999999", true)}, reversed},
		{"nothing between", object{"lower": bound("20", true), "upper": bound("20.0", false)}, contradictory("upper.inclusive")},
	})
}

// TestF25: the rate that the article itself asserts is kept, and no table's.
func TestF25TwoAmounts(t *testing.T) {
	good := figure(t, "amount", "US$14 billion (S$18 billion)", object{
		"valueKind": "POINT", "value": number("14"), "unit": currency("USD"), "unitMult": 9,
		"reported": object{
			"numberText": "14", "value": number("14"), "unitSymbol": "US$", "multiplierText": "billion",
			"spans": []object{span(t, "US$14 billion", "CONTENT")},
		},
		"alternates": []object{{
			"value": number("18"), "unit": currency("SGD"), "unitMult": 9,
			"reported": object{
				"numberText": "18", "value": number("18"), "unitSymbol": "S$", "multiplierText": "billion",
				"spans": []object{span(t, "S$18 billion", "CONTENT")},
			},
		}},
	})
	f := taken(t, good)
	must.Equal(t, f.GetNormalized().GetValue().GetValue(), "14000000000")
	must.Equal(t, len(f.GetAlternates()), 1)
	other := f.GetAlternates()[0]
	must.Equal(t, other.GetNormalized().GetValue().GetValue(), "18000000000")
	must.Equal(t, other.GetNormalized().GetUnit().GetCode(), "SGD")
	must.Equal(t, other.GetArticleRate(), &metricsv1.ArticleRate{
		From: "USD", To: "SGD", Rate: fraction("9", "7"), Low: fraction("35", "29"), High: fraction("37", "27"),
	})
	alternate := func(fields object) object {
		first, _ := good["alternates"].([]object)
		return object{"alternates": []object{with(first[0], fields)}}
	}
	refuseAll(t, good, []bad{
		{"the same currency twice", alternate(object{"unit": currency("USD"), "reported": nil}), contradictory("alternates[0].unit")},
		{"the sign of another", alternate(object{"unit": currency("EUR")}), contradictory("alternates[0].unit.code")},
		{"money and a length", alternate(object{"unit": ucum("km"), "reported": nil}), client.Invalid("UNIT_INCOMPATIBLE", "figure.alternates[0].unit")},
		{"beside a bound", object{"valueKind": "LOWER_BOUND", "value": nil, "lower": bound("14", true)}, contradictory("alternates")},
	})
}

func fraction(numerator, denominator string) *metricsv1.Fraction {
	return &metricsv1.Fraction{Numerator: fixture.Number(numerator), Denominator: fixture.Number(denominator)}
}
