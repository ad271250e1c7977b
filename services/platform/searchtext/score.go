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

// Score returns how well a row with these tokens answers the query; greater is better, 0 means that it does not match.
// It is a pure function of row and query in integers, so it is the same on every engine and at every read time.
//
// It is Okapi BM25 (Robertson and Zaragoza, 2009) without corpus statistics: no inverse document frequency, and a fixed
// usual length of 100 tokens in place of the average. For a term that occurs n times in a row of length L,
//
//	f(n) = 10^6 · 2200·n / (1000·n + 300 + 9·L)
//
// which grows with n ever more slowly (k = 1.2) and falls with L (b = 0.75). The score is the sum of
//
//   - f(n) · (2t − 1) for each wanted term of t tokens, half of it for a prefix: a phrase counts more than its words;
//   - f(n) for each two wanted terms in a row that stand next to each other n times: the phrase bonus.
func (q Query) Score(tokens []string) int64 {
	if !q.Matches(tokens) {
		return 0
	}
	var score int64
	var previous map[int]bool // where the wanted term before this one ends
	for _, term := range q.terms {
		if term.Excluded {
			continue
		}
		ends := make(map[int]bool)
		count, adjacent := 0, 0
		for i := range tokens {
			if term.matchesAt(tokens, i) {
				count++
				ends[i+len(term.Tokens)] = true
				if previous[i] {
					adjacent++
				}
			}
		}
		weight := int64(2 * (2*len(term.Tokens) - 1))
		if term.Prefix {
			weight /= 2
		}
		score += saturate(count, len(tokens))*weight/2 + saturate(adjacent, len(tokens))
		previous = ends
	}
	return max(1, score)
}

// saturate is f of the comment on Score.
func saturate(count, length int) int64 {
	n, l := int64(min(count, maxCount)), int64(min(length, maxCount))
	return scoreUnit * saturation * n / (1000*n + lengthBase + lengthSlope*l)
}
