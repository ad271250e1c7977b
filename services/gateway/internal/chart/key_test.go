package chart_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEntriesOfAKeyHaveRoomForAWideFont: the font of a reader may be wider than the one that is measured; an "n" of
// DejaVu Sans has 0.634 of the size, one of Liberation Sans 0.556.
func TestEntriesOfAKeyHaveRoomForAWideFont(t *testing.T) {
	const letters = 50
	s := spec(yearly(2000, "1"), yearly(2001, "2"))
	s.Groups = []string{strings.Repeat("n", letters), "other"}
	s.Marks[1].Group = 1
	svg := string(must.Get(chart.SVG(s))(t))
	words := regexp.MustCompile(`<text class="c-keytext" x="([0-9.]+)" y="([-0-9.]+)"[^>]*font-size="([0-9.]+)">(n{50}|other)</text>`).FindAllStringSubmatch(svg, -1)
	if len(words) != 2 {
		t.Fatal(svg)
	}
	number := func(text string) float64 { return must.Get(strconv.ParseFloat(text, 64))(t) }
	must.Equal(t, words[0][2], words[1][2]) // in one row
	const sign = 14                         // before words
	must.True(t, number(words[1][1])-sign-number(words[0][1]) > letters*0.634*number(words[0][3]), "%v", words)
}
