package datafile

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// TimeLayout is how a time is written in the file, and how it is to be.
type TimeLayout struct {
	Read  string `yaml:"read"`
	Write string `yaml:"write"`
}

// told are moments that a layout tells from the first of 2006 if it says the year, the
// month or the day.
var told = []struct {
	what string
	at   time.Time
}{
	{"year", time.Date(2007, time.January, 1, 0, 0, 0, 0, time.UTC)},
	{"month", time.Date(2006, time.October, 1, 0, 0, 0, 0, time.UTC)}, // a Sunday too
	{"day", time.Date(2006, time.January, 8, 0, 0, 0, 0, time.UTC)},
	{"time of day", time.Date(2006, time.January, 1, 11, 7, 9, 0, time.UTC)},
	{"zone", time.Date(2006, time.January, 1, 0, 0, 0, 0, time.FixedZone("", 3600))},
}

// tells is what of a time a layout says. A Z at its end says that the time is of UTC.
func tells(layout string) map[string]bool {
	first, all := time.Date(2006, time.January, 1, 0, 0, 0, 0, time.UTC), map[string]bool{}
	for _, one := range told {
		all[one.what] = one.at.Format(layout) != first.Format(layout)
	}
	all["zone"] = all["zone"] || strings.HasSuffix(layout, "Z")
	return all
}

// offset is one from UTC at the end of a layout.
var offset = regexp.MustCompile(`[+-]\d\d:?(00|30|45)$`)

// fixes is an offset that a layout has after a time of day and that is none of a layout: in
// +02:00, the 02 is the day again.
func fixes(layout string) string {
	at := offset.FindStringIndex(layout)
	if at == nil || !tells(layout[:at[0]])["time of day"] {
		return ""
	}
	switch said := layout[at[0]:]; said {
	case "-07:00", "-0700":
		return ""
	default:
		return said
	}
}

// wrong says that times would be written as more than they say, and periods as much
// longer ones; "" if not. A day may stand for what it is in.
func (l TimeLayout) wrong(id string) string {
	for _, layout := range []string{l.Read, l.Write} {
		if said := fixes(layout); said != "" {
			return fmt.Sprintf("%q has the offset %s, which no layout says: want -07:00 or Z07:00", layout, said)
		}
	}
	read, write := tells(l.Read), tells(l.Write)
	for _, one := range told {
		if write[one.what] && !read[one.what] {
			return fmt.Sprintf("write %q says a %s, which read %q does not", l.Write, one.what, l.Read)
		}
	}
	if write["time of day"] && strings.Contains(l.Read, "MST") {
		return fmt.Sprintf("read %q says a zone by letters, which say no certain offset from UTC: want -07:00 or Z07:00", l.Read)
	}
	if id == idPeriod && (!write["year"] || read["month"] && !write["month"] && !read["day"]) {
		return fmt.Sprintf("write %q says less than read %q: the period would be a longer one", l.Write, l.Read)
	}
	return ""
}

// translate writes a time as it is to be.
func (l TimeLayout) translate(id, value string) (string, *fault) {
	refuse := func(why string, says ...any) (string, *fault) {
		return "", &fault{interchange.MalformedRow, id, fmt.Sprintf("%q "+why, append([]any{value}, says...)...)}
	}
	read, err := time.Parse(l.Read, value)
	switch {
	case err != nil:
		return refuse("is not written as %q, which the mapping says", l.Read)
	case id != idPeriod:
	case l.losesTime(read):
		return refuse("is a time of day, which times of the mapping makes a day or more of: write %q says none", l.Write)
	case l.losesMonth(read):
		return refuse("is neither the first nor the last day of its year, which times of the mapping makes of it: write %q says no month", l.Write)
	case l.losesCentury(read):
		return refuse("may be of %d or of %d: codes of the mapping say which, in place of times", read.Year()-century, read.Year())
	}
	if strings.HasSuffix(l.Write, "Z") {
		read = read.UTC()
	}
	return read.Format(l.Write), nil
}

// losesTime says that a moment would be written as the day, or more, that it is in.
func (l TimeLayout) losesTime(moment time.Time) bool {
	return !tells(l.Write)["time of day"] && moment.Format("15:04:05.999999999") != "00:00:00"
}

// losesMonth says that a day in the middle of a year would be written as all of the year.
// One of a month may stand for it.
func (l TimeLayout) losesMonth(day time.Time) bool {
	return !tells(l.Write)["month"] && tells(l.Read)["month"] && day.YearDay() != 1 && day.AddDate(0, 0, 1).YearDay() != 1
}

const century = 100

// losesCentury says that a year of two digits is far in the time to come, where the century
// before is as likely.
func (l TimeLayout) losesCentury(moment time.Time) bool {
	const far = 2040
	return moment.Year() >= far && moment.Format(l.Read) == moment.AddDate(century, 0, 0).Format(l.Read)
}

// loses says that periods are written as longer ones, of which a day or a month may stand for
// a whole: then no two of a file may become one.
func (l TimeLayout) loses() bool {
	read, write := tells(l.Read), tells(l.Write)
	return read["day"] && !write["day"] || read["month"] && !write["month"]
}
