package searchtext

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
	return q.score(tokenRow{q.terms, tokens, stems})
}

// row is what is scored. Terms are those of the query, by their place in it.
type row interface {
	// length is the number of tokens, stems not counted.
	length() int
	// count returns how often a term occurs, and how often right after another; -1 is none.
	count(term, previous int) (count, adjacent int)
	occurs(term int) bool
	// hasStem tells whether the row has one of the stems of a term.
	hasStem(term int) bool
}

// score scores a row.
func (q Query) score(r row) int64 {
	var score int64
	previous, length := -1, r.length() // the wanted term before this one, if it was found by its letters
	for i := range q.terms {
		term := &q.terms[i]
		if term.Excluded {
			if r.occurs(i) {
				return 0
			}
			continue
		}
		count, adjacent := r.count(i, previous)
		previous = i
		switch {
		case count > 0:
			score += saturate(count, length)*term.weight()/2 + saturate(adjacent, length)
			if len(term.Stems) > 0 {
				score += q.best()
			}
		case r.hasStem(i):
			score += saturate(1, length) / 2
			previous = -1
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

// saturate is f of the comment on Score.
func saturate(count, length int) int64 {
	n, l := int64(min(count, maxCount)), int64(min(length, maxCount))
	return scoreUnit * saturation * n / (1000*n + lengthBase + lengthSlope*l)
}
