package searchtext

import "strings"

// tokenRow is a row as a list of tokens.
type tokenRow struct {
	terms         []Term
	tokens, stems []string
}

func (r tokenRow) length() int { return len(r.tokens) }

func (r tokenRow) count(term, previous int) (count, adjacent int) {
	for i := range r.tokens {
		if !r.terms[term].matchesAt(r.tokens, i) {
			continue
		}
		count++
		if previous < 0 {
			continue
		}
		if before := &r.terms[previous]; i >= len(before.Tokens) && before.matchesAt(r.tokens, i-len(before.Tokens)) {
			adjacent++
		}
	}
	return count, adjacent
}

func (r tokenRow) occurs(term int) bool {
	count, _ := r.count(term, -1)
	return count > 0
}

func (r tokenRow) hasStem(term int) bool {
	for _, want := range r.terms[term].Stems {
		for _, stem := range r.stems {
			if stem == want {
				return true
			}
		}
	}
	return false
}

// matchesAt reports whether the term stands at tokens[i].
func (t *Term) matchesAt(tokens []string, i int) bool {
	if i+len(t.Tokens) > len(tokens) {
		return false
	}
	last := len(t.Tokens) - 1
	for j, want := range t.Tokens {
		got := tokens[i+j]
		if got != want && (!t.Prefix || j != last || !strings.HasPrefix(got, want)) {
			return false
		}
	}
	return true
}
