package sdmx

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parts is how many parts of each kind a year has in TIME_PERIOD, and the number of
// EDTF before the first of them.
var parts = map[byte]struct{ count, before int }{
	'A': {1, 0}, 'S': {2, 39}, 'T': {3, 36}, 'Q': {4, 32}, 'M': {12, 0}, 'W': {53, 0}, 'D': {366, 0},
}

const daysAWeek = 7

// ReadPeriod writes a period of SDMX in EDTF: a reporting period such as 2020-Q1,
// 2020-T3 or 2020-W07, or a range by its length, 2022-01-03/P7D. A week becomes the
// interval of its days, and a range that is a whole part of a year is that part, so
// that 2020-01-01/P1M is 2020-01, however a file writes it. What is neither stays as
// it is, right or wrong: it may be EDTF already.
func ReadPeriod(text string) string {
	if from, length, is := strings.Cut(text, "/"); is {
		return lasting(text, from, length)
	}
	if len(text) < len("2020-A1") || text[4] != '-' {
		return text
	}
	kind, known := parts[text[5]]
	year, yearErr := strconv.ParseUint(text[:4], 10, 16)
	part, partErr := strconv.ParseUint(text[6:], 10, 16)
	if !known || yearErr != nil || partErr != nil || part < 1 || int(part) > kind.count {
		return text
	}
	switch text[5] {
	case 'A':
		return text[:4]
	case 'W':
		return isoWeek(text, int(year), int(part))
	case 'D':
		day := time.Date(int(year), time.January, int(part), 0, 0, 0, 0, time.UTC)
		if day.Year() != int(year) {
			return text
		}
		return day.Format(time.DateOnly)
	default:
		return fmt.Sprintf("%s-%02d", text[:4], kind.before+int(part))
	}
}

// isoWeek writes a week of ISO 8601 as the interval of its days.
func isoWeek(text string, year, week int) string {
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+daysAWeek-1)%daysAWeek+daysAWeek*(week-1))
	if of, _ := monday.AddDate(0, 0, 3).ISOWeek(); of != year {
		return text
	}
	return interval(monday, monday.AddDate(0, 0, daysAWeek-1))
}

var duration = regexp.MustCompile(`^P([1-9][0-9]{0,4})([DWMY])$`)

// lasting writes a range by its length as the interval of its days.
func lasting(text, from, length string) string {
	found := duration.FindStringSubmatch(length)
	first, err := time.Parse(time.DateOnly, strings.TrimSuffix(from, "T00:00:00"))
	if found == nil || err != nil {
		return text
	}
	n, _ := strconv.Atoi(found[1]) // five digits at most
	end := first
	switch found[2] {
	case "D":
		end = first.AddDate(0, 0, n)
	case "W":
		end = first.AddDate(0, 0, daysAWeek*n)
	case "M":
		end = first.AddDate(0, n, 0)
	case "Y":
		end = first.AddDate(n, 0, 0)
	}
	last := end.AddDate(0, 0, -1)
	const lastYear = 9998 // of EDTF
	switch {
	case last.Year() > lastYear:
		return text
	case found[2] != "D" && found[2] != "W" && end.Day() != first.Day():
		return text // a month from 31 January has no certain end
	case last.Equal(first):
		return first.Format(time.DateOnly)
	}
	if part := wholePart(first, end); part != "" {
		return part
	}
	return interval(first, last)
}

// wholePart writes the range as the year, or the half, third, quarter or month of
// one, that it is; "" of any other.
func wholePart(first, end time.Time) string {
	month := int(first.Month())
	months := (end.Year()-first.Year())*12 + int(end.Month()) - month
	if first.Day() != 1 || end.Day() != 1 || months < 1 || 12%months != 0 || (month-1)%months != 0 {
		return ""
	}
	year := first.Format("2006")
	for _, letter := range []byte("STQM") {
		if count := 12 / months; count == parts[letter].count {
			return fmt.Sprintf("%s-%02d", year, parts[letter].before+(month-1)/months+1)
		}
	}
	if months == 12 {
		return year
	}
	return ""
}

// SamePeriod writes a period of EDTF that is an interval of days as ReadPeriod writes the
// range of its length, so that one period in both spellings is one text: 2020-01-01/2020-01-31
// is 2020-01. Any other stays as it is.
func SamePeriod(edtf string) string {
	from, to, _ := strings.Cut(edtf, "/")
	if len(from) != len(time.DateOnly) || len(to) != len(time.DateOnly) {
		return edtf
	}
	first, fromErr := time.Parse(time.DateOnly, from)
	last, toErr := time.Parse(time.DateOnly, to)
	if fromErr != nil || toErr != nil {
		return edtf
	}
	if first.Equal(last) {
		return from
	}
	return cmp.Or(wholePart(first, last.AddDate(0, 0, 1)), edtf)
}

func interval(first, last time.Time) string {
	return first.Format(time.DateOnly) + "/" + last.Format(time.DateOnly)
}

// WritePeriod writes a period of EDTF as SDMX does: quarters, four-month periods and
// half-years by their letters, an interval from a Monday to the Sunday after it as a
// week. What SDMX has no name for stays EDTF; ReadPeriod reads all of it.
func WritePeriod(edtf string) string {
	if from, to, is := strings.Cut(edtf, "/"); is {
		first, fromErr := time.Parse(time.DateOnly, from)
		last, toErr := time.Parse(time.DateOnly, to)
		if fromErr != nil || toErr != nil || first.Weekday() != time.Monday || !last.Equal(first.AddDate(0, 0, daysAWeek-1)) {
			return edtf
		}
		year, week := first.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	}
	year, part, is := strings.Cut(edtf, "-")
	number, err := strconv.ParseUint(part, 10, 8)
	if !is || err != nil || len(year) != 4 || len(part) != 2 {
		return edtf
	}
	for _, letter := range []byte("STQ") {
		if n := int(number) - parts[letter].before; n >= 1 && n <= parts[letter].count {
			return year + "-" + string(letter) + strconv.Itoa(n)
		}
	}
	return edtf
}

// spellings are ways in which files write a reporting period: the year with a letter and a
// number after it, and a quarter before its year. A T is none: to some it is a quarter.
var spellings = []struct {
	pattern *regexp.Regexp
	written string
}{
	{regexp.MustCompile(`^([0-9]{4})[-: ]?[Qq]([1-4])$`), "${1}-Q${2}"},
	{regexp.MustCompile(`^([0-9]{4})[-: ]?[SsHh]([12])$`), "${1}-S${2}"},
	{regexp.MustCompile(`^([0-9]{4})[-: ]?[Mm]([0-9]{1,2})$`), "${1}-M${2}"},
	{regexp.MustCompile(`^([0-9]{4})[-: ]?[Ww]([0-9]{1,2})$`), "${1}-W${2}"},
	{regexp.MustCompile(`^[Qq]([1-4])[-/: ]?([0-9]{4})$`), "${2}-Q${1}"},
	{regexp.MustCompile(`^([1-4])[Qq][-/: ]?([0-9]{4})$`), "${2}-Q${1}"},
}

// Spelling writes a period as SDMX does that files write otherwise, such as 2020Q1,
// Q1 2020, 2020M01 or 2020-H1. Any other stays as it is.
func Spelling(text string) string {
	for _, one := range spellings {
		if one.pattern.MatchString(text) {
			return one.pattern.ReplaceAllString(text, one.written)
		}
	}
	return text
}
