package domain

import (
	"maps"
	"reflect"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/codelists"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// SettleImported fills in what a row of a data file leaves to be seen from its numbers: what kind of value it is, and why there is none.
func (f *Figure) SettleImported() {
	switch {
	case f.Value != nil:
		f.Kind = Point
	case f.Lower != nil && f.Upper != nil:
		f.Kind = Range
	case f.Lower != nil:
		f.Kind = LowerBound
	case f.Upper != nil:
		f.Kind = UpperBound
	default:
		f.Kind = NoValue
		if f.Missing == "" {
			f.Missing = missingBy(f.ObsStatus)
		}
	}
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
	if f.Kind == Point && f.Lower == nil && f.Upper == nil && f.Missing == "" && len(f.ObsStatus) == 0 &&
		(f.Frequency == "" || f.Period.Missing != "") {
		return nil
	}
	var v errs.Violations
	f.checkKind(&v)
	f.checkBounds(&v)
	f.checkFrequency(&v)
	f.checkAbsent(&v)
	return v.Err()
}

// checkAbsent is the part of checkStatus that depends on the numbers.
func (f *Figure) checkAbsent(v *errs.Violations) {
	for i, text := range f.ObsStatus {
		if code, known := codelists.ObsStatus().Find(text); known && code.Absent && f.Kind != NoValue {
			v.Add(index("obs_status", i), contradictory, "%s says that there is no value (%s): leave it out, or the value", text, code.Name)
		}
	}
}

// Replacing returns the figure as the next state of one that stands for the same, with the Meta of that. A comment stays if this one
// has none, and what no data file says stays as long as the numbers do.
func (f Figure) Replacing(present Figure) Figure {
	f.Meta, f.Corrected, f.Claims = present.Meta, present.Corrected, present.Claims
	f.Dimensions, f.SeriesDimensions = present.Dimensions, present.SeriesDimensions // of a symmetric metric perhaps the other way round
	f.DocumentVersion, f.AttributedProducer, f.BasePeriod, f.Stale = present.DocumentVersion, present.AttributedProducer, present.BasePeriod, present.Stale
	if f.Comment == "" {
		f.Comment = present.Comment // an editor's, or the file's of before
	}
	if f.sameNumbers(&present) {
		f.Reported, f.Alternates, f.Kind = present.Reported, present.Alternates, present.Kind
		f.Approximator, f.ReadingRule, f.SourceSHA256 = present.Approximator, present.ReadingRule, present.SourceSHA256
	}
	return f
}

// Merging returns one that stands for the same with what is given here changed: numbers, OBS_STATUS, attributes and all else that is set.
func (f Figure) Merging(present Figure) Figure {
	merged := f.Replacing(present)
	if f.Value == nil && f.Lower == nil && f.Upper == nil && f.Missing == "" {
		kept := present
		merged.Value, merged.Values, merged.Lower, merged.Upper = kept.Value, kept.Values, kept.Lower, kept.Upper
		merged.Missing, merged.Kind, merged.Reported, merged.Alternates = kept.Missing, kept.Kind, kept.Reported, kept.Alternates
		merged.Approximator, merged.ReadingRule, merged.SourceSHA256 = kept.Approximator, kept.ReadingRule, kept.SourceSHA256
	}
	merged.Attributes = maps.Clone(present.Attributes)
	if merged.Attributes == nil {
		merged.Attributes = map[string]string{}
	}
	maps.Copy(merged.Attributes, f.Attributes)
	if len(f.ObsStatus) == 0 {
		merged.ObsStatus = present.ObsStatus
	}
	if f.ConfStatus == "" {
		merged.ConfStatus = present.ConfStatus
	}
	if f.CountedObject == "" {
		merged.CountedObject = present.CountedObject
	}
	if f.Decimals == nil {
		merged.Decimals = present.Decimals
	}
	return merged
}

func (f *Figure) sameNumbers(o *Figure) bool {
	return samePointed(f.Value, o.Value) && samePointed(f.Lower, o.Lower) && samePointed(f.Upper, o.Upper) && f.Missing == o.Missing &&
		f.Unit == o.Unit && f.UnitMult == o.UnitMult
}

func samePointed[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// SaysSame reports whether two figures are alike but for their Meta, and for when their origin was fetched: the same file fetched again
// says the same.
func (f Figure) SaysSame(o Figure) bool {
	for _, one := range []*Figure{&f, &o} {
		one.Meta = Meta{}
		if one.Origin != nil {
			origin := *one.Origin
			origin.AccessTime = 0
			one.Origin = &origin
		}
		if len(one.Dimensions) == 0 {
			one.Dimensions = nil
		}
		if len(one.Attributes) == 0 {
			one.Attributes = nil
		}
		if len(one.ObsStatus) == 0 {
			one.ObsStatus = nil
		}
	}
	return reflect.DeepEqual(f, o)
}
