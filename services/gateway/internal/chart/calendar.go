package chart

import (
	"fmt"
	"strconv"
	"time"

	"gonum.org/v1/plot"
)

// years is t on the time axis, in years of the common era.
func years(t time.Time) float64 {
	t = t.UTC()
	start := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	end := time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	return float64(t.Year()) + t.Sub(start).Hours()/end.Sub(start).Hours()
}

// middle is where a mark of a period stands on the time axis.
func middle(m Mark) float64 { return (years(m.Start) + years(m.End)) / 2 }

// wholeYear reports whether the period is one calendar year.
func wholeYear(m Mark) bool {
	s := m.Start.UTC()
	return s.Equal(time.Date(s.Year(), 1, 1, 0, 0, 0, 0, time.UTC)) && m.End.Equal(s.AddDate(1, 0, 0))
}

// timeTicks covers the time from first to last with at most as many ticks as
// have room; width is in pixels. single says that there is one period only.
func timeTicks(first, last time.Time, yearly, single bool, width float64) plot.ConstantTicks {
	span := years(last) - years(first)
	switch {
	case single && !yearly:
		return plot.ConstantTicks{{Value: (years(first) + years(last)) / 2, Label: periodLabel(first, last)}}
	case yearly:
		return yearTicks(first.UTC().Year(), last.UTC().Year()-1, 0.5, int(width/46))
	case span >= 2.5:
		return yearTicks(first.UTC().Year(), last.UTC().Year(), 0, int(width/46))
	case span >= 0.2:
		return stepTicks(monthStart(first), last, "2006-01", int(width/68), func(t time.Time, n int) time.Time {
			return t.AddDate(0, n, 0)
		}, 1, 2, 3, 6, 12)
	case span >= 2.0/365:
		return stepTicks(dayStart(first), last, time.DateOnly, int(width/88), func(t time.Time, n int) time.Time {
			return t.AddDate(0, 0, n)
		}, 1, 2, 5, 10, 20)
	}
	return plot.ConstantTicks{{Value: years(first), Label: first.UTC().Format("2006-01-02 15:04Z")}}
}

// periodLabel names the one period of a drawing: its month or its days.
func periodLabel(first, last time.Time) string {
	first, last = first.UTC(), last.UTC()
	if first.Equal(monthStart(first)) && last.Equal(first.AddDate(0, 1, 0)) {
		return first.Format("2006-01")
	}
	from, to := first.Format(time.DateOnly), last.Add(-time.Nanosecond).Format(time.DateOnly)
	if from == to {
		return from
	}
	return from + " to " + to
}

func monthStart(t time.Time) time.Time {
	return time.Date(t.UTC().Year(), t.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
}

func dayStart(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// yearTicks marks round years; offset moves the tick inside its year.
func yearTicks(first, last int, offset float64, most int) plot.ConstantTicks {
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000} {
		if step = s; (last-first)/s < max(most, 2) {
			break
		}
	}
	var ticks plot.ConstantTicks
	for y := first; y <= last; y++ {
		if y%step == 0 || first == last {
			ticks = append(ticks, plot.Tick{Value: float64(y) + offset, Label: strconv.Itoa(y)})
		}
	}
	return ticks
}

// stepTicks marks calendar steps, taking the first width that gives at most
// that many ticks.
func stepTicks(first, last time.Time, layout string, most int, add func(time.Time, int) time.Time, steps ...int) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, step := range steps {
		ticks = ticks[:0]
		for t := first; !t.After(last); t = add(t, step) {
			ticks = append(ticks, plot.Tick{Value: years(t), Label: t.Format(layout)})
		}
		if len(ticks) <= max(most, 2) {
			break
		}
	}
	return ticks
}

// spanWords is the whole extent of the time axis, for the description.
func spanWords(marks []Mark) string {
	first, last := extent(marks)
	return fmt.Sprintf("from %s to %s", first.UTC().Format(time.DateOnly), last.Add(-time.Nanosecond).UTC().Format(time.DateOnly))
}

// extent is the time from the first start to the last end.
func extent(marks []Mark) (first, last time.Time) {
	first, last = marks[0].Start, marks[0].End
	for _, m := range marks[1:] {
		if m.Start.Before(first) {
			first = m.Start
		}
		if m.End.After(last) {
			last = m.End
		}
	}
	return first, last
}
