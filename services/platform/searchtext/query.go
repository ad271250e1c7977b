package searchtext

import (
	"slices"
	"strings"
)

// Term is one part of a query.
type Term struct {
	// Tokens must stand next to each other in this order; there is at least one.
	Tokens []string
	// Prefix says that the last token may go on.
	Prefix bool
	// Excluded says that the term must not occur.
	Excluded bool
	// Position is where the term begins in the query, in code points from 0.
	Position int
}

// Query is a parsed query: every term must occur, and no excluded one. It is immutable; the zero value matches nothing.
type Query struct {
	terms []Term
}

// Terms returns the terms in the order of the query, for engines other than FTS5. The caller owns the slice, not its
// tokens.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// IsZero reports whether q is not the result of a successful ParseQuery.
func (q Query) IsZero() bool { return len(q.terms) == 0 }

// FTS5 returns the MATCH expression of SQLite FTS5 for a table tokenized with "ascii" whose rows are stored forms. It
// consists of quoted tokens and the operators AND, OR, NOT and *; bind it as a parameter. It matches exactly the rows for
// which Matches is true.
func (q Query) FTS5() string {
	var wanted, unwanted []string
	for _, term := range q.terms {
		if term.Excluded {
			unwanted = append(unwanted, term.fts5())
		} else {
			wanted = append(wanted, term.fts5())
		}
	}
	if len(wanted) == 0 {
		return `""`
	}
	match := strings.Join(wanted, " AND ")
	if len(unwanted) > 0 {
		match = "(" + match + ") NOT (" + strings.Join(unwanted, " OR ") + ")"
	}
	return match
}

func (t Term) fts5() string {
	quoted := `"` + strings.Join(t.Tokens, " ") + `"` // a token holds no quote
	if t.Prefix {
		quoted += "*"
	}
	return quoted
}

// Matches reports whether a row with these tokens, in order, answers the query.
func (q Query) Matches(tokens []string) bool {
	for _, term := range q.terms {
		if term.occurs(tokens) == term.Excluded {
			return false
		}
	}
	return len(q.terms) > 0
}

func (t Term) occurs(tokens []string) bool {
	for i := range tokens {
		if t.matchesAt(tokens, i) {
			return true
		}
	}
	return false
}

// matchesAt reports whether the term stands at tokens[i].
func (t Term) matchesAt(tokens []string, i int) bool {
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
