package pages

import (
	"slices"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// run is a stretch of a text; Hit says that it is a word that was looked for.
type run struct {
	Text string
	Hit  bool
}

// finder marks the words of a query in texts: those that match as they stand. A word that
// was found by its stem is not marked.
type finder struct{ whole, prefixes []string }

// newFinder is the finder of a query. One that cannot be read finds nothing.
func newFinder(query string) finder {
	var f finder
	parsed, err := searchtext.ParseQuery(query)
	if err != nil {
		return f
	}
	for _, term := range parsed.Terms() {
		if term.Excluded {
			continue
		}
		words := term.Tokens
		if last := len(words) - 1; term.Prefix {
			f.prefixes = append(f.prefixes, words[last])
			words = words[:last]
		}
		f.whole = append(f.whole, words...)
	}
	return f
}

// find cuts a text where words begin and end that were looked for. The texts of the runs
// are the text; none if nothing is found.
func (f finder) find(text string) []run {
	var runs []run
	plain := 0
	for at := 0; at < len(text); {
		start, end := nextWord(text, at)
		if end == start {
			break
		}
		if f.wants(text[start:end]) {
			if plain < start {
				runs = append(runs, run{Text: text[plain:start]})
			}
			runs = append(runs, run{Text: text[start:end], Hit: true})
			plain = end
		}
		at = end
	}
	if plain > 0 && plain < len(text) {
		runs = append(runs, run{Text: text[plain:]})
	}
	return runs
}

// nextWord is the next run of letters, marks and digits from an offset on; empty if there
// is none.
func nextWord(text string, from int) (start, end int) {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
	offset := strings.IndexFunc(text[from:], inWord)
	if offset < 0 {
		return len(text), len(text)
	}
	start = from + offset
	if length := strings.IndexFunc(text[start:], func(r rune) bool { return !inWord(r) }); length >= 0 {
		return start, start + length
	}
	return start, len(text)
}

// wants reports whether a word of a text was looked for.
func (f finder) wants(word string) bool {
	if len(f.whole)+len(f.prefixes) == 0 {
		return false
	}
	return slices.ContainsFunc(searchtext.Tokens(word), func(token string) bool {
		return slices.Contains(f.whole, token) || slices.ContainsFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(token, p) })
	})
}
