package domain

import (
	"index/suffixarray"
	"strings"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// scansBeforeIndex is after how many searches through a text an index of it is
// made, which costs as much as some hundred of them.
const scansBeforeIndex = 100

// haystack is a text in which words are looked for: a few times, or, with the
// spans of thousands of statements, so often that it has to be indexed.
type haystack struct {
	text  sourcetext.Text
	scans int
	index *suffixarray.Index
}

func newHaystack(text *sourcetext.Text) *haystack {
	if text == nil {
		return nil
	}
	return &haystack{text: *text}
}

// places returns where words stand: none, one or two of the places, in code points,
// each the one of the byte skip of the words. If they are bound to the start or the
// end of the text they stand there or nowhere.
func (h *haystack) places(words string, atStart, atEnd bool, skip int) []int {
	text := h.text.String()
	var at []int
	switch {
	case atStart && atEnd:
		if words == text {
			at = []int{0}
		}
	case atStart:
		if strings.HasPrefix(text, words) {
			at = []int{0}
		}
	case atEnd:
		if strings.HasSuffix(text, words) {
			at = []int{len(text) - len(words)}
		}
	default:
		at = h.search(words)
	}
	for i := range at {
		at[i] = h.text.Point(at[i] + skip)
	}
	return at
}

// between returns where words stand between two sides of surroundings: none, one or
// two of the places.
func (h *haystack) between(before []rune, words string, after []rune) []int {
	atStart := len(before) > 0 && before[0] == endOfText
	if atStart {
		before = before[1:]
	}
	atEnd := len(after) > 0 && after[len(after)-1] == endOfText
	if atEnd {
		after = after[:len(after)-1]
	}
	left := string(before)
	return h.places(left+words+string(after), atStart, atEnd, len(left))
}

// search returns at which bytes words stand: none, one or two of the places, which may
// overlap.
func (h *haystack) search(words string) (at []int) {
	if words == "" {
		return nil
	}
	text := h.text.String()
	if h.scans++; h.scans > scansBeforeIndex {
		if h.index == nil {
			h.index = suffixarray.New([]byte(text))
		}
		return h.index.Lookup([]byte(words), 2)
	}
	for from := 0; len(at) < 2; from = at[len(at)-1] + 1 {
		next := strings.Index(text[from:], words)
		if next < 0 {
			break
		}
		at = append(at, from+next)
	}
	return at
}
