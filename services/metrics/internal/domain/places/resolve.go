package places

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// How is the way in which a text was found, as the proto's enum has it.
type How string

// The ways.
const (
	ByCode      How = "CODE"
	ByName      How = "NAME"
	ByAlias     How = "ALIAS"
	ByAdjective How = "ADJECTIVE"
	ByFormer    How = "FORMER"
)

// Scores in hundredths: how much a way of being found says, less for what is rarely meant, and how much of it a kind of place keeps.
const (
	partScore     = 40 // only some words of the name
	otherCaseKeep = 90
	dottedKeep    = 50 // "L.A." is an abbreviation of something, and hardly the code of Laos
)

var (
	howScores = map[How]int{ByCode: 100, ByName: 100, ByAlias: 90, ByAdjective: 80, ByFormer: 60}
	kindKeeps = map[Kind]int{World: 100, Country: 100, Region: 90, FormerCountry: 110, Subdivision: 60}
)

// MaxCandidates is how many candidates Resolve returns at most.
const MaxCandidates = 20

// Candidate is a place that a text may mean.
type Candidate struct {
	Place Place
	How   How
	// Hundredths is the score, from 1 to 100.
	Hundredths int
}

// entry is one text that a place is found by.
type entry struct {
	place *Place
	how   How
}

// index is what places are found by.
type index struct {
	codes map[string][]entry // in capitals
	names map[string][]entry // folded
	words map[string][]*Place
}

// Resolve returns the places that a text may mean, the most likely first, then by id. A text that is no code and no whole name finds the
// places whose name has all its words. It is empty for a text without a letter or digit.
func Resolve(text string) []Candidate {
	given := strings.TrimSpace(text)
	text = withoutDots(given)
	folded := searchtext.Stored(text)
	if folded == "" {
		return nil
	}
	best := map[*Place]Candidate{}
	offer := func(e entry, score int) {
		score = max(1, min(100, score*kindKeeps[e.place.Kind]/100))
		if score > best[e.place].Hundredths {
			best[e.place] = Candidate{*e.place, e.how, score}
		}
	}
	x := indexes()
	for _, e := range x.codes[strings.ToUpper(text)] {
		score := howScores[e.how]
		if text != strings.ToUpper(text) {
			score = score * otherCaseKeep / 100
		}
		if text != given && len(text) == 2 {
			score = score * dottedKeep / 100
		}
		offer(e, score)
	}
	for _, e := range x.names[folded] {
		offer(e, howScores[e.how])
	}
	if len(best) == 0 {
		for _, p := range x.withWords(folded) {
			offer(entry{p, ByAlias}, partScore)
		}
	}
	candidates := make([]Candidate, 0, len(best))
	for _, c := range best {
		candidates = append(candidates, c)
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Hundredths, a.Hundredths), strings.Compare(a.Place.ID, b.Place.ID))
	})
	return candidates[:min(len(candidates), MaxCandidates)]
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// withoutDots writes letters with dots as the code or name that they are short for: "U.S." as "US". Other texts stay as they are.
func withoutDots(text string) string {
	parts := strings.Split(strings.TrimSuffix(strings.Join(strings.Fields(text), ""), "."), ".")
	if len(parts) < 2 || slices.ContainsFunc(parts, func(part string) bool { return len(part) == 0 || len(part) > 2 || strings.Trim(part, letters) != "" }) {
		return text
	}
	return strings.Join(parts, "")
}

// withWords returns the places whose names have all words of a text.
func (x *index) withWords(folded string) (found []*Place) {
	words := searchtext.StoredTokens(folded)
	for _, p := range x.words[words[0]] {
		if !slices.ContainsFunc(words[1:], func(word string) bool { return !slices.Contains(x.words[word], p) }) {
			found = append(found, p)
		}
	}
	return found
}

// indexes files all places once.
var indexes = sync.OnceValue(func() *index {
	x := &index{codes: map[string][]entry{}, names: map[string][]entry{}, words: map[string][]*Place{}}
	for _, p := range table().places {
		x.file(p)
	}
	return x
})

func (x *index) file(p *Place) {
	code, name := ByCode, ByName
	alias := ByAlias
	if p.Kind == FormerCountry {
		code, name, alias = ByFormer, ByFormer, ByFormer
	}
	for _, c := range []string{p.Code, p.Alpha3, p.M49, p.Wikidata} {
		x.code(c, entry{p, code})
	}
	for _, c := range p.FormerCodes {
		x.code(c, entry{p, ByFormer})
	}
	x.name(p.Name, entry{p, name})
	for _, other := range p.Aliases {
		x.name(withoutDots(other), entry{p, alias})
	}
	for _, adjective := range p.Adjectives {
		x.name(adjective, entry{p, ByAdjective})
	}
	if len(p.Successors) == 1 { // under another name it is the same country, or a part of it
		successor := entry{table().byID[p.Successors[0]], ByFormer}
		for _, former := range append([]string{p.Name}, p.Aliases...) {
			x.name(former, successor)
		}
	}
}

func (x *index) code(code string, e entry) {
	if code != "" {
		x.codes[code] = append(x.codes[code], e)
	}
}

func (x *index) name(name string, e entry) {
	folded := searchtext.Stored(name)
	x.names[folded] = append(x.names[folded], e)
	for _, word := range searchtext.StoredTokens(folded) {
		if e.how != ByAdjective && !slices.Contains(x.words[word], e.place) {
			x.words[word] = append(x.words[word], e.place)
		}
	}
}
