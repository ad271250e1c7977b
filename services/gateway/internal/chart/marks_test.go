package chart_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// drawn is the number of pieces of a class, and everything that is written.
func drawn(t *testing.T, s chart.Spec) (func(class string) int, string) {
	t.Helper()
	svg := must.Get(chart.SVG(s))(t)
	elements, text := parse(t, svg)
	return func(class string) int { return count(elements, "path", class) }, text
}

// TestMarksSayWhatIsToBeKnown: by a shape, and the key says what the shape means.
func TestMarksSayWhatIsToBeKnown(t *testing.T) {
	provisional, filled, corrected, stale := yearly(2000, "1"), yearly(2001, "2"), yearly(2002, "3"), yearly(2003, "4")
	provisional.Provisional, filled.Filled, corrected.Corrected, stale.Stale = true, true, true, true
	pieces, text := drawn(t, spec(provisional, filled, corrected, stale))
	must.Equal(t, pieces("c-point c-provisional"), 2) // and in the key
	must.Equal(t, pieces("c-point c-filled"), 2)
	must.Equal(t, pieces("c-ring"), 2)
	must.Equal(t, pieces("c-ring c-stale"), 2)
	for _, words := range []string{"provisional", "fills a gap, of an earlier period", "corrected since it was recorded", "computed from what has changed since"} {
		must.Contains(t, text, words)
	}
	must.Equal(t, pieces("c-line"), 1) // from 2002 to 2003: what is filled is not passed through

	_, text = drawn(t, spec(yearly(2000, "1"), yearly(2001, "2")))
	must.False(t, strings.Contains(text, "provisional"))
}

func TestLinesAreToldApart(t *testing.T) {
	other := yearly(2001, "9")
	other.Group = 1
	s := spec(yearly(2000, "1"), yearly(2001, "2"), other)
	s.Groups = []string{"An office", "A newspaper"}
	pieces, text := drawn(t, s)
	must.Equal(t, pieces("c-point c-g0"), 3)
	must.Equal(t, pieces("c-point c-g1"), 2)
	must.Equal(t, pieces("c-line c-g0"), 1)
	must.Contains(t, text, "A newspaper")

	s.Groups = make([]string, chart.MaxGroups+1)
	_, err := chart.SVG(s)
	must.True(t, err != nil)
}

func TestALineEndsWhereTheSeriesBreaks(t *testing.T) {
	s := spec(yearly(2000, "1"), yearly(2001, "2"), yearly(2002, "3"), yearly(2003, "4"))
	at, _ := year(2002)
	s.Breaks = []chart.Break{{At: at, Title: "another basis"}}
	pieces, text := drawn(t, s)
	must.Equal(t, pieces("c-line"), 2)
	must.Equal(t, pieces("c-break"), 2)
	must.Contains(t, text, "break: another basis")
}

// TestADrawingOfItsOwn: with size and colours; on a page it has neither.
func TestADrawingOfItsOwn(t *testing.T) {
	s := spec(yearly(2000, "1"), yearly(2001, "2"))
	s.Notes = []string{"Converted to USD by the rates of metrics/rates."}
	must.False(t, strings.Contains(string(must.Get(chart.SVG(s))(t)), "<style>"))
	s.Standalone = true
	svg := string(must.Get(chart.SVG(s))(t))
	for _, part := range []string{"<style>", `width="748" height="388"`, "prefers-color-scheme", "Converted to USD"} {
		must.Contains(t, svg, part)
	}
	s.Marks, s.Description = nil, chart.Describe(nil)
	empty := string(must.Get(chart.Empty(s))(t))
	parse(t, []byte(empty))
	must.Equal(t, strings.Count(empty, "No figure is drawn."), 2)
	must.Contains(t, empty, "Converted to USD")
	s.Width = 10
	_, err := chart.Empty(s)
	must.True(t, err != nil)
}

func TestALongKeyStaysOnTheDrawing(t *testing.T) {
	s := spec(yearly(2000, "1"), yearly(2001, "2"))
	s.Groups = []string{strings.Repeat("a very long name ", 40), "\u202e<b>"}
	s.Marks[1].Group = 1
	_, text := drawn(t, s)
	must.Contains(t, text, "…")
	must.False(t, strings.Contains(text, "\u202e"))
}
