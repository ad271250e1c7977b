package domain

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/places"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// SearchParts returns the texts that the figure is found by; a phrase never spans two of them. metric is that of the
// figure, empty if it is not on record. Only the names of the metric are known to be English: they have stems.
func (f *Figure) SearchParts(metric *Metric) []searchtext.Part {
	var parts []searchtext.Part
	seen := map[string]bool{}
	add := func(text, language string) {
		if text != "" && !seen[text] {
			seen[text] = true
			parts = append(parts, searchtext.Part{Text: text, LanguageCode: language})
		}
	}
	for _, text := range f.printedTexts() {
		add(text, "")
	}
	add(f.Comment, "")
	add(f.CountedObject, "")
	for _, name := range differentNames(metric.names()) {
		add(name, wordLanguage)
	}
	for _, id := range slices.Sorted(maps.Keys(f.Dimensions)) {
		if !metric.isPlace(id) {
			continue
		}
		if place, found := places.WithCode(f.Dimensions[id]); found {
			for _, name := range differentNames(place.Names()) {
				add(name, "")
			}
		}
	}
	return parts
}

// differentNames leaves out the names whose words another one has in their order: what is called by many names that are much
// alike would else be found before what says the word once.
func differentNames(names []string) (different []string) {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var kept []string
	for _, name := range names {
		words := " " + searchtext.Stored(name) + " "
		if !slices.ContainsFunc(kept, func(other string) bool { return strings.Contains(other, words) }) {
			kept, different = append(kept, words), append(different, name)
		}
	}
	return different
}

// printed is what the source prints of the figure, other amounts too.
func (f *Figure) printed() (all []*Reported) {
	if f.Reported != nil {
		all = append(all, f.Reported)
	}
	for i := range f.Alternates {
		if f.Alternates[i].Reported != nil {
			all = append(all, f.Alternates[i].Reported)
		}
	}
	return all
}

// printedTexts are the passages in which spans stand and what is printed whole, as far as they are kept. Then comes what
// stands in none of them of each unit, number and multiplier, as "3" does not in "2023": in one piece, since the amount of
// a text that is withheld is looked for as a phrase.
func (f *Figure) printedTexts() (texts []string) {
	var kept []string // their words
	stands := func(text string) bool {
		words := " " + searchtext.Stored(text) + " "
		return strings.TrimSpace(words) == "" || slices.ContainsFunc(kept, func(other string) bool { return strings.Contains(other, words) })
	}
	keep := func(text string) {
		texts, kept = append(texts, text), append(kept, " "+searchtext.Stored(text)+" ")
	}
	all := f.printed()
	for _, reported := range all {
		for _, text := range passagesOf(reported.Spans) {
			keep(text)
		}
	}
	for _, reported := range all {
		if !stands(reported.Text) {
			keep(reported.Text)
		}
	}
	for _, reported := range all {
		amount := slices.DeleteFunc([]string{reported.UnitSymbol, reported.NumberText, reported.MultiplierText}, stands)
		if len(amount) > 0 {
			keep(strings.Join(amount, " "))
		}
	}
	return texts
}

// passage is a piece of a text that begins at a code point.
type passage struct {
	start int
	text  []rune
}

func (p passage) end() int { return p.start + len(p.text) }

// passagesOf puts what is kept of spans together, their words and the context of these: what touches or overlaps is one
// passage.
func passagesOf(spans []Span) (texts []string) {
	var pieces []passage
	for _, span := range spans {
		prefix, suffix := []rune(span.Prefix), []rune(span.Suffix)
		for _, piece := range []passage{{span.Start - len(prefix), prefix}, {span.Start, []rune(span.Exact)}, {span.End, suffix}} {
			if len(piece.text) > 0 {
				pieces = append(pieces, piece)
			}
		}
	}
	slices.SortStableFunc(pieces, func(a, b passage) int { return cmp.Compare(a.start, b.start) })
	var whole []passage
	for _, piece := range pieces {
		if len(whole) == 0 || piece.start > whole[len(whole)-1].end() {
			whole = append(whole, passage{piece.start, slices.Clone(piece.text)})
			continue
		}
		last := &whole[len(whole)-1]
		if piece.end() > last.end() {
			last.text = append(last.text, piece.text[last.end()-piece.start:]...)
		}
	}
	for _, passage := range whole {
		texts = append(texts, string(passage.text))
	}
	return texts
}

// isPlace says whether the codes of a dimension are those of places: its role says so, which may be its id, or its code list.
func (m *Metric) isPlace(id string) bool {
	role, list := Dimension{ID: id}.Meaning(), ""
	for _, dimension := range m.Dimensions {
		if dimension.ID == id {
			role, list = dimension.Meaning(), dimension.CodeList
		}
	}
	return slices.Contains([]string{"REF_AREA", "COUNTERPART_AREA", "REPORTER"}, role) ||
		slices.Contains([]string{places.ISO3166Alpha2, places.ISO3166Alpha3, places.M49}, list)
}
