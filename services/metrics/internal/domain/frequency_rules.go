package domain

import (
	"slices"
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// cycle is how long one period of a frequency is: months, or one of several numbers of days.
type cycle struct {
	months int
	days   []int
	name   string
}

// cycles are the lengths of SDMX CL_FREQ. Years of 52 or 53 weeks, and their quarters, are those of firms whose year ends on a weekday.
var cycles = map[string]cycle{
	edtf.Annual:     {12, []int{52 * 7, 53 * 7}, "a year"},
	edtf.HalfYearly: {6, nil, "half a year"},
	edtf.Quarterly:  {3, []int{13 * 7, 14 * 7}, "a quarter"},
	edtf.Monthly:    {1, nil, "a month"},
	weekly:          {0, []int{7}, "a week"},
	edtf.Daily:      {0, []int{1}, "a day"},
}

// weekly is the frequency that no plain date has: a week is an interval.
const weekly = "W"

// checkFrequency refuses a period of another length than the frequency says.
func (f *Figure) checkFrequency(v *errs.Violations) {
	if f.Frequency == "" || !f.Period.Dated() {
		return
	}
	period, err := edtf.Parse(f.Period.EDTF)
	if err != nil {
		return
	}
	own := period.Frequency()
	switch {
	case own == f.Frequency:
	case own != "":
		v.Add("frequency", contradictory, "%s is one period of frequency %s: set that, or leave it out", f.Period.EDTF, own)
		v.Add("time_period.edtf", contradictory, "frequency %s has periods of another length", f.Frequency)
	case measurable(period) && !cycles[f.Frequency].spans(period.Start, period.End):
		v.Add("frequency", contradictory, "%s is not %s long: set the frequency that it has, or leave it out",
			f.Period.EDTF, cycles[f.Frequency].name)
		v.Add("time_period.edtf", contradictory, "frequency %s has periods of another length", f.Frequency)
	}
}

// measurable says whether a period has a length: both ends, and no digit or qualifier that leaves them open.
func measurable(p edtf.Period) bool {
	return (p.Precision == edtf.Interval || p.Precision == edtf.FourMonths) && !p.OpenStart && !p.OpenEnd && !p.Approximate && !p.Uncertain &&
		!strings.Contains(p.EDTF, "X")
}

// spans says whether a period is as long as the cycle.
func (c cycle) spans(start, end time.Time) bool {
	if c.months > 0 && monthsLater(start, c.months).Equal(end) {
		return true
	}
	const day = 24 * time.Hour
	length := end.Sub(start)
	return length%day == 0 && slices.Contains(c.days, int(length/day))
}

// monthsLater is the same day of a later month, or the last that the month has.
func monthsLater(start time.Time, months int) time.Time {
	later := start.AddDate(0, months, 0)
	if later.Day() != start.Day() {
		later = later.AddDate(0, 0, -later.Day())
	}
	return later
}
