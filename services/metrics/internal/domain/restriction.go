package domain

import (
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// embargoField is the field of a figure that says until when only editors read it.
const embargoField = "embargo_end_time"

// Embargoed reports whether an embargo of its own holds at a record time.
func (f *Figure) Embargoed(at recordtime.Time) bool { return embargo.Holds(f.EmbargoEnd, at) }

// UnderEmbargo reports whether it stands, and an embargo of its own held when the revision was recorded.
func (f *Figure) UnderEmbargo() bool { return f.Embargoed(f.UpdateTime) && !f.Retracted() }

// EndsEmbargo reports whether an embargo that held when the revision was recorded has ended at a record time.
func (f *Figure) EndsEmbargo(at recordtime.Time) bool {
	return f.UnderEmbargo() && !f.Embargoed(at)
}

// RestrictedByItself reports whether only editors read it, recorded at a time, whatever it is computed from.
func (f *Figure) RestrictedByItself(at recordtime.Time) bool {
	return f.Embargoed(at) || sdmx.Confidential(f.ConfStatus)
}

// CheckEmbargo refuses an embargo of a figure that is to be put on record at a time: one that would last too long, and one that would begin
// while readers read the figure; before is nil of a new one. Fields are relative to the figure.
func (f *Figure) CheckEmbargo(before *Figure, at recordtime.Time) error {
	if f.EmbargoEnd == 0 || before != nil && f.EmbargoEnd == before.EmbargoEnd {
		return nil
	}
	if err := embargo.CheckEnd(embargoField, f.EmbargoEnd, at); err != nil || before == nil {
		return err
	}
	return embargo.CheckBegin(embargoField, FigureType, f.Name(), before.Restricted, f.EmbargoEnd, at)
}

// Withdraws reports whether readers could read before what they cannot read any more.
func (f *Figure) Withdraws(before Figure) bool {
	return f.Restricted && !before.Restricted && !before.Retracted()
}
