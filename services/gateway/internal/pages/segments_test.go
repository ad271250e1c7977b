package pages

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestSegmentsOfNestedSpans(t *testing.T) {
	got := segments("He said “a wall”.", []mark{{Start: 8, End: 16, Fact: 0}, {Start: 9, End: 10, Fact: 1}, {Start: 3, End: 7, Fact: 2}})
	must.Equal(t, got, []segment{
		{Start: 0, End: 3, Text: "He "}, {Start: 3, End: 7, Text: "said", Marks: []int{2}}, {Start: 7, End: 8, Text: " "},
		{Start: 8, End: 9, Text: "“", Marks: []int{0}}, {Start: 9, End: 10, Text: "a", Marks: []int{0, 1}},
		{Start: 10, End: 16, Text: " wall”", Marks: []int{0}}, {Start: 16, End: 17, Text: "."},
	}, cmpEmptySlices)
}

// TestAQuotationInAQuotationIsSeen: in the colour that both have it would not be; a cue or a
// number in a quotation has a look of its own.
func TestAQuotationInAQuotationIsSeen(t *testing.T) {
	var classes []string
	facts := []factView{{Statement: &statementView{}}, {Statement: &statementView{}}}
	marks := []mark{{Start: 0, End: 9, Class: "st-direct"}, {Start: 2, End: 4, Fact: 1, Class: "st-direct"}, {Start: 5, End: 7, Fact: 1, Class: "cue"}}
	for _, paragraph := range paragraphs("abcdefghi", marks, facts) {
		for _, p := range paragraph {
			classes = append(classes, p.Class)
		}
	}
	must.Equal(t, classes, []string{"st-direct", "st-direct nested", "st-direct", "st-direct cue", "st-direct"})
}

func TestSegmentsOutsideTheText(t *testing.T) {
	must.Equal(t, segments("", []mark{{Start: 0, End: 4}}), nil, cmpEmptySlices)
	must.Equal(t, segments("abc", []mark{{Start: 2, End: 9}, {Start: 5, End: 9}, {Start: 1, End: 1}}), []segment{
		{Start: 0, End: 2, Text: "ab"}, {Start: 2, End: 3, Text: "c", Marks: []int{0}},
	}, cmpEmptySlices)
}

// Spans within spans by the thousand cost a page no more than their number.
func TestSegmentsNameTheInnermostMarks(t *testing.T) {
	const depth = 2000
	marks := make([]mark, depth)
	for i := range marks {
		marks[i] = mark{Start: i, End: 2*depth - i, Fact: i}
	}
	for _, s := range segments(strings.Repeat("x", 2*depth), marks) {
		over := min(s.Start+1, 2*depth-s.Start)
		must.Equal(t, len(s.Marks), min(over, maxMarks))
		must.Equal(t, s.Marks[len(s.Marks)-1], over-1)
	}
}

// The segments' texts are the text, and every code point is covered by exactly
// the marks whose spans cover it.
func TestSegmentsCoverExactlyWhatTheSpansCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aé\u0301漢🇲🇽\n\u202e<&"))).Draw(t, "text")
		length := utf8.RuneCountInString(text)
		marks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) mark {
			start := rapid.IntRange(0, length+2).Draw(t, "start")
			return mark{Start: start, End: rapid.IntRange(start, length+4).Draw(t, "end")}
		}), 0, 12).Draw(t, "marks")

		var whole strings.Builder
		at := 0
		for _, s := range segments(text, marks) {
			must.Equal(t, s.Start, at)
			must.Equal(t, utf8.RuneCountInString(s.Text), s.End-s.Start)
			must.True(t, s.End > s.Start, "an empty segment at %d", at)
			whole.WriteString(s.Text)
			at = s.End
			covering := map[int]bool{}
			for _, m := range s.Marks {
				must.False(t, covering[m], "mark %d twice", m)
				covering[m] = true
			}
			for point := s.Start; point < s.End; point++ {
				for i, m := range marks {
					must.Equal(t, covering[i], m.Start <= point && point < m.End)
				}
			}
		}
		must.Equal(t, whole.String(), text)
	})
}
