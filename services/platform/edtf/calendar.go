package edtf

import (
	"fmt"
	"time"
)

// Containing returns the plain period of the given frequency (Annual, HalfYearly, Quarterly, Monthly or Daily) that holds
// the instant t. The error is a *ParseError: an unknown frequency, or a year outside MinYear to MaxYear.
func Containing(t time.Time, frequency string) (Period, error) {
	t = t.UTC()
	year, month := t.Year(), int(t.Month())
	if err := checkYear(year, t.Format(time.RFC3339)); err != nil {
		return Period{}, err
	}
	switch frequency {
	case Annual:
		return Parse(fmt.Sprintf("%04d", year))
	case HalfYearly:
		return Parse(fmt.Sprintf("%04d-%d", year, firstHalfYear+(month-1)/6))
	case Quarterly:
		return Parse(fmt.Sprintf("%04d-%d", year, firstQuarter+(month-1)/3))
	case Monthly:
		return Parse(fmt.Sprintf("%04d-%02d", year, month))
	case Daily:
		return Parse(fmt.Sprintf("%04d-%02d-%02d", year, month, t.Day()))
	default:
		return Period{}, refuse(Unsupported, "frequency %q is not one of A, S, Q, M, D", frequency)
	}
}

// Shift returns the plain period n periods of p's own frequency later, or earlier if n is negative: 2023-34 shifted by
// -4 is 2022-34. The error is a *ParseError if p has no Frequency or the result is outside the years that are read.
func (p Period) Shift(n int) (Period, error) {
	const most = 4_000_000 // more than the days of all years, and far from overflowing the calendar
	if n > most || n < -most {
		return Period{}, refuse(OutOfRange, "a period cannot be shifted by %d", n)
	}
	frequency := p.Frequency()
	start := p.Start
	switch frequency {
	case Annual:
		start = start.AddDate(n, 0, 0)
	case HalfYearly:
		start = start.AddDate(0, 6*n, 0)
	case Quarterly:
		start = start.AddDate(0, 3*n, 0)
	case Monthly:
		start = start.AddDate(0, n, 0)
	default: // Daily; Containing refuses a missing frequency
		start = start.AddDate(0, 0, n)
	}
	return Containing(start, frequency)
}

// ShiftYears returns the period of the same frequency n years later, or earlier if n is negative: what a year-on-year
// comparison sets beside p. 29 February has none in a common year. Errors are those of Shift, or OutOfRange.
func (p Period) ShiftYears(n int) (Period, error) {
	if p.Frequency() == "" {
		return p.Shift(0)
	}
	if n > MaxYear || n < -MaxYear {
		return Period{}, refuse(OutOfRange, "a period cannot be shifted by %d years", n)
	}
	start := p.Start.AddDate(n, 0, 0)
	if start.Day() != p.Start.Day() {
		return Period{}, refuse(OutOfRange, "%s has no same day in %d", p.EDTF, p.Start.Year()+n)
	}
	return Containing(start, p.Frequency())
}
