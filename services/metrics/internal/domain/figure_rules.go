package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// contradictory is the reason of fields that cannot all be true.
const contradictory = "CONTRADICTORY"

// fieldRequired is the reason of a field that another makes necessary.
const fieldRequired = "FIELD_REQUIRED"

// Check applies the rules that need nothing but the figure itself and reports every violation. Before, it puts in order what has no order
// of its own, and fills in the candidates of unresolved units.
func (f *Figure) Check() error {
	var v errs.Violations
	f.settle()
	f.checkKind(&v)
	f.checkBounds(&v)
	f.checkApproximator(&v)
	checkUnit(&v, "unit", f.Unit)
	f.checkSource(&v)
	f.checkFrequency(&v)
	f.checkDerivation(&v)
	f.checkStatus(&v)
	f.checkBase(&v)
	f.checkClaims(&v)
	checkReported(&v, "", f.Reported, f.number())
	f.checkAlternates(&v)
	return v.Err()
}

// CheckAfter is Check for another state of a figure that is on record: it reports only what that one does not say already, so that a rule
// that came later stands in the way of no change of something else.
func (f *Figure) CheckAfter(before Figure) error {
	var v errs.Violations
	if found := errs.ViolationsOf(f.Check()); len(found) > 0 {
		said := errs.ViolationsOf(before.Check())
		for _, violation := range found {
			if !slices.Contains(said, violation) {
				v.Add(violation.Field, violation.Reason, "%s", violation.Description)
			}
		}
	}
	return v.Err()
}

// field is one of the fields that carry a value, as the kind wants it.
type field struct {
	name string
	set  bool
}

// wants is which fields a kind has.
var wants = map[ValueKind][]string{
	Point:      {"value"},
	Range:      {"lower", "upper"},
	LowerBound: {"lower"},
	UpperBound: {"upper"},
	List:       {"values"},
	NoValue:    {"missing_reason"},
}

// checkKind compares the kind with the fields that are set.
func (f *Figure) checkKind(v *errs.Violations) {
	if f.Kind == KindChange {
		f.checkChange(v)
		return
	}
	wanted, known := wants[f.Kind]
	if !known {
		v.Add("value_kind", contradictory, "a figure has a value kind")
		return
	}
	for _, field := range f.valueFields() {
		wantedHere := false
		for _, name := range wanted {
			wantedHere = wantedHere || name == field.name
		}
		switch {
		case wantedHere && !field.set && field.name == "value" && f.Derivation != nil: // it is computed
		case wantedHere && !field.set:
			v.Add(field.name, contradictory, "value_kind %s needs %s: set it, or choose another value_kind", f.Kind, field.name)
		case !wantedHere && field.set:
			v.Add(field.name, contradictory, "value_kind %s has no %s: leave it out, or choose another value_kind", f.Kind, field.name)
		}
	}
	if f.Kind == List && len(f.Values) == 1 {
		v.Add("values", contradictory, "a LIST has at least 2 values: for one number use value_kind POINT and value")
	}
}

// valueFields are the fields that carry a value or say why there is none.
func (f *Figure) valueFields() []field {
	return []field{
		{"value", f.Value != nil}, {"values", len(f.Values) > 0}, {"lower", f.Lower != nil}, {"upper", f.Upper != nil},
		{"missing_reason", f.Missing != ""},
	}
}

// checkBounds compares the two ends of a RANGE.
func (f *Figure) checkBounds(v *errs.Violations) {
	if f.Lower == nil || f.Upper == nil {
		return
	}
	switch order := f.Lower.Value.Cmp(f.Upper.Value); {
	case order > 0:
		v.Add("lower", "BOUNDS_REVERSED", "lower %s is above upper %s: exchange them", f.Lower.Value, f.Upper.Value)
		v.Add("upper", "BOUNDS_REVERSED", "upper %s is below lower %s: exchange them", f.Upper.Value, f.Lower.Value)
	case order == 0 && !(f.Lower.Inclusive && f.Upper.Inclusive):
		const description = "no number lies between equal ends of which one is exclusive: make both inclusive, or use value_kind POINT"
		v.Add("lower.inclusive", contradictory, description)
		v.Add("upper.inclusive", contradictory, description)
	}
}

// checkSource says what a figure of a document and one of a data file must have.
func (f *Figure) checkSource(v *errs.Violations) {
	if f.DocumentVersion == "" {
		if f.Origin == nil {
			v.Add("origin", fieldRequired, "a figure without document_version says whose it is: set origin, or document_version")
		}
		if f.HasSpans() {
			v.Add("document_version", contradictory, "the figure has spans: say in which document_version they lie, or leave them out")
		}
	}
}

// checkAlternates checks the same amount in other units.
func (f *Figure) checkAlternates(v *errs.Violations) {
	if len(f.Alternates) > 0 && f.Kind != Point {
		v.Add("alternates", contradictory, "only a POINT has alternates: leave them out, or set value_kind POINT and value")
		return
	}
	own, ownErr := units.Resolve(f.Unit)
	seen := map[units.Unit]bool{f.Unit: true}
	for i := range f.Alternates {
		a := &f.Alternates[i]
		path := index("alternates", i)
		if seen[a.Unit] {
			v.Add(path+".unit", contradictory, "the figure already has an amount in %s: an alternate is in another unit", a.Unit)
		}
		seen[a.Unit] = true
		checkUnit(v, path+".unit", a.Unit)
		unit, err := units.Resolve(a.Unit)
		switch {
		case err != nil:
		case ownErr == nil && !own.Compatible(unit):
			v.Add(path+".unit", "UNIT_INCOMPATIBLE", "the same amount cannot be in %s and in %s", f.Unit, a.Unit)
		}
		checkReported(v, path+".", a.Reported, number{"value", &a.Value, a.UnitMult, a.Unit})
	}
}
