package edtf

import (
	"regexp"
	"strings"
)

// Parse reads one EDTF text of the forms listed in the package comment. The error is a *ParseError.
func Parse(s string) (Period, error) {
	if s == "" {
		return Period{}, refuse(Malformed, "a date is empty")
	}
	if len(s) > MaxLength {
		return Period{}, refuse(Malformed, "a date has at most %d characters", MaxLength)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		return Period{}, refuse(Malformed, "%q is not an EDTF date: only ASCII without spaces may stand in it", s)
	}
	if strings.ContainsAny(s, "[]{},|") {
		return Period{}, refuse(Unsupported, "%q: sets of dates (EDTF level 2) are not supported", s)
	}
	first, second, isInterval := strings.Cut(s, "/")
	var p Period
	var err error
	if isInterval {
		p, err = parseInterval(s, first, second)
	} else {
		p, err = parseDate(s)
	}
	if err != nil {
		return Period{}, err
	}
	p.EDTF = s
	return p, nil
}

func parseInterval(whole, first, second string) (Period, error) {
	switch {
	case strings.HasPrefix(whole, "R"):
		return Period{}, refuse(Unsupported, "%q: repeating intervals are not supported", whole)
	case strings.Contains(second, "/"):
		return Period{}, refuse(Malformed, "%q: an interval has two ends", whole)
	}
	start, startOpen, err := parseEnd(first)
	if err != nil {
		return Period{}, err
	}
	end, endOpen, err := parseEnd(second)
	if err != nil {
		return Period{}, err
	}
	if startOpen && endOpen {
		return Period{}, refuse(Malformed, "%q: an interval needs at least one date", whole)
	}
	p := Period{
		Start: start.Start, End: end.End, OpenStart: startOpen, OpenEnd: endOpen, Precision: Interval,
		Approximate: start.Approximate || end.Approximate,
		Uncertain:   start.Uncertain || end.Uncertain,
		unspecified: start.unspecified || end.unspecified,
	}
	if startOpen {
		p.Start = Earliest
	}
	if endOpen {
		p.End = Latest
	}
	if !p.Start.Before(p.End) {
		return Period{}, refuse(Reversed, "%q: the interval ends before it begins", whole)
	}
	return p, nil
}

func parseEnd(s string) (p Period, open bool, err error) {
	if s == "" || s == ".." {
		return Period{}, true, nil
	}
	if strings.HasPrefix(s, "P") {
		return Period{}, false, refuse(Unsupported, "%q: intervals with a duration are not supported", s)
	}
	if strings.HasPrefix(s, "..") || strings.HasSuffix(s, "..") {
		return Period{}, false, refuse(Malformed, "%q: an open end is two points alone", s)
	}
	p, err = parseDate(s)
	if err == nil && p.Precision == Second {
		err = refuse(Unsupported, "%q: an interval is between dates, without times of day", s)
	}
	return p, false, err
}

// parseDate reads everything but an interval.
func parseDate(s string) (Period, error) {
	if day, clock, ok := strings.Cut(s, "T"); ok {
		return parseDateTime(s, day, clock)
	}
	body, qualifier := s, byte(0)
	if last := s[len(s)-1]; isQualifier(last) {
		body, qualifier = s[:len(s)-1], last
	}
	if body == "" || isQualifier(body[len(body)-1]) {
		return Period{}, refuse(Malformed, "%q: one qualifier (? ~ or %%) follows a date", s)
	}
	p, err := parsePlain(body)
	if err != nil {
		return Period{}, err
	}
	p.Approximate = qualifier == '~' || qualifier == '%'
	p.Uncertain = qualifier == '?' || qualifier == '%'
	return p, nil
}

func isQualifier(c byte) bool { return c == '?' || c == '~' || c == '%' }

// shape is one form of date that is read, chosen by its digits and X.
type shape struct {
	form *regexp.Regexp
	read func(s string) (Period, error)
}

var shapes = []shape{
	{regexp.MustCompile(`^[0-9]{4}$`), readYear},
	{regexp.MustCompile(`^[0-9]{4}-[0-9]{2}$`), readPartOfYear},
	{regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`), readDay},
	{regexp.MustCompile(`^[0-9]{3}X$`), readDecade},
	{regexp.MustCompile(`^[0-9]{2}XX$`), readCentury},
	{regexp.MustCompile(`^[0-9]{4}-XX(-XX)?$`), readUnspecifiedInYear},
	{regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-XX$`), readUnspecifiedDay},
}

// others are forms that are refused with a better explanation than "malformed".
var others = []struct {
	form    *regexp.Regexp
	explain string
}{
	{regexp.MustCompile(`^[0-9]{4}-?[QS][1-4]$`),
		"SDMX periods are not EDTF; write YYYY-33 to -36 for quarters, YYYY-40 and -41 for half-years"},
	{regexp.MustCompile(`^[0-9]{4}-?W[0-9]{2}(-?[1-7])?$`), "ISO weeks are not part of EDTF; write an interval of days"},
	{regexp.MustCompile(`^[0-9]{8}$|^[0-9]{4}-?[0-9]{3}$`), "dates without hyphens and ordinal dates are not part of EDTF; write YYYY-MM-DD"},
	{regexp.MustCompile(`^Y-?[0-9]+(E[0-9]+)?(S[0-9]+)?$|^-[0-9]{4}|^[0-9]{5,}`), "only the years 0001 to 9998 are supported"},
	{regexp.MustCompile(`^-?[0-9]{4}S[0-9]+$`), "significant digits of years (EDTF level 2) are not supported"},
	{regexp.MustCompile(`^[0-9X]{4}(-[0-9X]{2}){0,2}$`), "unspecified digits are supported only at the end (EDTF level 1)"},
	{regexp.MustCompile(`^[?~%]?[0-9X]{4}[?~%]?(-[?~%]?[0-9X]{2}[?~%]?){0,2}$`),
		"qualifiers are supported only at the end of the whole date (EDTF level 1)"},
}

func parsePlain(s string) (Period, error) {
	for _, shape := range shapes {
		if shape.form.MatchString(s) {
			return shape.read(s)
		}
	}
	for _, other := range others {
		if other.form.MatchString(s) {
			return Period{}, refuse(Unsupported, "%q: %s", s, other.explain)
		}
	}
	if strings.Contains(s, "..") {
		return Period{}, refuse(Malformed, "%q: an open end needs the slash of an interval, as in 2019/..", s)
	}
	return Period{}, refuse(Malformed, "%q is no time in EDTF: a date, such as 2023, 2023-11 or 2023-11-04; one qualified by ? ~ or %%, such as 2022~; or an interval, such as 2019/2021-06 or 2019/..", s)
}
