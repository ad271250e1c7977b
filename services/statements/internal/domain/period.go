package domain

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
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

// Same reports whether both have the same words at the same place; other may be nil.
func (p Printed) Same(other *Printed) bool {
	if other == nil || p.Text != other.Text {
		return false
	}
	if p.Span == nil || other.Span == nil {
		return p.Span == nil
	}
	return p.Span.Start == other.Span.Start && p.Span.End == other.Span.End && p.Span.SHA256 == other.Span.SHA256
}

// String shows the words.
func (p *Printed) String() string {
	if p == nil {
		return "none"
	}
	if p.Span == nil {
		return strconv.Quote(p.Text)
	}
	return fmt.Sprintf("%q at [%d, %d)", p.Text, p.Span.Start, p.Span.End)
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
	if fault, is := errors.AsType[*edtf.ParseError](err); is {
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

// Words are the date as it came, or why there is none.
func (p Period) Words() string {
	if p.EDTF == "" {
		return p.Missing
	}
	return p.EDTF
}

// span is the span of the printed words, nil if there is none.
func (p Period) span() *Span {
	if p.Printed == nil {
		return nil
	}
	return p.Printed.Span
}

// checkPrinted compares the words for the time with their span, once that is
// anchored. path is the field of the time. CONTRADICTORY if they differ.
func (p Period) checkPrinted(path string, faults *errs.Violations) {
	span := p.span()
	if span == nil || faults.Len() > 0 || span.SHA256 == sourcetext.HashOf(p.Printed.Text) {
		return
	}
	faults.Add(path+".printed.text", Contradictory, "these are not the words of %s.printed.span: correct one of the two", path)
	faults.Add(path+".printed.span", Contradictory, "its words are not those of %s.printed.text", path)
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
