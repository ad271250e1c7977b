package domain

import (
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// embargoField is the field of a figure that says until when only editors read it.
const embargoField = "embargo_end_time"

// UnderEmbargo reports whether it stands, and an embargo of its own held when the revision was recorded.
func (f *Figure) UnderEmbargo() bool { return f.embargoHeld() && !f.Retracted() }

func (f *Figure) embargoHeld() bool {
	return f.EmbargoHeld || embargo.Holds(f.EmbargoEnd, f.UpdateTime)
}

// EndsEmbargo reports whether an embargo that held when the revision was recorded has ended by a time, that of embargo.By.
func (f *Figure) EndsEmbargo(by recordtime.Time) bool {
	return f.UnderEmbargo() && !embargo.Holds(f.EmbargoEnd, by)
}

// Restrict finds out whether only editors read a figure that is about to be recorded at a time, whatever it is computed from: by is the time by
// which embargoes have ended, and before the revision before it, nil of a new one. An embargo that is over on record does not begin anew by
// another clock.
func (f *Figure) Restrict(before *Figure, at, by recordtime.Time) {
	held := embargo.Holds(f.EmbargoEnd, by) && (before == nil || before.EmbargoEnd != f.EmbargoEnd || before.embargoHeld())
	f.recordEmbargo(held, at)
	f.Restricted = held || sdmx.Confidential(f.ConfStatus)
}

// KeepEmbargo keeps the embargo of a figure in a revision that is about to be recorded at a time, and that says nothing of it.
func (f *Figure) KeepEmbargo(at recordtime.Time) { f.recordEmbargo(f.embargoHeld(), at) }

func (f *Figure) recordEmbargo(held bool, at recordtime.Time) {
	f.EmbargoHeld = held && !embargo.Holds(f.EmbargoEnd, at)
}

// CheckEmbargo refuses an embargo of a figure that is to be put on record: one that would last too long, and one that would begin while readers
// read the figure; before is nil of a new one, and at the time of embargo.By. Fields are relative to the figure.
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
