package searchtext_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var (
	clueTexts = rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"walls", "wall", "borders", "border", "7", "and", "3.5"}), 1, 10),
		func(words []string) string { return strings.Join(words, " ") })
	clueTerms = rapid.SampledFrom([]string{"wall", "walled", "border", "7", "3.5", `"wall border"`, `"wall wall"`, "-and", "-bor*"})
)

// No row scores more than its length and what an index tells of it allow, whichever of its clues are asked for. Rows are
// long and short, and clues that the index was not asked for stand.
func TestPropertyCluesBoundTheScore(t *testing.T) {
	x := newIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		query, err := searchtext.ParseQuery(strings.Join(rapid.SliceOfN(clueTerms, 1, 4).Draw(t, "terms"), " "))
		if err != nil {
			return
		}
		if query = query.Stemmed("en"); rapid.Bool().Draw(t, "no stems") {
			query = query.Within(nil)
		}
		must.True(t, query.Bounded())
		text := strings.Repeat(clueTexts.Draw(t, "row")+" ", rapid.SampledFrom([]int{1, 1, 1, 2, 100}).Draw(t, "times"))
		entry := searchtext.Entry(searchtext.Part{Text: text, LanguageCode: "en"})
		score := query.Score(searchtext.StoredTokens(entry))
		if score == 0 {
			return
		}
		x.putEntry(t, searchtext.Indexed(entry))
		clues := searchtext.AnyClue
		for _, clue := range searchtext.AllClues {
			if expression := query.FTS5Clue(clue); expression != "" && rapid.Bool().Draw(t, "ask") && !x.matchesExpression(t, expression) {
				clues &^= clue
			}
		}
		length := searchtext.Length(entry)
		must.True(t, score <= query.AtMost(min(length, searchtext.MaxLength), clues), "%d of %q, %b", score, entry, clues)
	})
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
