package domain

import (
	"math"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// NotStated is why a period has no date.
const NotStated = "NOT_STATED"

// Undated is the sort key of a period without a date: before every date.
const Undated recordtime.Time = math.MinInt64

// TimePeriod is the period or instant that a figure is about.
type TimePeriod struct {
	// EDTF is the text as it came; "" if Missing says why there is none.
	EDTF string `json:"edtf,omitempty"`
	// Start and End are the half-open bounds; the ends of the calendar where the side is open.
	Start recordtime.Time `json:"start,omitempty"`
	End   recordtime.Time `json:"end,omitempty"`
	// OpenStart and OpenEnd say that the side has no bound.
	OpenStart bool `json:"open_start,omitempty"`
	OpenEnd   bool `json:"open_end,omitempty"`
	// Missing is NotStated or "".
	Missing string `json:"missing,omitempty"`
	// Printed is how the source words it; nil if it does not.
	Printed *Printed `json:"printed,omitempty"`
}

// Printed is the source's own wording of a time.
type Printed struct {
	Text string `json:"text"`
	Span *Span  `json:"span,omitempty"`
}

// ParsePeriod reads EDTF. The error is an *edtf.ParseError.
func ParsePeriod(text string) (TimePeriod, error) {
	p, err := edtf.Parse(text)
	if err != nil {
		return TimePeriod{}, err
	}
	return TimePeriod{
		EDTF: text, Start: recordtime.FromTime(p.Start), End: recordtime.FromTime(p.End),
		OpenStart: p.OpenStart, OpenEnd: p.OpenEnd,
	}, nil
}

// Dated reports whether there is a date.
func (p TimePeriod) Dated() bool { return p.EDTF != "" }

// SortKey orders periods by their start, those without a date first.
func (p TimePeriod) SortKey() recordtime.Time {
	if !p.Dated() {
		return Undated
	}
	return p.Start
}

// Window is a half-open interval of the valid axis.
type Window struct{ Start, End recordtime.Time }
