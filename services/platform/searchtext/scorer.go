package searchtext

import "strings"

// Scorer scores many stored rows for one query, one after the other. It is for one goroutine.
type Scorer struct {
	query  Query
	tokens []string
	stems  string
}

// Scorer returns a scorer.
func (q Query) Scorer() *Scorer { return &Scorer{query: q} }

// Score is Query.Score of a stored form or an entry. A row's stems are looked through only for a word that it does not
// have.
func (s *Scorer) Score(stored string) int64 {
	s.stems = ""
	if at := strings.Index(stored, stemMark); at >= 0 {
		stored, s.stems = stored[:at], stored[at:]
	}
	s.tokens = s.tokens[:0]
	for {
		end := strings.IndexByte(stored, ' ')
		if end < 0 {
			break
		}
		if end > 0 {
			s.tokens = append(s.tokens, stored[:end])
		}
		stored = stored[end+1:]
	}
	if stored != "" {
		s.tokens = append(s.tokens, stored)
	}
	return s.query.score(s.tokens, s.hasStem)
}

// hasStem looks for the stems of a term. They begin with a mark that stands nowhere else, so what is found is the
// beginning of a stem; it must be the whole.
func (s *Scorer) hasStem(term *Term) bool {
	for _, stem := range term.Stems {
		for rest := s.stems; ; {
			at := strings.Index(rest, stem)
			if at < 0 {
				break
			}
			rest = rest[at+len(stem):]
			if rest == "" || rest[0] == ' ' {
				return true
			}
		}
	}
	return false
}
