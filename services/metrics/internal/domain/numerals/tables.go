package numerals

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

//go:embed multipliers.tsv
var multipliersTSV string

//go:embed multipliers_more.tsv
var moreTSV string

//go:embed numbers.tsv
var numbersTSV string

// tables is what the embedded files say, by the words in lower case.
type tables struct {
	powers map[string][]int
	words  map[string][]decimal.Decimal
	err    error
}

// table reads the embedded files once. That they have no error is tested.
var table = sync.OnceValue(func() *tables {
	t := &tables{powers: map[string][]int{}, words: map[string][]decimal.Decimal{}}
	t.err = t.load()
	return t
})

func (t *tables) load() error {
	for _, text := range []string{multipliersTSV, moreTSV} {
		err := eachWord(text, func(word, text string) error {
			power, err := strconv.Atoi(text)
			t.powers[word] = append(t.powers[word], power)
			return err
		})
		if err != nil {
			return err
		}
	}
	return eachWord(numbersTSV, func(word, text string) error {
		number, err := decimal.Parse(text)
		t.words[word] = append(t.words[word], number)
		return err
	})
}

// eachWord calls a function with every word of a file and everything that it may be, which is in the first column of its line.
func eachWord(text string, do func(word, value string) error) error {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		values, words, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for word := range strings.SplitSeq(words, "|") {
			if word != folded(word) {
				return fmt.Errorf("%q is not as words are looked up", word)
			}
			for value := range strings.SplitSeq(values, ",") {
				if err := do(word, value); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// folded is the same for words that differ in case, white space and a last dot only.
func folded(word string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(word), " "), "."))
}
