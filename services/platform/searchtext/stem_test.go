package searchtext_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// finds reports whether a query finds an entry of one text.
func finds(t must.TB, ask, queryLanguage, text, textLanguage string) bool {
	t.Helper()
	entry := searchtext.Entry(searchtext.Part{Text: text, LanguageCode: textLanguage})
	return query(t, ask).Stemmed(queryLanguage).Matches(searchtext.StoredTokens(entry))
}

func TestStemsFindOtherFormsOfAWord(t *testing.T) {
	for _, c := range []struct{ ask, text, language string }{
		{"promise", "He promised it", "en"}, {"promises", "We promise", "en-GB"}, {"taxes", "a tax", "EN-us"}, {"Haus", "die Häuser", "de"},
		{"Versprechen", "sie versprachen, versprechen", "de"}, {"électriques", "une voiture électrique", "fr"}, {"electrique", "les voitures électriques", "fr"},
		{"promesas", "una promesa", "es"}, {"promesse", "la promessa", "it"}, {"promessas", "uma promessa", "pt"}, {"обещания", "обещание", "ru"},
		{"новый", "новая школа", "ru"}, {"talot", "talo", "fi"}, {"løfter", "løfte", "nb"}, {"løfter", "løfte", "nn-NO"}, {"beloften", "belofte", "nl"},
	} {
		must.True(t, finds(t, c.ask, "", c.text, c.language), "%s in %s", c.ask, c.text)
		must.True(t, finds(t, c.ask, c.language, c.text, c.language), "%s in %s in %s", c.ask, c.text, c.language)
	}
}

func TestStemsStayInTheirLanguage(t *testing.T) {
	must.False(t, finds(t, "promise", "", "promised", ""), "no language, no stems")
	must.False(t, finds(t, "promise", "", "promised", "und"))
	must.False(t, finds(t, "promise", "", "promised", "ja"))
	must.False(t, finds(t, "promise", "", "promised", "english"))
	must.False(t, finds(t, "promise", "de", "promised", "en"), "the query is German")
	must.True(t, finds(t, "promise", "de", "promise", "en"), "the letters are the same")
	must.False(t, finds(t, "promise", "ja", "promised", "en"))
	must.True(t, finds(t, "promise", "ja", "promise", "en"))
}

// What is quoted, starred or excluded goes by the letters.
func TestOnlyPlainWordsHaveStems(t *testing.T) {
	must.False(t, finds(t, `"promise"`, "", "promised", "en"))
	must.False(t, finds(t, `"a promise"`, "", "a promised land", "en"))
	must.False(t, finds(t, "promises*", "", "promised", "en"))
	must.True(t, finds(t, "promis*", "", "promised", "en"))
	must.True(t, finds(t, "land -promise", "", "promised land", "en"))
	must.False(t, finds(t, "land-promises", "", "land promise", "en"), "several tokens are a phrase")
}

// A stem is no word: neither a query nor a prefix can name it.
func TestStemsAreNoWords(t *testing.T) {
	for _, ask := range []string{"promis", "§enpromis", "enpromis", "enprom*", "en*", "§*a", "promis§"} {
		q, err := searchtext.ParseQuery(ask)
		if err == nil {
			entry := searchtext.Entry(searchtext.Part{Text: "promised", LanguageCode: "en"})
			must.False(t, q.Matches(searchtext.StoredTokens(entry)), ask)
		}
	}
}

func TestEntryOfSeveralTexts(t *testing.T) {
	entry := searchtext.StoredTokens(searchtext.Entry(
		searchtext.Part{Text: "We keep promises.", LanguageCode: "en"}, searchtext.Part{Text: "Wir halten Versprechen", LanguageCode: "de"},
		searchtext.Part{Text: "约定"}))
	for ask, want := range map[string]bool{
		"promise": true, "versprechens": true, "keeping": true, "约定": true, `"promises wir"`: false, `"keep promises"`: true, "wir keep": true,
	} {
		must.True(t, query(t, ask).Stemmed("").Matches(entry) == want, ask)
	}
	must.Equal(t, searchtext.Entry(), "")
	must.Equal(t, searchtext.Entry(searchtext.Part{Text: "Ein Wort"}), searchtext.Stored("Ein Wort"))
}

// A row that has more of the words as they were typed comes first, however long
// it is, and a row's stems do not make it longer.
func TestScoreOfStems(t *testing.T) {
	score := func(ask, text, language string) int64 {
		entry := searchtext.Entry(searchtext.Part{Text: text, LanguageCode: language})
		return query(t, ask).Stemmed("").Score(searchtext.StoredTokens(entry))
	}
	filler := strings.Repeat(" und so weiter", 10_000)
	must.True(t, score("promise", "promise"+filler, "en") > score("promise", "promised", "en"))
	must.True(t, score("promise tax", "promise tax"+filler, "en") > score("promise tax", "promise taxes", "en"))
	must.True(t, score("promise tax", "promises tax"+filler, "en") > score("promise tax", "promises taxes", "en"))
	must.True(t, score("promise", "promised", "en") > score("promise", "promised"+filler, "en"), "shorter is better")
	must.Equal(t, score("promise", "we promise", "en"), score("promise", "we promise", ""))
	long := query(t, strings.Repeat("a ", 32)).Stemmed("")
	must.True(t, long.Score(strings.Fields(strings.Repeat("a ", 100))) < searchtext.MaxScore)
	phrase := query(t, `"`+strings.Repeat("a ", 225)+`" `+strings.Repeat("a ", 31)).Stemmed("")
	best := phrase.Score(strings.Fields(strings.Repeat("a ", 1000)))
	must.True(t, best > 0 && best < searchtext.MaxScore)
}

