package domain

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Given is which fields a row of a data file gives, where the figure made of it does not show that. Unit and UnitMult may be given by what
// the rows have in common, Decimals only by the row.
type Given struct{ Kind, Approximator, Unit, UnitMult, Decimals bool }

// Replacing returns the figure as the next state of one that stands for the same, with the Meta of that. A comment stays if this one
// has none, and what no data file says stays as long as the number does; so do the kind, the hedge and the base period if they are not given.
func (f Figure) Replacing(present Figure, given Given) Figure {
	f.Meta, f.Corrected = present.Meta, present.Corrected
	f.Dimensions, f.SeriesDimensions = present.Dimensions, present.SeriesDimensions // of a symmetric metric perhaps the other way round
	if f.Period.Text() == present.Period.Text() {
		f.Period.EDTF = present.Period.EDTF // it says nothing new if it is spelled otherwise
	}
	f.DocumentVersion, f.AttributedProducer = present.DocumentVersion, present.AttributedProducer
	if f.Comment == "" {
		f.Comment = present.Comment // an editor's, or the file's of before
	}
	if f.EmbargoEnd == 0 {
		f.EmbargoEnd = present.EmbargoEnd
	}
	if !f.sameNumbers(&present) {
		return f
	}
	f.Value, f.Period.Printed, f.Reported, f.SourceSHA256 = present.Value, present.Period.Printed, present.Reported, present.SourceSHA256
	f.Alternates, f.Claims = slices.Clone(present.Alternates), present.Claims
	f.Derivation, f.Stale = present.Derivation, present.Stale
	if !given.Kind {
		f.Kind = present.Kind
	}
	if !given.Approximator || !hedged(f.Approximator) && !hedged(present.Approximator) {
		f.Approximator = present.Approximator
	}
	if f.ReadingRule == "" && f.Approximator == present.Approximator {
		f.ReadingRule = present.ReadingRule
	}
	if f.BasePeriod == nil && f.Kind == KindChange {
		f.BasePeriod = present.BasePeriod
	}
	return f
}

func hedged(a Approximator) bool { return a != "" && a != None }

// Merging is Replacing with only that changed which is given: numbers, OBS_STATUS, attributes one by one, and all else that is set. The
// kind of a row that gives numbers is not settled before. The error says which fields contradict what stays.
func (f Figure) Merging(present Figure, given Given) (Figure, error) {
	var v errs.Violations
	f.settle()
	numberless := f.Numberless()
	f.mergeNumbers(&present, given, &v)
	merged := f.Replacing(present, given)
	if !numberless {
		merged.Origin = f.Origin.over(present.Origin)
	}
	merged.Attributes = maps.Clone(present.Attributes)
	if merged.Attributes == nil {
		merged.Attributes = map[string]string{}
	}
	maps.Copy(merged.Attributes, f.Attributes)
	if len(f.ObsStatus) == 0 {
		merged.ObsStatus = present.ObsStatus
	}
	merged.ConfStatus = cmp.Or(f.ConfStatus, present.ConfStatus)
	merged.CountedObject = cmp.Or(f.CountedObject, present.CountedObject)
	if f.Decimals == nil {
		merged.Decimals = present.Decimals
	}
	return merged, v.Err()
}

// mergeNumbers fills in the numbers that are not given, with what comes with a number.
func (f *Figure) mergeNumbers(present *Figure, given Given, v *errs.Violations) {
	switch {
	case f.Numberless():
		f.keepUnit(present, given, v)
		f.Value, f.Values, f.Lower, f.Upper, f.Missing = present.Value, present.Values, present.Lower, present.Upper, present.Missing
		f.Origin = present.Origin
		if !given.Decimals {
			f.Decimals = present.Decimals
		}
		if !given.Kind {
			f.Kind = present.Kind
		}
		return
	case f.Value == nil && len(f.Values) == 0 && f.Missing == "" && (f.Lower == nil && present.Lower != nil || f.Upper == nil && present.Upper != nil):
		f.keepUnit(present, Given{Unit: true, UnitMult: true}, v)
		f.Lower, f.Upper = orBound(f.Lower, present.Lower), orBound(f.Upper, present.Upper)
	}
	if !given.Kind {
		f.Kind = ""
		if present.Kind == KindChange && f.Missing == "" && len(f.Values) == 0 {
			f.Kind = KindChange
		}
	}
	f.SettleImported()
}

func orBound(b, other *Bound) *Bound {
	if b == nil {
		return other
	}
	return b
}

// keepUnit takes over the unit of the numbers that stay, and refuses another.
func (f *Figure) keepUnit(present *Figure, given Given, v *errs.Violations) {
	const description = "the number that stays is in %s × 10^%d: leave it out, or give the number in it"
	if given.Unit && f.Unit != present.Unit {
		v.Add("unit", contradictory, description, present.Unit, present.UnitMult)
	}
	if given.UnitMult && f.UnitMult != present.UnitMult {
		v.Add("unit_mult", contradictory, description, present.Unit, present.UnitMult)
	}
	f.Unit, f.UnitMult = present.Unit, present.UnitMult
}

// over returns an origin with what it does not say taken from another.
func (o *Origin) over(other *Origin) *Origin {
	if o == nil || other == nil {
		return cmp.Or(o, other)
	}
	merged := Origin{
		Producer: cmp.Or(o.Producer, other.Producer), Title: cmp.Or(o.Title, other.Title), URI: cmp.Or(o.URI, other.URI),
		License: cmp.Or(o.License, other.License), CitationFull: cmp.Or(o.CitationFull, other.CitationFull),
		PublishTime: cmp.Or(o.PublishTime, other.PublishTime), AccessTime: cmp.Or(o.AccessTime, other.AccessTime),
		Version: cmp.Or(o.Version, other.Version),
	}
	return &merged
}

// sameNumbers says whether two figures have one number, or none for one reason. As it is written counts, but not of one that was computed.
func (f *Figure) sameNumbers(o *Figure) bool {
	value := samePointed(f.Value, o.Value)
	if o.Derivation != nil && f.Value != nil && o.Value != nil {
		value = f.Value.Cmp(*o.Value) == 0
	}
	return value && slices.Equal(f.Values, o.Values) && samePointed(f.Lower, o.Lower) && samePointed(f.Upper, o.Upper) && f.Missing == o.Missing &&
		sameUnit(f, o) && f.UnitMult == o.UnitMult
}

// sameUnit compares units as they are once they are settled.
func sameUnit(f, o *Figure) bool {
	unit := f.Unit
	settleUnit(&unit, f.Period.EDTF)
	return unit == o.Unit
}

// SameAmount reports whether a figure has the same numbers as another, in the same unit.
func (f Figure) SameAmount(o Figure) bool { return f.sameNumbers(&o) }

func samePointed[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// SaysSame reports whether two figures are alike but for their Meta, for who reads them, and for when their origin was fetched: the same
// file fetched again says the same.
func (f Figure) SaysSame(o Figure) bool {
	for _, one := range []*Figure{&f, &o} {
		one.Meta = Meta{}
		one.EmbargoEnd, one.EmbargoHeld, one.Restricted, one.Withdrawn = 0, false, false, false
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
