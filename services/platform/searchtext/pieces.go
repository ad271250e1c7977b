package searchtext

import (
	"strings"
	"unicode"
)

// apostrophes are the marks that stand inside words for something left out; Hebrew geresh and gershayim are used likewise.
const apostrophes = "'’‘ʼʻ՚׳״\""

// elided are the words that lose their vowel before an apostrophe in French, Catalan and Italian.
var elided = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "n": true, "c": true, "qu": true, "jusqu": true,
	"lorsqu": true, "puisqu": true, "quoiqu": true, "un": true, "dell": true, "all": true, "nell": true,
	"dall": true, "sull": true, "coll": true, "quell": true, "quest": true, "sant": true,
}

// maxElided is the length of the longest elided word, in letters.
const maxElided = 8

// pieces cuts a folded segment into tokens at its connectors, or joins over them; the rules are in the package comment.
// A segment can be as long as a text, so the work at each connector is bounded.
func pieces(segment []rune) [][]rune {
	abbreviation := isAbbreviation(segment)
	var out [][]rune
	var current []rune
	hasBase, number := false, true // whether current has a letter or digit, and whether it is digits only
	flush := func() {
		if hasBase {
			out = append(out, current)
		}
		current, hasBase, number = nil, false, true
	}
	for i, r := range segment {
		rest := segment[i+1:]
		switch {
		case strings.ContainsRune(apostrophes, r):
			if isElided(current) && len(rest) > 1 || len(rest) == 1 && rest[0] == 's' {
				flush()
			}
		case wordRune(r):
			current = append(current, r)
			hasBase = hasBase || !unicode.IsMark(r)
			number = number && isDigit(r)
		case r == '.' && abbreviation:
		case (r == ',' || r == '٬') && hasBase && number && startsGroup(rest):
		default:
			flush()
		}
	}
	flush()
	return out
}

func isElided(piece []rune) bool {
	return len(piece) <= maxElided && elided[string(piece)]
}

// isAbbreviation reports whether the segment is single letters with points between them, as in U.S or e.g.
func isAbbreviation(segment []rune) bool {
	for i, r := range segment {
		if i%2 == 0 && !unicode.IsLetter(r) || i%2 == 1 && r != '.' {
			return false
		}
	}
	return len(segment) > 1
}

// startsGroup reports whether exactly three digits stand at the beginning.
func startsGroup(rest []rune) bool {
	n := 0
	for n < len(rest) && n <= 3 && isDigit(rest[n]) {
		n++
	}
	return n == 3
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
