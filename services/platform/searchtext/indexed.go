package searchtext

import "strings"

// repeatMark begins the token that says of a word that an entry has it more than once: a superscript, which no token has,
// since normalisation makes a digit of it.
const repeatMark = "²"

// Indexed returns what an index of words is given of an entry: its tokens and stems and, for each word that it has more
// than once, a token that says so. See Clues.
func Indexed(entry string) string {
	surface, _, _ := strings.Cut(entry, stemMark)
	times := make(map[string]int)
	var marks strings.Builder
	for token := range strings.FieldsSeq(surface) {
		if times[token]++; times[token] == 2 && token != partMark {
			marks.WriteString(" " + repeatMark + token)
		}
	}
	return entry + marks.String()
}

// Length returns the number of tokens of an entry, stems not counted: that by which it is scored.
func Length(entry string) (length int) {
	surface, _, _ := strings.Cut(entry, stemMark)
	for range strings.FieldsSeq(surface) {
		length++
	}
	return length
}
