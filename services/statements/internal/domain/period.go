package domain

import (
	"errors"
	"math"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// NotStated is why a time is missing: its source does not state one.
const NotStated = "NOT_STATED"

// Period is a date, a time or a period, as precise or vague as its source.
type Period struct {
	// EDTF is the text as it came; empty if Missing is set.
	EDTF string `json:"edtf,omitempty"`
	// Missing is the short name of the reason why there is no date.
	Missing string `json:"missing,omitempty"`
	// Start and End are the bounds [Start, End) in microseconds; they count only
	// if HasStart and HasEnd say so.
	Start    recordtime.Time `json:"start,omitempty"`
	End      recordtime.Time `json:"end,omitempty"`
	HasStart bool            `json:"has_start,omitempty"`
	HasEnd   bool            `json:"has_end,omitempty"`
	// Printed is how the source words the time; nil if it has no words for it.
	Printed *Printed `json:"printed,omitempty"`
}

// Printed is the source's words for a time.
type Printed struct {
	Text string `json:"text"`
	Span *Span  `json:"span,omitempty"`
}

// UnknownStart is the order key of a period without a start: before all others.
const UnknownStart recordtime.Time = math.MinInt64

// NewPeriod reads an EDTF text, or the reason why there is none.
// INVALID_ARGUMENT, reason INVALID_PERIOD, for the field edtf.
func NewPeriod(text, missing string) (Period, error) {
	if text == "" {
		return Period{Missing: missing}, nil
	}
	parsed, err := edtf.Parse(text)
	var fault *edtf.ParseError
	if errors.As(err, &fault) {
		return Period{}, errs.Invalid("edtf", "INVALID_PERIOD", "%s", fault.Message).With("cause", string(fault.Reason))
	}
	if err != nil {
		return Period{}, err
	}
	p := Period{EDTF: text, HasStart: !parsed.OpenStart, HasEnd: !parsed.OpenEnd}
	if p.HasStart {
		p.Start = recordtime.FromTime(parsed.Start)
	}
	if p.HasEnd {
		p.End = recordtime.FromTime(parsed.End)
	}
	return p, nil
}

// Bounds are the two values by which the period is compared in filters; ok is
// false if there is no date.
func (p Period) Bounds() (start, end recordtime.Time, ok bool) {
	if p.EDTF == "" {
		return 0, 0, false
	}
	start, end = UnknownStart, recordtime.Forever
	if p.HasStart {
		start = p.Start
	}
	if p.HasEnd {
		end = p.End
	}
	return start, end, true
}

// OrderKey is the start, UnknownStart if there is none.
func (p Period) OrderKey() recordtime.Time {
	if p.HasStart {
		return p.Start
	}
	return UnknownStart
}

// span is the span of the printed words, nil if there is none.
func (p Period) span() *Span {
	if p.Printed == nil {
		return nil
	}
	return p.Printed.Span
}

func (p Period) clone() Period {
	if p.Printed == nil {
		return p
	}
	printed := *p.Printed
	if printed.Span != nil {
		span := *printed.Span
		printed.Span = &span
	}
	p.Printed = &printed
	return p
}
