package query

import (
	"time"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// months is how many months a period of a frequency has; days how many days one of another.
var (
	months = map[string]int{"A": 12, "S": 6, "Q": 3, "M": 1}
	days   = map[string]int{"W": 7, "D": 1}
)

// perYear is how many periods of a frequency a year has at most.
var perYear = map[string]int{"A": 1, "S": 2, "Q": 4, "M": 12, "W": 53, "D": 366}

const dayMicros = 24 * 60 * 60 * 1_000_000

var earliest = edtf.Earliest

// slotOf places a period of a frequency among all of that frequency: the number of its first month or, of weeks and days, of its first day.
// ok is false of a period that is none of that frequency, or a vague one.
func slotOf(frequency string, p domain.TimePeriod) (slot int, ok bool) {
	if !p.Dated() || p.OpenStart || p.OpenEnd || p.Start%dayMicros != 0 || edtf.BeyondBounds(p.EDTF) != "" {
		return 0, false
	}
	if n, isDays := days[frequency]; isDays {
		return int(p.Start / dayMicros), p.End-p.Start == recordtime.Time(n)*dayMicros
	}
	n, isMonths := months[frequency]
	year, month, day := p.Start.Time().Date()
	if !isMonths || day != 1 {
		return 0, false
	}
	slot = year*12 + int(month) - 1
	return slot, startOf(frequency, slot+n) == p.End
}

// startOf is the first instant of a slot.
func startOf(frequency string, slot int) recordtime.Time {
	if _, isDays := days[frequency]; isDays {
		return recordtime.Time(slot) * dayMicros
	}
	return recordtime.FromTime(time.Date(0, time.Month(1+slot), 1, 0, 0, 0, 0, time.UTC))
}

// stepOf is the distance of two periods that follow each other.
func stepOf(frequency string) int { return months[frequency] + days[frequency] }

// yearBefore is the slot that a year-on-year comparison sets beside one: 52 weeks, the same day, or 12 months before. 29 February has none
// in a common year.
func yearBefore(frequency string, slot int) (earlier int, ok bool) {
	switch frequency {
	case "W":
		return slot - 52*7, true
	case "D":
		at := (recordtime.Time(slot) * dayMicros).Time()
		year := at.AddDate(-1, 0, 0)
		return int(recordtime.FromTime(year) / dayMicros), year.Day() == at.Day()
	default:
		return slot - 12, true
	}
}

// periodAt writes the period of a slot; ok is false beyond the years that a period may have.
func periodAt(frequency string, slot int) (p domain.TimePeriod, ok bool) {
	start, end := startOf(frequency, slot), startOf(frequency, slot+stepOf(frequency))
	from, last := start.Time(), (end - dayMicros).Time()
	if from.Year() < edtf.MinYear || last.Year() > edtf.MaxYear {
		return p, false
	}
	n := months[frequency]
	var text string
	switch {
	case frequency == "W":
		text = from.Format("2006-01-02") + "/" + last.Format("2006-01-02")
	case n > 0 && slot%n != 0: // such as a fiscal year
		text = from.Format("2006-01") + "/" + last.Format("2006-01")
	default:
		plain, err := edtf.Containing(from, frequency)
		if err != nil {
			return p, false
		}
		text = plain.EDTF
	}
	return domain.TimePeriod{EDTF: text, Start: start, End: end}, true
}

// divides reports whether periods of one frequency make up whole ones of another, or are those.
func divides(frequency, into string) bool {
	if frequency == into {
		return frequency != ""
	}
	if frequency == "D" {
		return stepOf(into) > 0
	}
	own, others := months[frequency], months[into]
	return own > 0 && others > own
}

// containerOf is the slot of the longer period that a shorter one lies in, and how many of the shorter ones that has; ok is false if it
// lies in none as a whole, as fiscal quarters in calendar years.
func containerOf(frequency string, slot int, into string) (container, count int, ok bool) {
	n := months[into]
	switch {
	case into == "W":
		return slot - floorMod(slot-4, 7), 7, true // day 4 was a Monday
	case frequency == "D":
		year, month, _ := (recordtime.Time(slot) * dayMicros).Time().Date()
		container = year*12 + int(month) - 1
		container -= floorMod(container, n)
		return container, int((startOf(into, container+n) - startOf(into, container)) / dayMicros), true
	default:
		own := months[frequency]
		within := floorMod(slot, n)
		return slot - within, n / own, within%own == 0
	}
}

func floorMod(a, n int) int { return ((a % n) + n) % n }

// containerStart is the start of the longer period that an instant lies in; the instant itself without one.
func containerStart(into string, at recordtime.Time) recordtime.Time {
	if into == "" || at <= recordtime.FromTime(earliest) {
		return at
	}
	day := int(at / dayMicros)
	if at%dayMicros < 0 {
		day--
	}
	container, _, _ := containerOf("D", day, into)
	return startOf(into, container)
}

// containerEnd is the end of the longer period that the instant before at lies in; at itself without one.
func containerEnd(into string, at recordtime.Time) recordtime.Time {
	if into == "" || at >= recordtime.FromTime(edtf.Latest) {
		return at
	}
	start := containerStart(into, at-1)
	if n := days[into]; n > 0 {
		return start + recordtime.Time(n)*dayMicros
	}
	year, month, _ := start.Time().Date()
	return startOf(into, year*12+int(month)-1+months[into])
}

// before is an instant before the end of the period that a transform sets beside the one that an instant lies in, and at or before its start
// if the one starts at the instant.
func before(frequency string, transform Transform, start recordtime.Time) recordtime.Time {
	at := start.Time()
	switch transform {
	case YearChange, YearPercentChange:
		return recordtime.FromTime(at.AddDate(-1, 0, -1)) // 364 days of 52 weeks, and a 29 February, lie within
	case Change, PercentChange:
		if n := days[frequency]; n > 0 {
			return start - recordtime.Time(n)*dayMicros
		}
		year, month, _ := at.Date() // the last days of a month have no equal in a shorter one
		return startOf(frequency, year*12+int(month)-1-months[frequency])
	default:
		return start
	}
}
