package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func year(y int) (start, end time.Time) {
	start = time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	return start, start.AddDate(1, 0, 0)
}

func yearly(y int, value string) chart.Mark {
	start, end := year(y)
	return chart.Mark{Start: start, End: end, Value: value, Label: value, Title: fmt.Sprintf("%d: %s", y, value), Href: fmt.Sprintf("/figures/y%d", y)}
}

func bounded(y int, kind chart.Kind, lower, upper string) chart.Mark {
	m := yearly(y, "")
	m.Kind, m.Lower, m.Upper, m.Title = kind, lower, upper, fmt.Sprintf("%d: bounds", y)
	return m
}

func spec(marks ...chart.Mark) chart.Spec {
	return chart.Spec{
		ID: "s1", Title: "Trade", Description: chart.Describe(marks), Source: "Source: a statistics office", Unit: "US$",
		Joined: true, Marks: marks, Width: 720, Height: 360,
	}
}

// element is what the tests ask of an SVG.
type element struct {
	name, class, href, d string
}

// parse fails unless svg is one well-formed element.
func parse(t must.TB, svg []byte) (elements []element, text string) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(svg))
	var words strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return elements, words.String()
		}
		must.OK(t, err)
		switch x := token.(type) {
		case xml.StartElement:
			e := element{name: x.Name.Local}
			for _, a := range x.Attr {
				must.NotEqual(t, a.Name.Local, "style")
				switch a.Name.Local {
				case "class":
					e.class = a.Value
				case "href":
					e.href = a.Value
				case "d":
					e.d = a.Value
				}
			}
			elements = append(elements, e)
		case xml.CharData:
			words.Write(x)
			words.WriteByte('\n')
		}
	}
}

func count(elements []element, name, class string) int {
	n := 0
	for _, e := range elements {
		if e.name == name && e.class == class {
			n++
		}
	}
	return n
}

func TestEveryMarkIsDrawnAndLinked(t *testing.T) {
	marks := make([]chart.Mark, 0, 31)
	for y := 1985; y <= 2015; y++ {
		marks = append(marks, yearly(y, fmt.Sprintf("%d000000000", y-1900)))
	}
	svg := must.Get(chart.SVG(spec(marks...)))(t)
	elements, text := parse(t, svg)
	must.Equal(t, count(elements, "path", "c-point"), len(marks))
	must.Equal(t, count(elements, "path", "c-line"), 1)
	for _, m := range marks {
		must.True(t, strings.Contains(text, m.Title), "no title %q", m.Title)
		must.Contains(t, string(svg), `href="`+m.Href+`"`)
	}
	for _, part := range []string{`role="graphics-document"`, `aria-labelledby="s1-title s1-desc"`, "<title id=\"s1-title\">Trade</title>", "billions of US$", "Source: a statistics office", "115000000000"} {
		must.Contains(t, string(svg), part)
	}
	must.Equal(t, must.Get(chart.SVG(spec(marks...)))(t), svg)
}

func TestDrawingsCanBeMadeAtOnce(t *testing.T) {
	want := must.Get(chart.SVG(spec(yearly(2000, "1"), yearly(2001, "2"))))(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := chart.SVG(spec(yearly(2000, "1"), yearly(2001, "2")))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("another drawing: %v", err)
			}
		})
	}
	all.Wait()
}

func TestGapsAreNotBridgedAndRivalsNotJoined(t *testing.T) {
	lines := func(marks ...chart.Mark) int {
		elements, _ := parse(t, must.Get(chart.SVG(spec(marks...)))(t))
		return count(elements, "path", "c-line")
	}
	must.Equal(t, lines(yearly(2000, "1"), yearly(2001, "2"), yearly(2003, "3"), yearly(2004, "4")), 2)
	must.Equal(t, lines(yearly(2000, "1"), yearly(2002, "2"), yearly(2004, "3")), 0)
	must.Equal(t, lines(yearly(2000, "1"), yearly(2001, "2"), yearly(2001, "3"), yearly(2002, "4")), 0)
	other := yearly(2001, "9")
	other.Track = "another source"
	must.Equal(t, lines(yearly(2000, "1"), yearly(2001, "2"), other, yearly(2002, "4")), 1)
	must.Equal(t, lines(yearly(2000, "1"), other), 0)
}

func TestBoundsAreBandsWithoutAMiddle(t *testing.T) {
	svg := must.Get(chart.SVG(spec(
		bounded(2000, chart.Range, "20000", "100000"),
		bounded(2001, chart.LowerBound, "30000", ""),
		bounded(2002, chart.UpperBound, "", "3000"),
	)))(t)
	elements, _ := parse(t, svg)
	must.Equal(t, count(elements, "path", "c-point"), 0)
	must.Equal(t, count(elements, "path", "c-line"), 0)
	must.Equal(t, count(elements, "path", "c-band"), 3)
	must.Equal(t, count(elements, "path", "c-bound"), 4)
	must.Equal(t, count(elements, "path", "c-arrow"), 2)

	open := bounded(2000, chart.Range, "1", "2")
	open.UpperOpen = true
	elements, _ = parse(t, must.Get(chart.SVG(spec(open)))(t))
	must.Equal(t, count(elements, "path", "c-bound c-open"), 1)
}

