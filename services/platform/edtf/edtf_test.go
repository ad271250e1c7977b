package edtf_test

import (
	"errors"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func parse(t must.TB, s string) edtf.Period {
	t.Helper()
	return must.Get(edtf.Parse(s))(t)
}

func refused(t must.TB, err error, reason edtf.Reason) {
	t.Helper()
	var parseError *edtf.ParseError
	must.True(t, errors.As(err, &parseError), "error is %v, want a ParseError", err)
	must.True(t, parseError.Reason == reason, "reason %s (%s), want %s", parseError.Reason, parseError.Message, reason)
}

// bounds writes the bounds of p as dates, or with the time if they are not at midnight.
func bounds(p edtf.Period) string {
	show := func(t time.Time) string {
		if t.Equal(t.Truncate(24 * time.Hour)) {
			return t.Format(time.DateOnly)
		}
		return t.Format("2006-01-02T15:04:05")
	}
	start, end := show(p.Start), show(p.End)
	if p.OpenStart {
		start = ".."
	}
	if p.OpenEnd {
		end = ".."
	}
	return start + " " + end
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, bounds, precision, frequency string }{
		{"2023", "2023-01-01 2024-01-01", "year", "A"},
		{"0001", "0001-01-01 0002-01-01", "year", "A"},
		{"9998", "9998-01-01 9999-01-01", "year", "A"},
		{"2023-11", "2023-11-01 2023-12-01", "month", "M"},
		{"2023-12", "2023-12-01 2024-01-01", "month", "M"},
		{"2024-02-29", "2024-02-29 2024-03-01", "day", "D"},
		{"2000-02-29", "2000-02-29 2000-03-01", "day", "D"},
		{"2023-12-31", "2023-12-31 2024-01-01", "day", "D"},
		{"1985-04-12T23:20:30Z", "1985-04-12T23:20:30 1985-04-12T23:20:31", "second", ""},
		{"1985-04-12T23:20:30-04", "1985-04-13T03:20:30 1985-04-13T03:20:31", "second", ""},
		{"1985-04-12T00:20:30+04:30", "1985-04-11T19:50:30 1985-04-11T19:50:31", "second", ""},
		{"2010/2023", "2010-01-01 2024-01-01", "interval", ""},
		{"2004-02-01/2005-02-08", "2004-02-01 2005-02-09", "interval", ""},
		{"2004-06/2004", "2004-06-01 2005-01-01", "interval", ""},
		{"2004/2004", "2004-01-01 2005-01-01", "interval", ""},
		{"1985/..", "1985-01-01 ..", "interval", ""},
		{"1985-04-12/", "1985-04-12 ..", "interval", ""},
		{"../1985-04", ".. 1985-05-01", "interval", ""},
		{"/1985", ".. 1986-01-01", "interval", ""},
		{"2022~", "2022-01-01 2023-01-01", "year", ""},
		{"2004-06?", "2004-06-01 2004-07-01", "month", ""},
		{"2004-06-11%", "2004-06-11 2004-06-12", "day", ""},
		{"1984~/2004-06?", "1984-01-01 2004-07-01", "interval", ""},
		{"201X", "2010-01-01 2020-01-01", "decade", ""},
		{"20XX", "2000-01-01 2100-01-01", "century", ""},
		{"201X?", "2010-01-01 2020-01-01", "decade", ""},
		{"2004-XX", "2004-01-01 2005-01-01", "month", ""},
		{"2004-XX-XX", "2004-01-01 2005-01-01", "day", ""},
		{"1985-04-XX", "1985-04-01 1985-05-01", "day", ""},
		{"201X/2023", "2010-01-01 2024-01-01", "interval", ""},
		{"2001-21", "2001-01-01 2002-01-01", "season", ""},
		{"2001-24~", "2001-01-01 2002-01-01", "season", ""},
		{"2023-33", "2023-01-01 2023-04-01", "quarter", "Q"},
		{"2023-36", "2023-10-01 2024-01-01", "quarter", "Q"},
		{"2023-37", "2023-01-01 2023-05-01", "four months", ""},
		{"2023-39", "2023-09-01 2024-01-01", "four months", ""},
		{"2023-40", "2023-01-01 2023-07-01", "half-year", "S"},
		{"2023-41", "2023-07-01 2024-01-01", "half-year", "S"},
		{"2023-33/2023-34", "2023-01-01 2023-07-01", "interval", ""},
	} {
		p, err := edtf.Parse(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if got := bounds(p); got != c.bounds || p.Precision.String() != c.precision || p.Frequency() != c.frequency {
			t.Errorf("%s: %s, %s, %q; want %+v", c.in, got, p.Precision, p.Frequency(), c)
		}
		must.Equal(t, p.EDTF, c.in)
		must.Equal(t, p.String(), c.in)
		must.Equal(t, p.Start.Location(), time.UTC)
	}
}

func TestParseRefuses(t *testing.T) {
	for reason, texts := range map[edtf.Reason][]string{
		edtf.Malformed: {
			"", "x", "23", "202", "2023-", "2023-1", "2023-1-1", "2023-11-4", " 2023", "2023 ", "2023\n", "2０23", "last year", "2023/11/04/", "/", "../..", "../", "..", "2019..",
			"2023-11-04T", "2023-11-04Tnoon", "2023T10:00:00Z", "2023~~", "~", "-", "November 2023", "2023//2024", "2023/2024/2025", "%", "2023/?", "2023-Q5", "2019..2020", "...",
			"00000000000000000000000000000000000000000000000000000000000000000", "XXXXX", "2023/x", "2023/..2024",
		},
		edtf.Unsupported: {
			"0000", "9999", "-1985", "Y170000002", "Y-17E7", "12023", "000X", "99XX", "999X", "1950S2", "[1667,1668]", "{1960..1970}", "156X-12-25", "15XX-12-XX", "1XXX", "XXXX", "1984-1X",
			"2004-XX-05", "2004-06~-11", "2004?-06-11", "?2004-06", "2023-25", "2023-32", "2023-Q1", "2023Q4", "2023-S1", "2023-W05", "20231104", "2023-304", "2023-11-04T10:20:30", "2023-11-04T10:20Z",
			"2023-11-04T10:20:30.5Z", "2023-11-04T10:20:30Z/2023-11-05T10:20:30Z", "2023/P1Y", "P1Y/2023", "R5/2008/2009", "0001-01-01T00:00:00+05:00", "2016-12-31T23:59:60Z",
		},
		edtf.OutOfRange: {
			"2023-13", "2023-00", "2023-20", "2023-42", "2023-99", "2023-02-29", "2100-02-29", "2023-02-30", "2023-04-31", "2023-01-00", "2023-01-32", "2023-13-01", "2023-33-01", "2023-13-XX",
			"2023-11-04T24:00:00Z", "2023-11-04T10:60:00Z", "2023-11-04T23:58:60Z", "2023-11-04T24:59:60Z", "2023-11-31T10:00:00Z", "2023-11-04T10:00:00+24:00", "2023-11-04T10:00:00+01:60", "2010/2010-13",
		},
		edtf.Reversed: {"2010/2009", "2004-06/2004-05", "2023-11-04/2023-11-03", "2020?/2019~", "202X/2019"},
	} {
		for _, text := range texts {
			_, err := edtf.Parse(text)
			if err == nil {
				t.Errorf("%q: no error, want %s", text, reason)
				continue
			}
			t.Run(text, func(t *testing.T) { refused(t, err, reason) })
		}
	}
}

func TestQualifiers(t *testing.T) {
	for in, want := range map[string][2]bool{
		"2022": {false, false}, "2022~": {true, false}, "2022?": {false, true}, "2022%": {true, true}, "2019~/2020?": {true, true}, "2019/2020~": {true, false},
	} {
		p := parse(t, in)
		must.Equal(t, [2]bool{p.Approximate, p.Uncertain}, want)
	}
	must.True(t, parse(t, "2022~").SameBounds(parse(t, "2022")))
	for text, beyond := range map[string]string{"2022": "", "2022-01/2022-12": "", "2022-33": "", "2022~": "2022~", "2022-21": "2022-21", "202X": "202X"} {
		must.Equal(t, edtf.BeyondBounds(text), beyond)
	}
	must.False(t, parse(t, "2022~").Equal(parse(t, "2022")))
}

func TestOpenBoundsAreValidInstants(t *testing.T) {
	open := parse(t, "2019/..")
	must.Equal(t, open.End, edtf.Latest)
	must.Equal(t, edtf.Latest.Year(), 9999)
	must.Equal(t, parse(t, "../2019").Start, edtf.Earliest)
	must.True(t, open.ContainsTime(edtf.Latest))
	must.True(t, edtf.Latest.Equal(time.UnixMicro(edtf.Latest.UnixMicro())), "Latest must survive microseconds")
	must.True(t, parse(t, "9998").End.Before(edtf.Latest))
}

func TestRelations(t *testing.T) {
	for _, c := range []struct {
		p, q                              string
		overlaps, before, after, contains bool
	}{
		{"2022", "2023", false, true, false, false},
		{"2023", "2022", false, false, true, false},
		{"2023", "2023-12-31", true, false, false, true},
		{"2023-12-31", "2023", true, false, false, false},
		{"2023", "2024-01-01", false, true, false, false},
		{"2019/..", "2023", true, false, false, true},
		{"2019/..", "2018", false, false, true, false},
		{"../2019", "2020", false, true, false, false},
		{"../2019", "2019/..", true, false, false, false},
		{"2019/..", "2020/..", true, false, false, true},
		{"2010/2015", "2014/2020", true, false, false, false},
	} {
		p, q := parse(t, c.p), parse(t, c.q)
		if p.Overlaps(q) != c.overlaps || q.Overlaps(p) != c.overlaps || p.Before(q) != c.before || p.After(q) != c.after || p.Contains(q) != c.contains {
			t.Errorf("%s, %s: overlaps %t, before %t, after %t, contains %t", c.p, c.q, p.Overlaps(q), p.Before(q), p.After(q), p.Contains(q))
		}
	}
}

func TestZeroPeriod(t *testing.T) {
	var none edtf.Period
	all := parse(t, "0001/..")
	must.True(t, none.IsZero())
	must.False(t, all.IsZero())
	must.False(t, none.Overlaps(all) || all.Overlaps(none) || none.Before(all) || none.After(all) || all.Contains(none) || none.ContainsTime(edtf.Earliest))
	must.Equal(t, none.Precision.String(), "none")
	must.Equal(t, edtf.Precision(99).String(), "unknown")
}

func TestContainsTime(t *testing.T) {
	p := parse(t, "2023-11-04")
	must.True(t, p.ContainsTime(p.Start))
	must.False(t, p.ContainsTime(p.End))
	must.True(t, p.ContainsTime(time.Date(2023, 11, 5, 0, 30, 0, 0, time.FixedZone("", 3600))))
}

func TestText(t *testing.T) {
	var p edtf.Period
	must.OK(t, p.UnmarshalText([]byte("2022~")))
	must.Equal(t, p, parse(t, "2022~"))
	must.Equal(t, string(must.Get(p.MarshalText())(t)), "2022~")
	must.Err(t, p.UnmarshalText([]byte("x")))
	must.OK(t, p.UnmarshalText(nil))
	must.True(t, p.IsZero())
}

func TestContaining(t *testing.T) {
	at := time.Date(2023, time.August, 26, 23, 59, 59, 0, time.UTC)
	for frequency, want := range map[string]string{"A": "2023", "S": "2023-41", "Q": "2023-35", "M": "2023-08", "D": "2023-08-26"} {
		p := must.Get(edtf.Containing(at, frequency))(t)
		must.Equal(t, p.EDTF, want)
		must.Equal(t, p.Frequency(), frequency)
		must.True(t, p.ContainsTime(at))
	}
	_, err := edtf.Containing(at, "W")
	refused(t, err, edtf.Unsupported)
	_, err = edtf.Containing(edtf.Latest, "A")
	refused(t, err, edtf.Unsupported)
}

func TestShift(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"2023", -1, "2022"}, {"2023-40", -1, "2022-41"}, {"2023-34", -4, "2022-34"}, {"2023-33", -1, "2022-36"}, {"2023-01", -1, "2022-12"}, {"2023-11", 14, "2025-01"},
		{"2024-03-01", -1, "2024-02-29"}, {"2023-03-01", -1, "2023-02-28"}, {"2023", 0, "2023"},
	} {
		must.Equal(t, must.Get(parse(t, c.in).Shift(c.n))(t).EDTF, c.want)
	}
	must.Equal(t, must.Get(parse(t, "2023-11").ShiftYears(-1))(t).EDTF, "2022-11")
	must.Equal(t, must.Get(parse(t, "2024-02-29").ShiftYears(4))(t).EDTF, "2028-02-29")
	must.Equal(t, must.Get(parse(t, "2023-36").ShiftYears(-3))(t).EDTF, "2020-36")
	_, err := parse(t, "2024-02-29").ShiftYears(-1)
	refused(t, err, edtf.OutOfRange)
	_, err = parse(t, "2023").ShiftYears(1 << 40)
	refused(t, err, edtf.OutOfRange)
	_, err = parse(t, "2023").Shift(1 << 40)
	refused(t, err, edtf.OutOfRange)
	_, err = parse(t, "0001").Shift(-1)
	refused(t, err, edtf.Unsupported)
	for _, in := range []string{"2022~", "2010/2023", "201X"} {
		_, err = parse(t, in).Shift(1)
		refused(t, err, edtf.Unsupported)
		_, err = parse(t, in).ShiftYears(1)
		refused(t, err, edtf.Unsupported)
	}
}
