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

// search returns at which bytes words stand, at most two. Places may overlap.
func (h *haystack) search(words string) []int {
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
	first := strings.Index(text, words)
	if first < 0 {
		return nil
	}
	second := strings.Index(text[first+1:], words)
	if second < 0 {
		return []int{first}
	}
	return []int{first, first + 1 + second}
}
