package domain

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// Scores of ResolveEntities, in hundredths, as its proto says.
const (
	scoreExact  = 100
	scoreAlias  = 95
	scoreFolded = 90
	scoreWords  = 85 // all words, in another order; of some, in proportion
)

// maxFolded is how many bytes of a folded name are kept as they are: what is
// longer is known by its hash, so that any index holds it.
const maxFolded = 200

// NameQuery is a text that may name an entity.
type NameQuery struct {
	// Text is the text as it came, without the white space around it.
	Text string
	// Folded is its key. See FoldName.
	Folded string
	// Words are its different words, folded, in order.
	Words []string
}

// NewNameQuery reads a text; one without a letter or digit has no Words.
func NewNameQuery(text string) NameQuery {
	text = strings.TrimSpace(text)
	return NameQuery{Text: text, Folded: FoldName(text), Words: NameWords(text)}
}

// FoldName is the same for names that differ in case, accents and punctuation
// only; empty for a text without words.
func FoldName(name string) string {
	folded := searchtext.Stored(name)
	if len(folded) <= maxFolded {
		return folded
	}
	return "sha256 " + sourcetext.HashOf(folded)
}

// NameWords are the different words of a name, folded, in order.
func NameWords(name string) []string {
	words := searchtext.Tokens(name)
	slices.Sort(words)
	return slices.Compact(words)
}

// Fit is how well an entity fits a text.
type Fit struct {
	// Hundredths is the score, from 1 to 100.
	Hundredths int
	// Text is the name or identifier that fits best.
	Text string
}

// Score is the score as a decimal with two places.
func (f Fit) Score() string {
	return fmt.Sprintf("%d.%02d", f.Hundredths/100, f.Hundredths%100)
}

// Fit compares an entity with a text; ok is false if nothing of it fits. It is a
// function of both alone. Of names that fit equally the first counts.
func (e Entity) Fit(query NameQuery) (best Fit, ok bool) {
	schemes := make([]string, 0, len(e.Identifiers))
	for scheme := range e.Identifiers {
		schemes = append(schemes, scheme)
	}
	slices.Sort(schemes)
	for _, scheme := range schemes {
		if e.Identifiers[scheme] == query.Text {
			return Fit{scoreExact, query.Text}, true
		}
	}
	for i, name := range e.AllNames() {
		if score := fitName(name, i == 0, query); score > best.Hundredths {
			best = Fit{score, name}
		}
	}
	return best, best.Hundredths > 0
}

func fitName(name string, display bool, query NameQuery) int {
	switch {
	case display && norm.NFC.String(name) == norm.NFC.String(query.Text):
		return scoreExact
	case norm.NFC.String(name) == norm.NFC.String(query.Text):
		return scoreAlias
	case FoldName(name) == query.Folded:
		return scoreFolded
	}
	words, common := NameWords(name), 0
	for _, word := range query.Words {
		if _, found := slices.BinarySearch(words, word); found {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return max(1, scoreWords*2*common/(len(words)+len(query.Words)))
}
