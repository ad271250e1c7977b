package workload

import (
	"math/rand/v2"
	"strings"
)

// vocabulary is how many words there are to say. Their frequencies fall as
// those of a language do (Zipf).
const vocabulary = 2000

var (
	onsets = []string{"b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "st", "tr", "pl"}
	vowels = []string{"a", "e", "i", "o", "u", "ai", "ou"}
)

// word is the n-th word: short ones first, as in a language.
func word(n int) string {
	var w strings.Builder
	for n++; n > 0; {
		n--
		w.WriteString(onsets[n%len(onsets)])
		n /= len(onsets)
		w.WriteString(vowels[n%len(vowels)])
		n /= len(vowels)
	}
	return w.String()
}

// speech makes sentences.
type speech struct {
	random *rand.Rand
	ranks  *rand.Zipf
}

func newSpeech(seed uint64) *speech {
	random := rand.New(rand.NewPCG(seed, 20231118))
	return &speech{random: random, ranks: rand.NewZipf(random, 1.1, 8, vocabulary-1)}
}

// sentence is 12 to 24 words without punctuation.
func (s *speech) sentence() string {
	words := make([]string, 12+s.random.IntN(13))
	for i := range words {
		words[i] = word(int(s.ranks.Uint64()))
	}
	return strings.Join(words, " ")
}

// Query is the two words of the search: common enough that there is something
// to rank, rare enough that it is not everything.
func Query() string { return word(12) + " " + word(20) }
