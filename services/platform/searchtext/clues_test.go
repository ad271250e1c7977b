package searchtext_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// clueWords are those of one check each, so that queries and rows meet: forms of words with stems in every language ("wall"),
// in none ("7"), in all but one ("எங்கள்" in Tamil, "leri" in Turkish), and with two in one ("está" in Finnish).
var (
	clueWords = [][]string{
		{"wall", "walls", "7"},
		{"wall", "walls", "border", "borders", "and", "3.5"},
		{"எங்கள் கதை கதை", "எங்கள் கதைகள்"},
		{"leri ev ev", "leri evleri"},
		{"wall", "leri", "எங்கள்", "கதைகள்", "está", "esta", "!"},
	}
	clueLanguages = []string{"en", "ta", "tr"}
)

// clueQuery has words, mostly as they are, some twice.
func clueQuery(t *rapid.T, words []string) (query searchtext.Query, ok bool) {
	terms := rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "terms")
	for i := range terms {
		switch rapid.IntRange(0, 11).Draw(t, "as") {
		case 9:
			terms[i] = `"` + terms[i] + " " + words[0] + `"`
		case 10:
			terms[i] = "-" + terms[i]
		case 11:
			terms[i] = `-"` + words[0] + `"*`
		}
	}
	query, err := searchtext.ParseQuery(strings.Join(terms, " "))
	if rapid.IntRange(0, 4).Draw(t, "plain") < 4 {
		query = query.Stemmed(rapid.SampledFrom(append([]string{"", "", ""}, clueLanguages...)).Draw(t, "stems"))
	}
	return query, err == nil
}

// clueEntry has parts of some languages, or of none. It may be longer than AtMost tells apart, and parts may be empty.
func clueEntry(t *rapid.T, words, languages []string) string {
	parts := make([]searchtext.Part, rapid.IntRange(1, 3).Draw(t, "parts"))
	for i := range parts {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 6).Draw(t, "part"), " ")
		parts[i].Text = strings.Repeat(text+" ", rapid.SampledFrom([]int{1, 1, 1, 2, 100}).Draw(t, "times"))
		parts[i].LanguageCode = rapid.SampledFrom(append(languages, "", "ja")).Draw(t, "language")
	}
	return searchtext.Entry(parts...)
}

// No row scores more than its length and what an index tells of it allow, whichever of its clues are asked for. Rows are
// long and short, clues that the index was not asked for stand, and it is asked with the stems of its languages, while
// the score is that of the whole query.
func TestPropertyCluesBoundTheScore(t *testing.T) {
	x := newIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SampledFrom(clueWords).Draw(t, "words")
		query, ok := clueQuery(t, words)
		if !ok {
			return
		}
		must.True(t, query.Bounded())
		languages := rapid.SampledFrom([][]string{{"ta", "tr"}, {"ta"}, {"tr"}, {"en"}, {"en", "tr"}, nil}).Draw(t, "languages")
		within, entry := query.Within(languages), clueEntry(t, words, languages)
		x.putEntry(t, searchtext.Indexed(entry))
		score := query.Scorer().Score(entry)
		must.Equal(t, score, query.Score(searchtext.StoredTokens(entry)))
		must.Equal(t, x.matches(t, within), score > 0)
		if score == 0 {
			return
		}
		clues := searchtext.AnyClue
		for _, clue := range searchtext.AllClues {
			if expression := within.FTS5Clue(clue); expression != "" && rapid.Bool().Draw(t, "ask") && !x.matchesExpression(t, expression) {
				clues &^= clue
			}
		}
		length := searchtext.Length(entry)
		must.True(t, score <= query.AtMost(min(length, searchtext.MaxLength), clues), "%d of %q, %b", score, entry, clues)
	})
}

// A word that has stems, but none in the languages of the index, is found by its letters without being asked for.
func TestAWordWithoutAStemInTheIndexIsFoundByItsLetters(t *testing.T) {
	query := must.Get(searchtext.ParseQuery("எங்கள் கதை நூல்"))(t).Stemmed("")
	within := query.Within([]string{"ta"})
	must.True(t, within.FTS5Clue(searchtext.AllLetters) != "")
	must.Equal(t, within.FTS5Clue(searchtext.SomeLetters), "")
	must.Equal(t, within.Within([]string{"ta"}).FTS5Clue(searchtext.SomeLetters), "")
	must.True(t, query.Within([]string{"ta", "en"}).FTS5Clue(searchtext.SomeLetters) != "")
}

// What is said of a row of which all is known is its score.
func TestAtMostIsTheScoreOfASimpleRow(t *testing.T) {
	const letters = searchtext.AllLetters | searchtext.SomeLetters
	for _, test := range []struct {
		query, row string
		clues      searchtext.Clues
	}{
		{"wall", "one wall here", letters},
		{"walled", "walls", 0},
		{"wall border", "a wall with a border", letters},
		{"wall border", "a wall border", letters | searchtext.SomeAdjacent | searchtext.AllAdjacent},
		{"a wall border", "a wall or border", letters | searchtext.SomeAdjacent},
		{"wall border", "borders of a wall", searchtext.SomeLetters},
		{"wall border", "borders of walls", 0},
		{`"wall border" 7`, "a wall border and 7", letters},
	} {
		query := must.Get(searchtext.ParseQuery(test.query))(t).Stemmed("en")
		entry := searchtext.Entry(searchtext.Part{Text: test.row, LanguageCode: "en"})
		must.Equal(t, query.AtMost(searchtext.Length(entry), test.clues), query.Score(searchtext.StoredTokens(entry)))
	}
}
