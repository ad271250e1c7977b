package searchtext

import (
	"slices"
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

// pieces cuts a folded segment into tokens at its connectors, or joins over them; the rules are in the package comment.
func pieces(segment []rune) [][]rune {
	abbreviation := isAbbreviation(segment)
	var out [][]rune
	var current []rune
	flush := func() {
		if slices.ContainsFunc(current, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			out = append(out, current)
		}
		current = nil
	}
	for i, r := range segment {
		rest := segment[i+1:]
		switch {
		case strings.ContainsRune(apostrophes, r):
			if elided[string(current)] && len(rest) > 1 || string(rest) == "s" {
				flush()
			}
		case wordRune(r):
			current = append(current, r)
		case r == '.' && abbreviation:
		case (r == ',' || r == '٬') && isNumber(current) && startsGroup(rest):
		default:
			flush()
		}
	}
	flush()
	return out
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

func isNumber(piece []rune) bool {
	return len(piece) > 0 && !slices.ContainsFunc(piece, notDigit)
}

// startsGroup reports whether exactly three digits stand at the beginning.
func startsGroup(rest []rune) bool {
	n := slices.IndexFunc(rest, notDigit)
	return n == 3 || n < 0 && len(rest) == 3
}

func notDigit(r rune) bool { return r < '0' || r > '9' }
