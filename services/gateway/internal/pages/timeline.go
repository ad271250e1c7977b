package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// timeline is a page of what somebody said, the newest first.
type timeline struct {
	Years []timelineYear
	Strip strip
	Next  string
	First string
}

// timelineYear is what was said in one year, or at a time that has only an end. Year is
// empty of what was said at an unknown time.
type timelineYear struct {
	Year    string
	Entries []timelineEntry
}

// timelineEntry is one statement with the figures in it.
type timelineEntry struct {
	*statementView
	Figures []timelineFigure
}

// timelineFigure is a figure in a statement, in short.
type timelineFigure struct {
	Href, Value, Metric, Class string
}

func newTimeline(r *http.Request, got *gatewayv1.BriefEntityResponse, known names, corrections map[string][]correctionView) timeline {
	var years []timelineYear
	var said []*statementsv1.Statement
	for _, entry := range got.GetEntries() {
		s := entry.GetStatement()
		said = append(said, s)
		year := yearOf(s.GetStatementTime())
		if n := len(years); n == 0 || years[n-1].Year != year {
			years = append(years, timelineYear{Year: year})
		}
		row := timelineEntry{statementView: newStatementView(s, known)}
		row.Corrections.Rows = corrections[s.GetName()]
		for _, f := range entry.GetFigures() {
			row.Figures = append(row.Figures, timelineFigure{
				Href: pagePath(f.GetName()), Value: words.Figure(f), Metric: known.of(f.GetMetric()), Class: valueKind(f.GetValueKind()).Class,
			})
		}
		last := &years[len(years)-1]
		last.Entries = append(last.Entries, row)
	}
	list := newList(r, said, got.GetNextPageToken())
	return timeline{Years: years, Strip: newStrip(said), Next: list.Next, First: list.First}
}

// yearOf is the year in which a time begins; of one that has only an end the time itself,
// such as "until 2001"; empty of one that is not stated.
func yearOf(when *typev1.TimePeriod) string {
	switch {
	case when.GetStartTime() != nil:
		return strconv.Itoa(when.GetStartTime().AsTime().UTC().Year())
	case when.GetEdtf() != "":
		return words.PeriodOf(when)
	default:
		return ""
	}
}

// strip shows when the statements of a page were said, along a line. It is empty for fewer
// than two times.
type strip struct {
	Items    []mapItem
	Ticks    []stripTick
	From, To string
}

// stripTick is the beginning of a year or of a month on the line.
type stripTick struct {
	X    int
	Text string
}

// At is where the tick stands, in per cent of the line.
func (t stripTick) At() string { return percent(t.X) }

// percent is a place on a line of mapWidth units.
func percent(x int) string { return strconv.FormatFloat(float64(x)*100/mapWidth, 'f', 1, 64) + "%" }

// stripMark is the width of a statement on the line, in its units.
const stripMark = 5

func newStrip(said []*statementsv1.Statement) strip {
	var first, last time.Time
	for _, s := range said {
		if s.GetStatementTime().GetStartTime() == nil {
			continue
		}
		start, end := span(s)
		if first.IsZero() || start.Before(first) {
			first = start
		}
		if end.After(last) {
			last = end
		}
	}
	// A day is the least that is drawn: within it times are seldom known.
	if first.IsZero() || !last.After(first.Add(24*time.Hour)) {
		return strip{}
	}
	v := strip{From: first.Format("2 January 2006"), To: last.Add(-time.Nanosecond).Format("2 January 2006"), Ticks: ticks(first, last)}
	for _, s := range said {
		if s.GetStatementTime().GetStartTime() == nil {
			continue
		}
		start, end := span(s)
		x := place(start, first, last)
		kind := statementType(s.GetStatementType())
		v.Items = append(v.Items, mapItem{
			Href: "#" + anchor(s.GetName()), Title: words.PeriodOf(s.GetStatementTime()) + ": " + excerpt(s.GetText()), Class: kind.Class,
			X: min(x, mapWidth-stripMark), Width: max(min(place(end, first, last), mapWidth)-x, stripMark),
		})
	}
	return v
}

// span is the time at which something was said, from its start to its end: that of its
// start, where it is not known.
func span(s *statementsv1.Statement) (start, end time.Time) {
	from := s.GetStatementTime().GetStartTime()
	return from.AsTime().UTC(), cmp.Or(s.GetStatementTime().GetEndTime(), from).AsTime().UTC()
}

// place is where a time lies between two others, in units of the line. A time.Duration
// would end at 292 years.
func place(at, first, last time.Time) int {
	return int(float64(at.Unix()-first.Unix()) / float64(last.Unix()-first.Unix()) * mapWidth)
}

// How many beginnings are marked at most: of years, and of months, whose names are longer.
const (
	mostYears  = 12
	mostMonths = 6
)

// ticks are the years, or the months of a short time, that begin between two times.
func ticks(first, last time.Time) []stripTick {
	// The names of the outermost would reach beyond the line.
	const edge = mapWidth / 12
	return slices.DeleteFunc(beginnings(first, last), func(t stripTick) bool { return t.X < edge || t.X > mapWidth-edge })
}

func beginnings(first, last time.Time) (out []stripTick) {
	years := last.Year() - first.Year()
	if years < 3 {
		return months(first, last)
	}
	step := 1
	for years/step > mostYears {
		step *= 5
	}
	for y := (first.Year()/step + 1) * step; y <= last.Year(); y += step {
		if at := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(last) {
			out = append(out, stripTick{X: place(at, first, last), Text: strconv.Itoa(y)})
		}
	}
	return out
}

func months(first, last time.Time) (out []stripTick) {
	count := (last.Year()-first.Year())*12 + int(last.Month()-first.Month())
	step := max(1, (count+mostMonths-1)/mostMonths)
	for m := 1; m <= count; m += step {
		at := time.Date(first.Year(), first.Month()+time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		if at.Before(last) {
			out = append(out, stripTick{X: place(at, first, last), Text: at.Format("Jan 2006")})
		}
	}
	return out
}
