package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// checkChange says which fields a CHANGE has: one number, or one or two ends.
func (f *Figure) checkChange(v *errs.Violations) {
	bounded := f.Lower != nil || f.Upper != nil
	for _, field := range f.valueFields() {
		if field.set && (field.name == "values" || field.name == "missing_reason") {
			v.Add(field.name, contradictory, "value_kind CHANGE has no %s: leave it out, or choose another value_kind", field.name)
		}
	}
	switch {
	case f.Value == nil && !bounded:
		v.Add("value", contradictory, "value_kind CHANGE needs value, lower or upper: set one, or choose another value_kind")
	case f.Value != nil && bounded:
		v.Add("value", contradictory, "a CHANGE has a value or ends, not both: leave one out")
	}
}

// checkBase says when a figure has a base period.
func (f *Figure) checkBase(v *errs.Violations) {
	if f.BasePeriod == nil {
		return
	}
	if f.Kind != KindChange {
		v.Add("base_period", contradictory, "only a CHANGE has a base_period: leave it out, or set value_kind CHANGE")
		return
	}
	base, period := f.BasePeriod, f.Period
	if base.Dated() && period.Dated() && !base.OpenStart && !period.OpenStart && base.Start > period.Start {
		v.Add("base_period", contradictory, "%s begins after %s: a change is from an earlier time on", base.EDTF, period.EDTF)
	}
}
