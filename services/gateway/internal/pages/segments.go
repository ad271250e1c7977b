package pages

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// mark is a passage [Start, End) in code points that one fact covers. Class says
// how it is shown.
type mark struct {
	Start, End int
	Fact       int
	Class      string
}

// maxMarks is how many marks a segment names at most: the innermost. Without a
// limit spans within spans would make a page of the square of their number.
const maxMarks = 16

// segment is a longest run of text that is covered by one set of marks. Marks
// are indices into the list that was cut, from the outermost to the innermost,
// at most maxMarks; of two equal spans the later one counts as inner.
type segment struct {
	Start, End int
	Text       string
	Marks      []int
}

// segments cuts a text at the ends of all marks, so that overlapping and nested
// facts become well-formed elements. The segments' texts are the text, in order;
// no segment is empty. What of a mark lies outside the text is left out.
func segments(text string, marks []mark) []segment {
	length := utf8.RuneCountInString(text)
	cuts := []int{0, length}
	order := make([]int, 0, len(marks))
	for i, m := range marks {
		if start, end := max(m.Start, 0), min(m.End, length); start < end {
			cuts = append(cuts, start, end)
			order = append(order, i)
		}
	}
	sort.Ints(cuts)
	// Outermost first: the earlier start, then the later end, then the order given.
	sort.SliceStable(order, func(a, b int) bool {
		x, y := marks[order[a]], marks[order[b]]
		if max(x.Start, 0) != max(y.Start, 0) {
			return max(x.Start, 0) < max(y.Start, 0)
		}
		return min(x.End, length) > min(y.End, length)
	})
	return sweep(text, marks, order, cuts)
}

// sweep walks the cuts once and keeps the list of marks that are open.
func sweep(text string, marks []mark, order, cuts []int) []segment {
	var out []segment
	var open []int
	next, offset := 0, 0
	for c := 0; c+1 < len(cuts); c++ {
		start, end := cuts[c], cuts[c+1]
		if start == end {
			continue
		}
		open = slices.DeleteFunc(open, func(i int) bool { return marks[i].End <= start })
		for next < len(order) && marks[order[next]].Start <= start {
			open = append(open, order[next])
			next++
		}
		size := bytesOf(text[offset:], end-start)
		out = append(out, segment{Start: start, End: end, Text: text[offset : offset+size], Marks: slices.Clone(open[max(0, len(open)-maxMarks):])})
		offset += size
	}
	return out
}

// bytesOf is how many bytes the first n code points of s take.
func bytesOf(s string, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}
