package searchtext

import (
	"slices"
	"strings"
)

// Clues are what an index of words can tell of a row that matches, without its text: each that is set may be true of it,
// one that is not set is not.
type Clues uint8

// The clues.
const (
	// Repeated says that the row has a term more than once.
	Repeated Clues = 1 << iota
	// SomeAdjacent says that one of the terms stands right after the one before it, AllAdjacent that all do.
	SomeAdjacent
	AllAdjacent
	// AllLetters says that all terms are found by their letters, none by its stem.
	AllLetters
	// SomeLetters says that a term that has stems is found by its letters.
	SomeLetters

	// AnyClue says nothing of a row.
	AnyClue = Repeated | SomeAdjacent | AllAdjacent | AllLetters | SomeLetters
)

// AllClues are the clues, those first that cost an index least.
var AllClues = []Clues{Repeated, SomeAdjacent, AllAdjacent, AllLetters, SomeLetters}

// MaxLength is the length from which on AtMost takes a row for one without end.
const MaxLength = 255

// Bounded reports whether clues bound the score of a row: of what begins with a prefix they say nothing.
func (q Query) Bounded() bool {
	return !slices.ContainsFunc(q.terms, func(t Term) bool { return t.Prefix && !t.Excluded })
}

// FTS5Clue returns the MATCH expression of the rows of which a clue may be true, for a table as Query.FTS5 has it whose
// rows are of Indexed; "" if the query does not ask for it. Rows that do not match the query may be among them.
func (q Query) FTS5Clue(clue Clues) string {
	wanted := q.wanted()
	var each []string
	switch clue {
	case Repeated:
		for _, term := range wanted {
			each = append(each, `"`+repeatMark+strings.Join(term.Tokens, `" AND "`+repeatMark)+`"`)
		}
		return "(" + strings.Join(each, ") OR (") + ")"
	case SomeAdjacent, AllAdjacent:
		for i := 1; i < len(wanted); i++ {
			each = append(each, `"`+strings.Join(slices.Concat(wanted[i-1].Tokens, wanted[i].Tokens), " ")+`"`)
		}
		if clue == SomeAdjacent {
			return strings.Join(each, " OR ")
		}
		if len(each) < 2 { // as SomeAdjacent
			return ""
		}
		return strings.Join(each, " AND ")
	case AllLetters:
		if q.stemmed() == 0 {
			return ""
		}
		for _, term := range wanted {
			each = append(each, Term{Tokens: term.Tokens}.fts5())
		}
		return strings.Join(each, " AND ")
	case SomeLetters:
		if q.stemmed() < 2 || q.unstemmed { // as AllLetters, or true of all
			return ""
		}
		for _, term := range wanted {
			if len(term.Stems) > 0 {
				each = append(each, Term{Tokens: term.Tokens}.fts5())
			}
		}
		return "(" + strings.Join(each, " OR ") + ") AND (" + q.FTS5() + ")"
	default:
		return ""
	}
}

// AtMost returns what the score of a row that matches does not exceed, by its length and clues. The query must be Bounded.
func (q Query) AtMost(length int, clues Clues) int64 {
	once := saturate(1, length)
	often := once
	switch {
	case clues&Repeated != 0 && length >= MaxLength:
		often = saturate(maxCount, length)
	case clues&Repeated != 0:
		often = saturate(max(1, length), length)
	}
	missing := 0 // how many words are found by their stems at least
	switch {
	case clues&SomeLetters == 0:
		missing = q.stemmed()
	case clues&AllLetters == 0:
		missing = min(1, q.stemmed())
	}
	var score int64
	pairs := q.pairs() - int64(missing) // each that is missing stands next to none
	for _, term := range q.wanted() {
		switch {
		case len(term.Stems) == 0:
			score += often * term.weight() / 2
		case missing > 0:
			missing--
			score += once / 2
		default:
			score += often*term.weight()/2 + q.best()
		}
	}
	switch {
	case clues&SomeAdjacent == 0:
		pairs = 0
	case clues&AllAdjacent == 0:
		pairs = min(pairs, q.pairs()-1)
	}
	score += often * max(0, pairs)
	return max(1, score)
}

func (q Query) wanted() []Term {
	return slices.DeleteFunc(slices.Clone(q.terms), func(t Term) bool { return t.Excluded })
}

// pairs is how many terms come after another.
func (q Query) pairs() int64 { return int64(len(q.wanted()) - 1) }

// stemmed is how many terms can be found by their stems.
func (q Query) stemmed() (count int) {
	for i := range q.terms {
		if len(q.terms[i].Stems) > 0 {
			count++
		}
	}
	return count
}
