package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestDotsOfALongSeriesDoNotHideItsLine: where they stand close they have no edges.
func TestDotsOfALongSeriesDoNotHideItsLine(t *testing.T) {
	var marks []chart.Mark
	for y := range 400 {
		marks = append(marks, yearly(1600+y, "1"))
	}
	pieces, _ := drawn(t, spec(marks...))
	must.Equal(t, pieces("c-point c-dense"), 400)
	must.Equal(t, pieces("c-point"), 0)
	must.Equal(t, pieces("c-line"), 1)
}

// TestOneLineOnAnotherIsSeen: the later lies below, broader.
func TestOneLineOnAnotherIsSeen(t *testing.T) {
	var marks []chart.Mark
	for y := range 3 {
		one, other := yearly(2000+y, "7"), yearly(2000+y, "7")
		other.Group = 1
		marks = append(marks, one, other)
	}
	s := spec(marks...)
	s.Groups = []string{"An office", "A newspaper"}
	pieces, _ := drawn(t, s)
	must.Equal(t, pieces("c-line c-g0"), 1)
	must.Equal(t, pieces("c-line c-under c-g1"), 1)
	svg := string(must.Get(chart.SVG(s))(t))
	must.True(t, strings.Index(svg, "c-under c-g1\"") < strings.Index(svg, "c-line c-g0\""), "it lies on top")
}

// TestALongLabelIsShortened to what the axis has; the exact number is in the title.
func TestALongLabelIsShortened(t *testing.T) {
	one := yearly(2000, "3544707788.0566425")
	one.Label, one.Title = "3,544,707,788.0566425 USD", "2000: 3,544,707,788.0566425 USD"
	_, text := drawn(t, spec(one))
	must.Contains(t, text, "≈ 3.545")
	start, end := year(2001)
	bound := chart.Mark{Start: start, End: end, Kind: chart.LowerBound, Lower: "296000000000", Label: "more than 296,000,000,000 USD", LowerOpen: true}
	_, text = drawn(t, spec(bound))
	must.Contains(t, text, "\nmore than 296\n")
	bound.LowerOpen = false
	_, text = drawn(t, spec(bound))
	must.Contains(t, text, "\nfrom 296\n")
	bound = chart.Mark{Start: start, End: end, Kind: chart.UpperBound, Upper: "296000000000", Label: "less than 296,000,000,000 USD", UpperOpen: true}
	_, text = drawn(t, spec(bound))
	must.Contains(t, text, "\nless than 296\n")
	both := chart.Mark{Start: start, End: end, Kind: chart.Range, Lower: "296000000000", Upper: "396000000000", Label: "more than 296,000,000,000 and less than 396,000,000,000 USD"}
	for open, want := range map[[2]bool]string{
		{true, true}: "more than 296 and less than 396", {true, false}: "more than 296 and up to 396",
		{false, true}: "from 296 and less than 396", {false, false}: "296 to 396",
	} {
		both.LowerOpen, both.UpperOpen = open[0], open[1]
		_, text = drawn(t, spec(both))
		must.Contains(t, text, "\n"+want+"\n")
	}
	one.About = true // what a source hedges stays hedged
	_, text = drawn(t, spec(one))
	must.Contains(t, text, "\nabout 3.545\n")
}

// TestALabelSaysThatItIsRounded, by whatever little: all 38 digits count.
func TestALabelSaysThatItIsRounded(t *testing.T) {
	rounded, exact := yearly(2000, "12340000000000000000000000000000000001"), yearly(2001, "12340000000000000000000000000000000000")
	rounded.Label, exact.Label = "12,340,000,000,000,000,000,000,000,000,000,000,001 JPY", "12,340,000,000,000,000,000,000,000,000,000,000,000 JPY"
	_, text := drawn(t, spec(rounded, exact))
	must.Contains(t, text, "\n≈ 12.34\n")
	must.Contains(t, text, "\n12.34\n")
}

