package domain

import (
	"errors"
	"fmt"
	"time"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// EndsBeforeStart is the reason of a membership that ends before it begins.
const EndsBeforeStart = "ENDS_BEFORE_START"

// Membership is an office held, or a belonging, from a first to a last day.
type Membership struct {
	Organization string `json:"organization,omitempty"` // name of an entity
	Role         string `json:"role,omitempty"`
	// Start is the first day, as far as it is known; without a date nothing is.
	Start Period `json:"start,omitzero"`
	// End is the last day; without a date it goes on.
	End Period `json:"end,omitzero"`
}

// day is the length of a day: of what is longer the first or last day is meant,
// and not known.
const day = recordtime.Time(24 * time.Hour / time.Microsecond)

// NewDay reads the first or last day of a membership; an empty text is the zero
// Period. INVALID_PERIOD, with the cause, for a text that is no date.
func NewDay(text, field string, faults *errs.Violations) Period {
	if text == "" {
		return Period{}
	}
	parsed, err := edtf.Parse(text)
	var fault *edtf.ParseError
	switch {
	case errors.As(err, &fault):
		faults.AddErr("", errs.Invalid(field, "INVALID_PERIOD", "%s", fault.Message).With("cause", string(fault.Reason)))
		return Period{}
	case err != nil:
		faults.AddErr(field, err)
		return Period{}
	case parsed.Precision == edtf.Interval:
		faults.AddErr("", errs.Invalid(field, "INVALID_PERIOD", "%q is an interval: give one date, as precise as it is known", text).
			With("cause", string(edtf.Unsupported)))
		return Period{}
	}
	return Period{
		EDTF: text, HasStart: true, HasEnd: true,
		Start: recordtime.FromTime(parsed.Start), End: recordtime.FromTime(parsed.End),
	}
}

// String shows the membership.
func (m Membership) String() string {
	return fmt.Sprintf("%q of %q from %q to %q", m.Role, m.Organization, m.Start.EDTF, m.End.EDTF)
}

// check refuses a last day that lies before the first, whichever days are meant.
func (m Membership) check(path string, faults *errs.Violations) {
	if m.Start.EDTF == "" || m.End.EDTF == "" || m.End.End > m.Start.Start {
		return
	}
	faults.Add(path+".end_date", EndsBeforeStart, "%s lies before the first day, %s", m.End.EDTF, m.Start.EDTF)
}

// covers reports whether the membership certainly held during all of a period:
// after the last day that may be its first, and up to the first that may be its
// last.
func (m Membership) covers(p Period) bool {
	if !p.HasStart || !p.HasEnd || m.Start.EDTF == "" {
		return false
	}
	start, end := m.Start.Start, recordtime.Forever
	if m.Start.End-m.Start.Start > day {
		start = m.Start.End - day
	}
	if m.End.EDTF != "" {
		end = min(m.End.End, m.End.Start+day)
		if m.End.End-m.End.Start <= day {
			end = m.End.End
		}
	}
	return start <= p.Start && p.End <= end
}

// MembershipAt returns the one membership that held during all of a period; ok
// is false if there is none, or more than one.
func (e Entity) MembershipAt(p Period) (found Membership, ok bool) {
	for _, membership := range e.Memberships {
		if !membership.covers(p) {
			continue
		}
		if ok {
			return Membership{}, false
		}
		found, ok = membership, true
	}
	return found, ok
}
