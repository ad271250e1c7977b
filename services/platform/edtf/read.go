package edtf

import (
	"regexp"
	"strconv"
	"time"
)

// The codes that may stand in the place of a month.
const (
	firstSeason, lastSeason         = 21, 24
	firstHemisphere, lastHemisphere = 25, 32
	firstQuarter, lastQuarter       = 33, 36
	firstFourMonths, lastFourMonths = 37, 39
	firstHalfYear, lastHalfYear     = 40, 41
)

// number reads digits that a shape has already checked.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func checkYear(year int, s string) error {
	if year < MinYear || year > MaxYear {
		return refuse(Unsupported, "%q: only the years %04d to %d are supported", s, MinYear, MaxYear)
	}
	return nil
}

func checkMonth(month int, s string) error {
	if month < 1 || month > 12 {
		return refuse(OutOfRange, "%q: there is no month %02d", s, month)
	}
	return nil
}

func readYear(s string) (Period, error) { return years(s, number(s), 1, Year) }

func readDecade(s string) (Period, error) { return unspecify(years(s, number(s[:3])*10, 10, Decade)) }

func readCentury(s string) (Period, error) {
	return unspecify(years(s, number(s[:2])*100, 100, Century))
}

func years(s string, first, count int, precision Precision) (Period, error) {
	if err := checkYear(first, s); err != nil {
		return Period{}, err
	}
	if err := checkYear(first+count-1, s); err != nil {
		return Period{}, err
	}
	return Period{Start: date(first, 1, 1), End: date(first+count, 1, 1), Precision: precision}, nil
}

func unspecify(p Period, err error) (Period, error) {
	p.unspecified = err == nil
	return p, err
}

func readUnspecifiedInYear(s string) (Period, error) {
	p, err := unspecify(readYear(s[:4]))
	if len(s) == len("2004-XX") {
		p.Precision = Month
	} else {
		p.Precision = Day
	}
	return p, err
}

func readUnspecifiedDay(s string) (Period, error) {
	year, month := number(s[:4]), number(s[5:7])
	if err := checkYear(year, s); err != nil {
		return Period{}, err
	}
	if err := checkMonth(month, s); err != nil {
		return Period{}, err
	}
	p := months(year, month, 1, Day)
	p.unspecified = true
	return p, nil
}

// months returns the period of count months from the given one.
func months(year, month, count int, precision Precision) Period {
	start := date(year, time.Month(month), 1)
	return Period{Start: start, End: start.AddDate(0, count, 0), Precision: precision}
}

func readPartOfYear(s string) (Period, error) {
	year, code := number(s[:4]), number(s[5:])
	if err := checkYear(year, s); err != nil {
		return Period{}, err
	}
	switch {
	case code >= 1 && code <= 12:
		return months(year, code, 1, Month), nil
	case code >= firstSeason && code <= lastSeason:
		p := months(year, 1, 12, Season)
		p.unspecified = true
		return p, nil
	case code >= firstHemisphere && code <= lastHemisphere:
		return Period{}, refuse(Unsupported, "%q: seasons of one hemisphere (EDTF level 2) are not supported; write an interval of months", s)
	case code >= firstQuarter && code <= lastQuarter:
		return months(year, 1+3*(code-firstQuarter), 3, Quarter), nil
	case code >= firstFourMonths && code <= lastFourMonths:
		return months(year, 1+4*(code-firstFourMonths), 4, FourMonths), nil
	case code >= firstHalfYear && code <= lastHalfYear:
		return months(year, 1+6*(code-firstHalfYear), 6, HalfYear), nil
	default:
		return Period{}, checkMonth(code, s)
	}
}

func readDay(s string) (Period, error) {
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:])
	if err := checkYear(year, s); err != nil {
		return Period{}, err
	}
	if err := checkMonth(month, s); err != nil {
		return Period{}, err
	}
	start := date(year, time.Month(month), day)
	if day < 1 || start.Day() != day {
		return Period{}, refuse(OutOfRange, "%q: %s %d has no day %02d", s, time.Month(month), year, day)
	}
	return Period{Start: start, End: start.AddDate(0, 0, 1), Precision: Day}, nil
}

var (
	clockForm    = regexp.MustCompile(`^([0-9]{2}):([0-9]{2}):([0-9]{2})(Z|[+-][0-9]{2}(:[0-9]{2})?)?$`)
	fractionForm = regexp.MustCompile(`^[0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]+`)
	minuteForm   = regexp.MustCompile(`^[0-9]{2}(:?[0-9]{2})?(Z|[+-][0-9:]+)?$`)
	dayForm      = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// parseDateTime reads a date and a time of day to the second; the period is that second.
func parseDateTime(s, day, clock string) (Period, error) {
	match := clockForm.FindStringSubmatch(clock)
	switch {
	case match == nil && fractionForm.MatchString(clock):
		return Period{}, refuse(Unsupported, "%q: fractions of a second are not part of EDTF", s)
	case match == nil && minuteForm.MatchString(clock):
		return Period{}, refuse(Unsupported, "%q: a time of day is written hh:mm:ss", s)
	case match == nil || !dayForm.MatchString(day):
		return Period{}, refuse(Malformed, "%q is not an EDTF time (YYYY-MM-DDThh:mm:ssZ)", s)
	case match[4] == "":
		return Period{}, refuse(Unsupported, "%q: a time of day needs Z or an offset from UTC", s)
	}
	on, err := readDay(day)
	if err != nil {
		return Period{}, err
	}
	hour, minute, second := number(match[1]), number(match[2]), number(match[3])
	if hour < 24 && minute == 59 && second == 60 {
		return Period{}, refuse(Unsupported, "%q: a leap second is not supported, as no timestamp has it: write %s:59:59", s, match[1])
	}
	if hour > 23 || minute > 59 || second > 59 {
		return Period{}, refuse(OutOfRange, "%q: there is no time %s:%s:%s", s, match[1], match[2], match[3])
	}
	offset, err := readOffset(s, match[4])
	if err != nil {
		return Period{}, err
	}
	sinceMidnight := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	start := on.Start.Add(sinceMidnight - offset)
	if start.Before(Earliest) {
		return Period{}, refuse(Unsupported, "%q: only the years %04d to %d are supported", s, MinYear, MaxYear)
	}
	return Period{Start: start, End: start.Add(time.Second), Precision: Second}, nil
}

// readOffset reads Z, ±hh or ±hh:mm.
func readOffset(s, zone string) (time.Duration, error) {
	if zone == "Z" {
		return 0, nil
	}
	hours, minutes := number(zone[1:3]), 0
	if len(zone) > 3 {
		minutes = number(zone[4:])
	}
	if hours > 23 || minutes > 59 {
		return 0, refuse(OutOfRange, "%q: there is no offset %s", s, zone)
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if zone[0] == '-' {
		return -offset, nil
	}
	return offset, nil
}
