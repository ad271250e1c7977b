package searchtext

import (
	"slices"
	"strings"
)

// Term is one part of a query.
type Term struct {
	// Tokens must stand next to each other in this order; there is at least one.
	Tokens []string
	// Stems are the stem tokens that stand for the term too, any one of them; see Query.Stemmed.
	Stems []string
	// Word is the word as it was typed, if the term is one plain word: wanted, not quoted, without a star. Such a term has
	// stems.
	Word string
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
	// unstemmed says that Within left no stem of a word that had some: whatever matches has its letters.
	unstemmed bool
}

// Stemmed returns the query that finds its plain words by their stems too: in entries of the language of a BCP 47 tag,
// or of any language with "". Phrases, prefixes and exclusions stay as they are. A language without stems adds none.
func (q Query) Stemmed(languageCode string) Query {
	languages := Languages()
	if languageCode != "" {
		languages = nil
		if language := stemLanguage(languageCode); language != "" {
			languages = []string{language}
		}
	}
	terms := slices.Clone(q.terms)
	for i := range terms {
		terms[i].Stems = nil
		if terms[i].Word == "" {
			continue
		}
		for _, language := range languages {
			terms[i].Stems = append(terms[i].Stems, stems(terms[i].Word, Tokens(terms[i].Word), language, make(map[string]bool))...)
		}
	}
	return Query{terms: terms}
}

// Within returns the query without the stems of all languages but some. It matches the same entries as long as no entry
// has stems of another, and FTS5Clue asks the same of them; what it scores says nothing.
func (q Query) Within(languages []string) Query {
	within := Query{slices.Clone(q.terms), q.unstemmed}
	for i := range within.terms {
		term := &within.terms[i]
		had := len(term.Stems)
		term.Stems = slices.DeleteFunc(slices.Clone(term.Stems), func(stem string) bool {
			return !slices.Contains(languages, languageOf(stem))
		})
		within.unstemmed = within.unstemmed || had > 0 && len(term.Stems) == 0
	}
	return within
}

// Terms returns the terms in the order of the query, for engines other than FTS5. The caller owns the slice, not its
// tokens.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// IsZero reports whether q is not the result of a successful ParseQuery.
func (q Query) IsZero() bool { return len(q.terms) == 0 }

// FTS5 returns the MATCH expression of SQLite FTS5 for a table tokenized with "ascii" whose rows are stored forms or
// entries. It consists of quoted tokens and the operators AND, OR, NOT and *; bind it as a parameter. It matches exactly
// the rows for which Matches is true.
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
	if len(t.Stems) > 0 {
		quoted = "(" + quoted + ` OR "` + strings.Join(t.Stems, `" OR "`) + `")`
	}
	return quoted
}

// Matches reports whether a row with these tokens, in order, answers the query. An entry's stems come last.
func (q Query) Matches(entry []string) bool { return q.Score(entry) > 0 }
