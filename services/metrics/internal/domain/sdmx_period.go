package domain

import (
	"fmt"
	"strconv"
	"time"
)

// sdmxParts is how many parts of each kind a year has in TIME_PERIOD, and the EDTF number before the first.
var sdmxParts = map[byte]struct{ count, before int }{
	'S': {2, 39}, 'T': {3, 36}, 'Q': {4, 32}, 'M': {12, 0}, 'W': {53, 0}, 'D': {366, 0}, 'A': {1, 0},
}

// ParseImportedPeriod reads a period of a data file: EDTF, or TIME_PERIOD of SDMX, which comes back as EDTF. "" is a period that the source
// does not state. The error is an *edtf.ParseError.
func ParseImportedPeriod(text string) (TimePeriod, error) {
	if text == "" {
		return TimePeriod{Missing: NotStated}, nil
	}
	return ParsePeriod(fromSDMX(text))
}

// fromSDMX writes a reporting period of SDMX, such as 2020-Q1, as EDTF; what is none stays as it is.
func fromSDMX(text string) string {
	if len(text) < len("2020-A1") || text[4] != '-' {
		return text
	}
	kind, known := sdmxParts[text[5]]
	year, yearErr := strconv.Atoi(text[:4])
	part, partErr := strconv.Atoi(text[6:])
	if !known || yearErr != nil || partErr != nil || part < 1 || part > kind.count || text[6] == '+' {
		return text
	}
	switch text[5] {
	case 'A':
		return text[:4]
	case 'W':
		return isoWeek(text, year, part)
	case 'D':
		day := time.Date(year, time.January, part, 0, 0, 0, 0, time.UTC)
		if day.Year() != year {
			return text
		}
		return day.Format(time.DateOnly)
	default:
		return fmt.Sprintf("%s-%02d", text[:4], kind.before+part)
	}
}

// isoWeek writes a week of ISO 8601 as the interval of its days.
func isoWeek(text string, year, week int) string {
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(week-1))
	if of, _ := monday.AddDate(0, 0, 3).ISOWeek(); of != year {
		return text
	}
	return monday.Format(time.DateOnly) + "/" + monday.AddDate(0, 0, 6).Format(time.DateOnly)
}
