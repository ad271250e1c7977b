package searchtext

import "strings"

// The constants of Score, in thousandths where BM25 has fractions.
const (
	// scoreUnit is what one occurrence-saturated single word is worth at most, before the factor k+1.
	scoreUnit = 1_000_000
	// saturation is k + 1 with k = 1.2: the limit that repeated occurrences approach.
	saturation = 2200
	// lengthBase is k·(1−b) and lengthSlope is k·b/100 with b = 0.75, for a usual length of 100 tokens.
	lengthBase  = 300
	lengthSlope = 9
	// maxCount bounds counts and lengths so that no product can overflow.
	maxCount = 1_000_000
)

// MaxScore is what no score reaches: that of MaxTerms terms of MaxQueryTokens tokens, all matched as well as can be.
const MaxScore = (MaxTerms + 1) * (2*MaxQueryTokens + MaxTerms) * scoreUnit * saturation / 1000

// Score returns how well a row with these tokens answers the query; greater is better, 0 means that it does not match.
// It is a pure function of row and query in integers, so it is the same on every engine and at every read time.
//
// It is Okapi BM25 (Robertson and Zaragoza, 2009) without corpus statistics: no inverse document frequency, and a fixed
// usual length of 100 tokens in place of the average. For a term that occurs n times in a row of length L, stems not
// counted,
//
//	f(n) = 10^6 · 2200·n / (1000·n + 300 + 9·L)
//
// which grows with n ever more slowly (k = 1.2) and falls with L (b = 0.75). The score is the sum of
//
//   - f(n) · (2t − 1) for each wanted term of t tokens, half of it for a prefix: a phrase counts more than its words;
//   - f(1) / 2 for a word that is found by its stem alone;
//   - f(n) for each two wanted terms in a row that stand next to each other n times: the phrase bonus;
//   - in a query with stems, for each word that is found by its letters, more than all of the above can come to: a row
//     that has more of the words as they were typed always comes first.
func (q Query) Score(entry []string) int64 {
	tokens, stems := split(entry)
	return q.score(tokens, func(term *Term) bool { return term.hasStem(stems) })
}

// score scores the tokens of a row; hasStem tells whether it has one of the stems of a term.
func (q Query) score(tokens []string, hasStem func(*Term) bool) int64 {
	var score int64
	var previous *Term // the wanted term before this one, if it was found by its letters
	for i := range q.terms {
		term := &q.terms[i]
		if term.Excluded {
			if term.occurs(tokens) {
				return 0
			}
			continue
		}
		count, adjacent := term.count(tokens, previous)
		previous = term
		switch {
		case count > 0:
			score += saturate(count, len(tokens))*term.weight()/2 + saturate(adjacent, len(tokens))
			if len(term.Stems) > 0 {
				score += q.best()
			}
		case hasStem(term):
			score += saturate(1, len(tokens)) / 2
			previous = nil
		default:
			return 0
		}
	}
	if len(q.terms) == 0 {
		return 0
	}
	return max(1, score)
}

// weight is twice what one occurrence counts.
func (t *Term) weight() int64 {
	weight := int64(2 * (2*len(t.Tokens) - 1))
	if t.Prefix {
		weight /= 2
	}
	return weight
}

// best is more than what all terms and bonuses can come to.
func (q Query) best() int64 {
	var weights int64
	for i := range q.terms {
		if !q.terms[i].Excluded {
			weights += q.terms[i].weight()/2 + 2
		}
	}
	return weights * scoreUnit * saturation / 1000
}

// count returns how often the term occurs, and how often right after another.
func (t *Term) count(tokens []string, previous *Term) (count, adjacent int) {
	for i := range tokens {
		if !t.matchesAt(tokens, i) {
			continue
		}
		count++
		if previous != nil && i >= len(previous.Tokens) && previous.matchesAt(tokens, i-len(previous.Tokens)) {
			adjacent++
		}
	}
	return count, adjacent
}

// hasStem reports whether one of the stems is one of the term's.
func (t *Term) hasStem(stems []string) bool {
	for _, want := range t.Stems {
		for _, stem := range stems {
			if stem == want {
				return true
			}
		}
	}
	return false
}

func (t *Term) occurs(tokens []string) bool {
	for i := range tokens {
		if t.matchesAt(tokens, i) {
			return true
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

// saturate is f of the comment on Score.
func saturate(count, length int) int64 {
	n, l := int64(min(count, maxCount)), int64(min(length, maxCount))
	return scoreUnit * saturation * n / (1000*n + lengthBase + lengthSlope*l)
}