func TestTimeAxisNamesItsPeriods(t *testing.T) {
	month := func(y, m int) chart.Mark {
		start := time.Date(y, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		return chart.Mark{Start: start, End: start.AddDate(0, 1, 0), Value: "1"}
	}
	for want, marks := range map[string][]chart.Mark{
		"2023-10":                  {month(2023, 10)},
		"2022-07":                  {month(2022, 1), month(2023, 1)},
		"2015":                     {month(2010, 1), month(2020, 1)},
		"2023-11-17":               {{Start: time.Date(2023, 11, 17, 0, 0, 0, 0, time.UTC), End: time.Date(2023, 11, 18, 0, 0, 0, 0, time.UTC), Value: "1"}},
		"2023-11-17 to 2023-11-19": {{Start: time.Date(2023, 11, 17, 0, 0, 0, 0, time.UTC), End: time.Date(2023, 11, 20, 0, 0, 0, 0, time.UTC), Value: "1"}},
	} {
		_, text := parse(t, must.Get(chart.SVG(spec(marks...)))(t))
		must.True(t, strings.Contains(text, "\n"+want+"\n"), "no %s in %s", want, text)
	}
}

func TestHostileWordsStayWords(t *testing.T) {
	m := yearly(2000, "1")
	m.Title, m.Label, m.Href = "</title><script>x</script>\u202e", "<b>\x00\u202e&", `/figures/"><script>`
	s := spec(m)
	s.Source, s.Title, s.Description, s.Unit = "a \x01 <i> \uffff", "<t>&amp;", "]]>", "\"<u>"
	svg := must.Get(chart.SVG(s))(t)
	elements, text := parse(t, svg)
	for _, e := range elements {
		must.True(t, e.name != "script" && e.name != "b" && e.name != "i", "element %s", e.name)
	}
	must.True(t, strings.Contains(text, "</title><script>x</script>"))
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	backwards := yearly(2000, "1")
	backwards.Start, backwards.End = backwards.End, backwards.Start
	small := spec(yearly(2000, "1"))
	small.Width = 10
	for name, s := range map[string]chart.Spec{
		"nothing": spec(), "no number": spec(yearly(2000, "")), "too large": spec(yearly(2000, "1E+400")),
		"period without length": spec(backwards), "no room": small,
	} {
		_, err := chart.SVG(s)
		var problem *chart.SpecError
		must.True(t, errors.As(err, &problem), "%s: %v", name, err)
	}
	must.True(t, chart.Drawable("860000000000"))
	must.False(t, chart.Drawable("1E+400"))
	must.False(t, chart.Drawable(""))
}

// Whatever the numbers and periods, the drawing is well-formed, has every mark
// and no number that is none.
func TestAnyNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		at := time.Date(rapid.IntRange(1, 9990).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
		marks := make([]chart.Mark, n)
		for i := range marks {
			length := time.Duration(rapid.Int64Range(1, 40_000).Draw(t, "hours")) * time.Hour
			low := rapid.Int64().Draw(t, "value")
			exponent := rapid.IntRange(-150, 150).Draw(t, "exponent")
			number := func(v int64) string { return fmt.Sprintf("%dE%d", v, exponent) }
			kind := chart.Kind(rapid.IntRange(0, 4).Draw(t, "kind"))
			marks[i] = chart.Mark{Start: at, End: at.Add(length), Kind: kind, Value: number(low), Lower: number(min(low, low/2)), Upper: number(max(low, low/2))}
			at = at.Add(length)
		}
		svg, err := chart.SVG(spec(marks...))
		must.OK(t, err)
		elements, _ := parse(t, svg)
		drawn := count(elements, "path", "c-point") + count(elements, "path", "c-listed") + count(elements, "path", "c-band")
		must.Equal(t, drawn, n)
		for _, e := range elements {
			must.False(t, strings.Contains(e.d, "NaN") || strings.Contains(e.d, "Inf"), "%s", e.d)
		}
	})
}

// TestAxesHaveRoomForWhatIsNotDrawn: a drawing of less has the axes of one of more, which it
// takes the place of, and draws no more for it.
func TestAxesHaveRoomForWhatIsNotDrawn(t *testing.T) {
	all := []chart.Mark{yearly(2010, "100"), yearly(2012, "300"), yearly(2020, "900")}
	ticks := func(s chart.Spec) (out []string) {
		elements, text := parse(t, must.Get(chart.SVG(s))(t))
		dots := 0
		for _, e := range elements {
			if e.href != "" {
				dots++
			}
		}
		must.Equal(t, dots, len(s.Marks))
		for _, tick := range []string{"2012", "2014", "2020", "1,000", "400"} {
			if strings.Contains(text, tick) {
				out = append(out, tick)
			}
		}
		return out
	}
	less := spec(all[:2]...)
	less.Title, less.Description = "", ""
	alone := ticks(less)
	less.Room = all
	whole := spec(all...)
	whole.Title, whole.Description = "", ""
	must.Equal(t, ticks(less), ticks(whole))
	must.True(t, len(alone) < len(ticks(less)), "alone it says %v", alone)
}