// TestWhatAnAxisIsMultipliedByIsNeverCut: of a long unit the end is, and says so.
func TestWhatAnAxisIsMultipliedByIsNeverCut(t *testing.T) {
	for number, want := range map[string]string{"5000000": "\nmillions of pieces of ", "5e50": "\n10^48 pieces of ", "5e-7": "\n10^−9 pieces of "} {
		s := spec(yearly(2000, number))
		s.Unit, s.Width, s.Height = "pieces of "+strings.Repeat("an extraordinary kind of thing, ", 6), 240, 160
		_, text := drawn(t, s)
		must.Contains(t, text, want)
		must.Contains(t, text, "…\n")
	}
}

// TestALongWordIsBroken: no word of a source is cut at the edge.
func TestALongWordIsBroken(t *testing.T) {
	s := spec(yearly(2000, "1"))
	s.Source = "Source: " + strings.Repeat("überlangequelle", 20) + " end"
	_, text := drawn(t, s)
	must.Contains(t, strings.NewReplacer("\n", "", " ", "").Replace(text), strings.Repeat("überlangequelle", 20)+"end")
	for line := range strings.SplitSeq(text, "\n") {
		must.True(t, !strings.HasPrefix(line, "Source:") || len(line) < 200, "%s", line)
	}
}

// TestALabelKeepsClearOfTheLine: where the line rises steeply from a dot it stands beside it.
func TestALabelKeepsClearOfTheLine(t *testing.T) {
	s := spec(yearly(2000, "0"), yearly(2001, "99"), yearly(2002, "1"), yearly(2003, "99"), yearly(2004, "0"))
	s.Marks[2].Label = "in a valley"
	svg := string(must.Get(chart.SVG(s))(t))
	left := func(text string) (x float64) { // of a text
		end := strings.Index(svg, ">"+text+"<")
		must.True(t, end > 0, "there is no %q", text)
		must.Get(fmt.Sscanf(svg[strings.LastIndex(svg[:end], ` x="`):], ` x="%f"`, &x))(t)
		return x
	}
	must.True(t, left("in a valley") > left("2002")+12, "it stands over the dot, between the lines: %v and %v", left("in a valley"), left("2002"))
}

// TestALabelIsReadAsTheAxisIs: a number without a unit is as many thousands as the axis counts; one that vanishes there is not nought.
func TestALabelIsReadAsTheAxisIs(t *testing.T) {
	many, few, paid, round, near := yearly(2000, "1234567"), yearly(2001, "-0.0000001"), yearly(2002, "5000"), yearly(2003, "1400000"), yearly(2004, "1299999")
	many.Label, few.Label, paid.Label, round.Label, near.Label = "1,234,567", "−0.0000001", "5,000 USD", "1,400,000", "1,299,999"
	_, text := drawn(t, spec(many, few, paid, round, near))
	must.Contains(t, text, "1.235")
	must.Contains(t, text, "1.300")
	must.True(t, strings.Contains(text, "1.4") && !strings.Contains(text, "1.400"), "%s", text)
	must.Contains(t, text, "≈ 0")
	must.Contains(t, text, "5,000 USD")
	must.False(t, strings.Contains(text, "1,234,567"), "%s", text)
}

// TestCountsHaveWholeTicks.
func TestCountsHaveWholeTicks(t *testing.T) {
	_, text := drawn(t, spec(yearly(2000, "3")))
	must.False(t, strings.Contains(text, "0.5"), "%s", text)
	_, text = drawn(t, spec(yearly(2000, "1.5")))
	must.Contains(t, text, "0.5")
}

// TestALineThatIsNotDrawnIsNotInTheKey, and the others keep their colours.
func TestALineThatIsNotDrawnIsNotInTheKey(t *testing.T) {
	one := yearly(2000, "3")
	one.Group, one.Kind, one.Upper, one.Value = 1, chart.UpperBound, "3", ""
	s := spec(one)
	s.Groups = []string{"", "A newspaper"}
	pieces, text := drawn(t, s)
	must.Contains(t, text, "A newspaper")
	must.Equal(t, pieces("c-band c-g1"), 1)
	must.Equal(t, pieces("c-band c-key c-g1"), 1) // the key has the colour of the band
	must.Equal(t, pieces("c-point c-g0"), 0)
}
