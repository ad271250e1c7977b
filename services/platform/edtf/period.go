package edtf

import (
	"strings"
	"time"
)

// MaxLength is the greatest length of a text, in bytes.
const MaxLength = 64

// The years that are read.
const (
	MinYear = 1
	MaxYear = 9998
)

// Earliest and Latest stand for the missing bound of an open period, so that bounds can always be compared and stored.
var (
	Earliest = time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	Latest   = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_000, time.UTC)
)

// Period is a date, a time or an interval as a source gave it, with bounds. The zero value means that there is no period.
type Period struct {
	// EDTF is the text as it came.
	EDTF string
	// Start is the first instant; Earliest if OpenStart.
	Start time.Time
	// End is the first instant after the period; Latest if OpenEnd.
	End time.Time
	// OpenStart and OpenEnd say that the period has no bound on that side, whether open ("..") or unknown ("").
	OpenStart, OpenEnd bool
	// Precision is the size of the period.
	Precision Precision
	// Approximate says that a part is qualified with ~ or %, Uncertain that one is qualified with ? or %. Neither
	// widens the bounds.
	Approximate, Uncertain bool

	// unspecified says that digits are X, so the period is a smaller one somewhere within the bounds.
	unspecified bool
}

// String returns the text as it came.
func (p Period) String() string { return p.EDTF }

// IsZero reports whether there is no period.
func (p Period) IsZero() bool { return p.EDTF == "" }

// Equal reports whether p and q are the same text, and so the same period. SameBounds compares what they cover.
func (p Period) Equal(q Period) bool { return p.EDTF == q.EDTF }

// SameBounds reports whether p and q cover the same time, as 2023 and 2023-01/2023-12 do.
func (p Period) SameBounds(q Period) bool {
	return p.Start.Equal(q.Start) && p.End.Equal(q.End) && p.OpenStart == q.OpenStart && p.OpenEnd == q.OpenEnd
}

// BeyondBounds is what the text of a period says more than its bounds: all of one that is qualified, of unspecified digits, or a season, whose
// bounds are those of its year; "" of one that is as its bounds are. Periods of the same bounds are one if it is the same.
func BeyondBounds(text string) string {
	if strings.ContainsAny(text, "~?%X") || len(text) == 7 && text[4:] >= "-21" && text[4:] <= "-24" {
		return text
	}
	return ""
}

// Overlaps reports whether p and q have an instant in common.
func (p Period) Overlaps(q Period) bool {
	return !p.IsZero() && !q.IsZero() && p.Start.Before(q.End) && q.Start.Before(p.End)
}

// Before reports whether p lies wholly before q.
func (p Period) Before(q Period) bool {
	return !p.IsZero() && !q.IsZero() && !p.End.After(q.Start)
}

// After reports whether p lies wholly after q.
func (p Period) After(q Period) bool { return q.Before(p) }

// Contains reports whether every instant of q is one of p.
func (p Period) Contains(q Period) bool {
	return !p.IsZero() && !q.IsZero() && !q.Start.Before(p.Start) && !q.End.After(p.End)
}

// ContainsTime reports whether t is an instant of p.
func (p Period) ContainsTime(t time.Time) bool {
	return !p.IsZero() && !t.Before(p.Start) && (t.Before(p.End) || p.OpenEnd)
}

// MarshalText writes the text as it came.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.EDTF), nil }

// UnmarshalText parses text under the rules of Parse; an empty text gives the zero Period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