// More words than stems are remembered for have the stems that they have alone.
func TestStemsOfVeryManyWords(t *testing.T) {
	word := func(n int) string {
		letters := []byte("word")
		for range 4 {
			letters = append(letters, byte('a'+n%13))
			n /= 13
		}
		return string(letters) + "s"
	}
	entry := func() string {
		var words []string
		for n := range 28_000 {
			words = append(words, word(n))
		}
		return searchtext.Entry(searchtext.Part{Text: strings.Join(words, " "), LanguageCode: "en"})
	}
	first := entry()
	must.True(t, entry() == first, "the stems differ")
	for _, n := range []int{0, 13_999, 27_999} {
		must.True(t, strings.Contains(first+" ", " §en"+strings.TrimSuffix(word(n), "s")+" "), word(n))
	}
}

// stemQueries and stemTexts draw over words that are forms of each other.
func stemQueries() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"promise", "promised", "promises", "été", "étés", "tax*", "taxes", `"promised tax"`, "-taxes", "-étés", "中国", "x-y", "don't"})
	return rapid.Map(rapid.SliceOfN(word, 1, 4), func(words []string) string { return strings.Join(words, " ") })
}

func stemTexts() *rapid.Generator[searchtext.Part] {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"promise", "promised", "promising", "été", "ete", "tax", "taxes", "中国", "x-y", "dont"}), 0, 8)
	return rapid.Custom(func(t *rapid.T) searchtext.Part {
		return searchtext.Part{
			Text: strings.Join(words.Draw(t, "words"), " "), LanguageCode: rapid.SampledFrom([]string{"en", "fr", "de-AT", "", "zh"}).Draw(t, "language"),
		}
	})
}

func TestPropertyFTS5AgreesOnStems(t *testing.T) {
	x := newIndex(t)
	rapid.Check(t, func(t *rapid.T) {
		q, err := searchtext.ParseQuery(stemQueries().Draw(t, "query"))
		if err != nil {
			return
		}
		q = q.Stemmed(rapid.SampledFrom([]string{"", "en", "fr", "zh"}).Draw(t, "language"))
		entry := searchtext.Entry(rapid.SliceOfN(stemTexts(), 1, 3).Draw(t, "parts")...)
		x.putEntry(t, entry)
		tokens := searchtext.StoredTokens(entry)
		must.True(t, x.matches(t, q) == q.Matches(tokens), "%s on %q", q.FTS5(), entry)
		must.Equal(t, q.Scorer().Score(entry), q.Score(tokens))
		must.True(t, x.matches(t, q.Within(searchtext.StemLanguages(entry))) == q.Matches(tokens), "%s on %q", q.FTS5(), entry)
	})
}

// What a scorer saw before does not tell in what it scores.
func TestPropertyAScorerScoresRowByRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, err := searchtext.ParseQuery(stemQueries().Draw(t, "query"))
		if err != nil {
			return
		}
		q = q.Stemmed("")
		scorer := q.Scorer()
		for range rapid.IntRange(2, 5).Draw(t, "rows") {
			entry := searchtext.Entry(rapid.SliceOfN(stemTexts(), 1, 3).Draw(t, "parts")...)
			must.Equal(t, scorer.Score(entry), q.Score(searchtext.StoredTokens(entry)))
		}
	})
}

func TestLanguagesOfStems(t *testing.T) {
	entry := searchtext.Entry(
		searchtext.Part{Text: "Wir halten Versprechen", LanguageCode: "de"}, searchtext.Part{Text: "promises, promises", LanguageCode: "en-GB"},
		searchtext.Part{Text: "约定", LanguageCode: "zh"})
	must.Equal(t, searchtext.StemLanguages(entry), []string{"de", "en"})
	must.Equal(t, len(searchtext.StemLanguages(searchtext.Stored("no stems"))), 0)
	must.Equal(t, len(query(t, "promises").Stemmed("").Within([]string{"de"}).Terms()[0].Stems), 1)
}

// Every word is found by itself, in every language, whatever it is made of. (A mark
// that lost its letter at a cut is no word by itself.)
func FuzzStems(f *testing.F) {
	for _, seed := range []string{"", "promised", "été", "ß", "İstanbul", "ёлка", "النِّيجَر", "தமிழ்", "sses", "ying", "\u0301", "ａｂ", "aaaa'aaaa", strings.Repeat("aeiouy", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, language := range searchtext.Languages() {
			for _, token := range searchtext.StoredTokens(searchtext.Entry(searchtext.Part{Text: s, LanguageCode: language})) {
				must.True(t, utf8.ValidString(token) && utf8.RuneCountInString(token) <= 2*searchtext.MaxTokenLength, "%q", token)
			}
			for _, word := range searchtext.Tokens(s) {
				if slices.Equal(searchtext.Tokens(word), []string{word}) {
					must.True(t, finds(t, word, language, s, language), "%q in %q", word, s)
				}
			}
		}
	})
}
