package words

import (
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// quantity is what all forms of a value have in common.
type quantity struct {
	kind         metricsv1.Figure_ValueKind
	value        *decimal.Decimal
	values       []*decimal.Decimal
	lower, upper *metricsv1.Bound
	mult         int32
	unit         string
	missing      metricsv1.Figure_MissingReason
	about        metricsv1.Figure_Approximator
}

// Figure is a figure's value in its own unit, exact and multiplied out:
// "less than 3,000 km".
func Figure(f *metricsv1.Figure) string {
	return quantity{
		kind: f.GetValueKind(), value: f.GetValue(), values: f.GetValues(), lower: f.GetLower(), upper: f.GetUpper(),
		mult: f.GetUnitMult(), unit: Unit(f.GetUnit(), f.GetCountedObject()), missing: f.GetMissingReason(), about: f.GetApproximator(),
	}.words()
}

// Normalized is a figure's value in the base unit.
func Normalized(f *metricsv1.Figure) string {
	if f.GetValueKind() == metricsv1.Figure_NO_VALUE {
		return ""
	}
	n := f.GetNormalized()
	return quantity{
		kind: f.GetValueKind(), value: n.GetValue(), values: n.GetValues(), lower: n.GetLower(), upper: n.GetUpper(),
		unit: Unit(n.GetUnit(), f.GetCountedObject()), about: f.GetApproximator(),
	}.words()
}

// Observation is an observation's value.
func Observation(o *metricsv1.Observation) string { return ObservationIn(o, o.GetUnit()) }

// ObservationIn is an observation's value where its numbers are in another unit than
// what they were computed from, such as percent: it is then not of what was counted.
func ObservationIn(o *metricsv1.Observation, unit *metricsv1.Unit) string {
	counted := o.GetCountedObject()
	if unit.GetCode() != o.GetUnit().GetCode() {
		counted = ""
	}
	q := quantity{
		kind: o.GetValueKind(), value: o.GetValue(), values: o.GetValues(), lower: o.GetLower(), upper: o.GetUpper(),
		unit: Unit(unit, counted), missing: o.GetMissingReason(), about: o.GetApproximator(),
	}
	if w := o.GetAsWritten(); w != nil && unit.GetSystem() == metricsv1.Unit_UNRESOLVED {
		// The sign stands for several currencies, so there is no base unit: the number is as it was written.
		q.value, q.values, q.lower, q.upper, q.mult = w.GetValue(), w.GetValues(), w.GetLower(), w.GetUpper(), w.GetUnitMult()
	}
	return q.words()
}

// words never rounds and never makes up a midpoint.
func (q quantity) words() string {
	switch q.kind {
	case metricsv1.Figure_RANGE:
		return q.low() + " and " + q.high()
	case metricsv1.Figure_LOWER_BOUND:
		return q.low() + q.in()
	case metricsv1.Figure_UPPER_BOUND:
		return q.high()
	case metricsv1.Figure_CHANGE:
		return q.change()
	case metricsv1.Figure_LIST:
		parts := make([]string, len(q.values))
		for i, v := range q.values {
			parts[i] = Scaled(v, q.mult)
		}
		return strings.Join(parts, "; ") + q.in()
	case metricsv1.Figure_NO_VALUE:
		if why := MissingReasons[q.missing]; why != "" {
			return "no number: " + why
		}
		return "no number"
	default:
		return q.hedge() + Scaled(q.value, q.mult) + q.in()
	}
}

// change says a change as one, so that nobody takes it for a level.
func (q quantity) change() string {
	switch {
	case q.value != nil:
		return "a change of " + q.hedge() + Scaled(q.value, q.mult) + q.in()
	case q.lower != nil && q.upper != nil:
		return "a change of " + q.low() + " and " + q.high()
	case q.lower != nil:
		return "a change of " + q.low() + q.in()
	}
	return "a change of " + q.high()
}

// hedge is the hedge of a single number.
func (q quantity) hedge() string {
	switch q.about {
	case metricsv1.Figure_ABOUT:
		return "about "
	case metricsv1.Figure_EXACTLY:
		return "exactly "
	default:
		return ""
	}
}

func (q quantity) in() string {
	if q.unit == "" {
		return ""
	}
	if q.unit == "%" {
		return "%"
	}
	return " " + q.unit
}

func (q quantity) low() string {
	words := "more than "
	if q.lower.GetInclusive() {
		words = "at least "
	}
	return words + Scaled(q.lower.GetValue(), q.mult)
}

func (q quantity) high() string {
	words := "less than "
	if q.upper.GetInclusive() {
		words = "at most "
	}
	return words + Scaled(q.upper.GetValue(), q.mult) + q.in()
}

// Prints reports whether words of a source are on record, or where they stand: a number
// alone is what somebody made of them.
func Prints(r *metricsv1.Reported) bool {
	return r.GetText() != "" || r.GetNumberText() != "" || len(r.GetSpans()) > 0
}

// Printed is a number as its source prints it, put together from the parts that
// are on record: "US$860 billion", "3,000km". Where the whole expression is on
// record it is that. Spans say what stands before what. Of a source that prints nothing
// it is empty.
func Printed(r *metricsv1.Reported, unit *metricsv1.Unit) string {
	if r.GetText() != "" {
		return r.GetText()
	}
	num := r.GetNumberText()
	if num == "" {
		num = r.GetValue().GetValue()
	}
	if num == "" || !Prints(r) {
		return ""
	}
	if m := r.GetMultiplierText(); m != "" {
		num += " " + m
	}
	symbol := r.GetUnitSymbol()
	if symbol == "" {
		return num
	}
	before, gap := unit.GetSystem() == metricsv1.Unit_ISO4217, " "
	numberSpan, unitSpan := spanOf(r, typev1.TextSpan_NUMBER), spanOf(r, typev1.TextSpan_UNIT)
	if numberSpan != nil && unitSpan != nil {
		before = unitSpan.GetStart() < numberSpan.GetStart()
		if unitSpan.GetEnd() == numberSpan.GetStart() || numberSpan.GetEnd() == unitSpan.GetStart() {
			gap = ""
		}
	} else if before {
		gap = ""
	}
	if before {
		return symbol + gap + num
	}
	return num + gap + symbol
}

func spanOf(r *metricsv1.Reported, role typev1.TextSpan_Role) *typev1.TextSpan {
	for _, span := range r.GetSpans() {
		if span.GetRole() == role {
			return span
		}
	}
	return nil
}
