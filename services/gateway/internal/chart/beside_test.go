package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWhatStandsBesideIsNotJoined: it has a shape and a tag of its own, all of its words
// in the key, and no line goes through it, not even where its period follows.
func TestWhatStandsBesideIsNotJoined(t *testing.T) {
	beside := yearly(2002, "9")
	beside.Tag, beside.Title = "A", "2002: 9 US$, "+strings.Repeat("with words that go over several rows of the key, ", 6)+"to their end"
	band := bounded(2003, chart.LowerBound, "4", "")
	band.Tag, band.Title = "B", "2003: more than 4 US$"
	s := spec(yearly(2000, "1"), yearly(2001, "2"), beside, band)
	svg := must.Get(chart.SVG(s))(t)
	elements, text := parse(t, svg)
	must.Equal(t, count(elements, "path", "c-line"), 1)
	must.Equal(t, count(elements, "path", "c-point"), 2)
	must.Equal(t, count(elements, "path", "c-point c-beside"), 3) // with two in the key
	must.Equal(t, count(elements, "path", "c-band c-beside"), 1)
	for _, words := range []string{"A 9", "to their end", "B 2003: more than 4 US$", "2 numbers from 2000-01-01 to 2001-12-31. First: 2000: 1. Last: 2001: 2.", "Beside the lines: A 2002: 9 US$"} {
		must.Contains(t, text, words)
	}

	// Where there is no room for their numbers, the tags stand alone.
	crowd := spec(yearly(2000, "1"), yearly(2001, "2"))
	for i := range 20 {
		m := yearly(2001, "2")
		m.Tag = string(rune('A' + i))
		m.Title, m.Label = "of "+m.Tag, strings.Repeat("long ", 20)
		crowd.Marks = append(crowd.Marks, m)
	}
	_, text = drawn(t, crowd)
	for i := 2; i < 20; i++ { // two have room beside them
		must.Contains(t, text, fmt.Sprintf("\n%c\n", 'A'+i))
	}
}

// TestADrawingGrowsByWhatStandsBelow: notes and breaks never squeeze the plot away.
func TestADrawingGrowsByWhatStandsBelow(t *testing.T) {
	s := spec(yearly(2000, "1"), yearly(2001, "2"), yearly(2002, "3"))
	plain := must.Get(chart.SVG(s))(t)
	must.Contains(t, string(plain), `viewBox="0 0 720 360"`)
	start, _ := year(2001)
	for i := range 300 {
		s.Breaks = append(s.Breaks, chart.Break{At: start.AddDate(0, 0, i), Title: fmt.Sprint("break of a long name, number ", i)})
	}
	s.Notes = []string{strings.Repeat("A note that is long. ", 300)}
	for _, width := range []float64{240, 720} {
		s.Width, s.Height = width, 160
		svg := must.Get(chart.SVG(s))(t)
		must.False(t, strings.Contains(string(svg), "NaN"))
		elements, text := parse(t, svg)
		must.Equal(t, count(elements, "path", "c-point"), 3)
		must.Contains(t, text, "and 294 more breaks")
		var box [4]float64
		at := strings.Index(string(svg), "viewBox=")
		must.Get(fmt.Sscanf(string(svg[at:]), `viewBox="%f %f %f %f"`, &box[0], &box[1], &box[2], &box[3]))(t)
		must.True(t, box[3] > 500, "%v", box)
	}
}
