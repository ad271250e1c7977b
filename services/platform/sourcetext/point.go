package sourcetext

import (
	"sort"
	"unicode/utf8"
)

// Point returns how many code points stand before a byte of String, which must be the first of its code point, for
// 0 ≤ at ≤ len(String()): the way back from what a search in the bytes finds to an offset. The time is the logarithm of
// the length of the text.
func (t Text) Point(at int) int {
	if t.index == nil || at == 0 {
		return at
	}
	block := sort.Search(len(t.index), func(i int) bool { return int(t.index[i]) > at }) - 1
	return block*stride + utf8.RuneCountInString(t.s[t.index[block]:at])
}
