package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/codelists"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// SettleImported fills in what a row of a data file leaves to be seen from its numbers: what kind of value it is, and why there is none.
func (f *Figure) SettleImported() {
	if f.Kind == "" {
		f.Kind = f.kindByNumbers()
	}
	if f.Kind == NoValue && f.Missing == "" {
		f.Missing = missingBy(f.ObsStatus)
	}
}

func (f *Figure) kindByNumbers() ValueKind {
	switch {
	case f.Value != nil:
		return Point
	case len(f.Values) > 0:
		return List
	case f.Lower != nil && f.Upper != nil:
		return Range
	case f.Lower != nil:
		return LowerBound
	case f.Upper != nil:
		return UpperBound
	default:
		return NoValue
	}
}

// Numberless reports whether a figure has no number and no reason why it has none.
func (f *Figure) Numberless() bool {
	return f.Value == nil && len(f.Values) == 0 && f.Lower == nil && f.Upper == nil && f.Missing == ""
}

// missingBy is why OBS_STATUS says that there is no number.
func missingBy(status []string) string {
	for _, reason := range []struct{ code, missing string }{{"Q", "SUPPRESSED"}, {"L", "NOT_COLLECTED"}, {"M", "CANNOT_EXIST"}} {
		if slices.Contains(status, reason.code) {
			return reason.missing
		}
	}
	return NotStated
}

// CheckImported applies the rules that need the numbers and the period of a row. The rest is the same for many rows: Check applies it to
// one of them.
func (f *Figure) CheckImported() error {
	if f.Kind == Point && f.Value != nil && len(f.Values) == 0 && f.Lower == nil && f.Upper == nil && f.Missing == "" && len(f.ObsStatus) == 0 &&
		f.Approximator == "" && f.ReadingRule == "" && f.BasePeriod == nil && (f.Frequency == "" || f.Period.Missing != "") {
		return nil
	}
	var v errs.Violations
	f.checkKind(&v)
	f.checkBounds(&v)
	f.checkApproximator(&v)
	f.checkBase(&v)
	f.checkFrequency(&v)
	f.checkAbsent(&v)
	return v.Err()
}

// checkAbsent is the part of checkStatus that depends on the numbers.
func (f *Figure) checkAbsent(v *errs.Violations) {
	for i, text := range f.ObsStatus {
		if code, known := codelists.ObsStatus().Find(text); known && code.Absent && f.Kind != NoValue {
			v.Add(index("obs_status", i), contradictory, "%s says that there is no value (%s): leave it out, or the value (value_kind NO_VALUE)", text, code.Name)
		}
	}
}
