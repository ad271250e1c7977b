package searchtext

import "strings"

// Scorer scores many stored rows for one query, one after the other. It is for one goroutine.
type Scorer struct {
	query Query
	row   storedRow
}

// Scorer returns a scorer.
func (q Query) Scorer() *Scorer {
	s := &Scorer{query: q, row: storedRow{terms: q.terms, texts: make([]string, len(q.terms)), last: make([]int, len(q.terms))}}
	for i, term := range q.terms {
		s.row.texts[i] = strings.Join(term.Tokens, " ")
	}
	return s
}

// Score is Query.Score of a stored form or an entry.
func (s *Scorer) Score(stored string) int64 {
	s.row.stems = ""
	if at := strings.Index(stored, stemMark); at >= 0 {
		stored, s.row.stems = stored[:at], stored[at:]
	}
	stored = strings.TrimSuffix(stored, " ")
	if strings.HasPrefix(stored, " ") || strings.HasSuffix(stored, " ") || strings.Contains(stored, "  ") {
		stored = strings.Join(strings.Fields(stored), " ") // a part without words
	}
	s.row.tokens = stored
	return s.query.score(&s.row)
}

// storedRow is a row as it is stored: its tokens with one space between two, and its stems. It is not cut into tokens:
// the terms are looked for in it, and a row's stems only for a word that it does not have.
type storedRow struct {
	terms         []Term
	texts         []string // of the terms
	last          []int    // which stem of each term was found last: most rows are of one language
	tokens, stems string
}

func (r *storedRow) length() int {
	if r.tokens == "" {
		return 0
	}
	return strings.Count(r.tokens, " ") + 1
}

func (r *storedRow) count(term, previous int) (count, adjacent int) {
	for from := 0; ; {
		at := r.find(term, from)
		if at < 0 {
			return count, adjacent
		}
		count++
		if previous >= 0 && r.endsBefore(previous, at) {
			adjacent++
		}
		from = at + 1
	}
}

func (r *storedRow) occurs(term int) bool { return r.find(term, 0) >= 0 }

// find returns where a term stands next, at a byte or behind it, -1 if it does not.
func (r *storedRow) find(term, from int) int {
	for text := r.texts[term]; ; {
		at := strings.Index(r.tokens[from:], text)
		if at < 0 {
			return -1
		}
		if from += at; r.standsAt(term, from) {
			return from
		}
		from++
	}
}

// standsAt reports whether a term stands at a byte.
func (r *storedRow) standsAt(term, at int) bool {
	if at > 0 && r.tokens[at-1] != ' ' {
		return false
	}
	rest, found := strings.CutPrefix(r.tokens[at:], r.texts[term])
	return found && (r.terms[term].Prefix || rest == "" || rest[0] == ' ')
}

// endsBefore reports whether a term stands right before the token that begins at a byte.
func (r *storedRow) endsBefore(term, at int) bool {
	start := at
	for range r.terms[term].Tokens {
		if start == 0 {
			return false
		}
		start = strings.LastIndexByte(r.tokens[:start-1], ' ') + 1
	}
	return r.standsAt(term, start)
}

// hasStem looks for the stems of a term. They begin with a mark that stands nowhere else, so what is found is the
// beginning of a stem; it must be the whole.
func (r *storedRow) hasStem(term int) bool {
	stems := r.terms[term].Stems
	for i := range stems {
		if at := (r.last[term] + i) % len(stems); r.hasOne(stems[at]) {
			r.last[term] = at
			return true
		}
	}
	return false
}

func (r *storedRow) hasOne(stem string) bool {
	for rest := r.stems; ; {
		at := strings.Index(rest, stem)
		if at < 0 {
			return false
		}
		rest = rest[at+len(stem):]
		if rest == "" || rest[0] == ' ' {
			return true
		}
	}
}
