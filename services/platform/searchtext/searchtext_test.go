package searchtext_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func query(t must.TB, s string) searchtext.Query {
	t.Helper()
	return must.Get(searchtext.ParseQuery(s))(t)
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		" \t\n—…!?":                     "",
		"The quick, brown fox.":         "the quick brown fox",
		"don't":                         "dont",
		"don’t I’m O'Brien":             "dont im obrien",
		"Niger's Niger’s":               "niger s niger s",
		"l'eau d’uranium qu'il":         "l eau d uranium qu il",
		"dell'acqua aujourd'hui":        "dell acqua aujourdhui",
		"U.S. e.g. U.S.A.":              "us eg usa",
		"Ph.D. example.com":             "ph d example com",
		"3,000 1,234,567 3.5 3,5 1,00":  "3000 1234567 3 5 3 5 1 00",
		"US$14.3bn 10% km² ½":           "us 14 3bn 10 km2 1 2",
		"électriques Électriques":       "electriques electriques",
		"e\u0301te\u0301":               "ete",
		"straße STRASSE ﬁn":             "strasse strasse fin",
		"Øre łódź Æther đ İstanbul ısı": "ore lodz aether d istanbul isi",
		"state-run foo_bar a/b":         "state run foo bar a b",
		"Ἀθῆναι ΣΟΦΌΣ σοφός":            "αθηναι σοφοσ σοφοσ",
		"Ещё йод Київ":                  "еще иод киів",
		"м'яч мʼяч":                     "мяч мяч",
		"النِّيجَر أخبار إلى":           "النيجر اخبار الي",
		"مـــالي":                       "مالي",
		"٢٠٢٣ ۲۰۲۳ २०२३":                "2023 2023 2023",
		"שָׁלוֹם צה״ל":                  "שלום צהל",
		"한국어 국가":                        "한국어 국가",
		"中华人民 ２０２３年":                    "中 华 人 民 2023 年",
		"日本のカタカナ ﾊﾟﾝ":                   "日 本 の カタカナ パン",
		"हिन्दी":                        "हिन्दी",
		"a\u00adb zero\u200dwidth":      "ab zerowidth",
		"a\xffb":                        "a b",
		"ŸÅ":                            "ya",
	} {
		must.Equal(t, searchtext.Stored(in), want)
	}
	thai := searchtext.Tokens("ภาษาไทย")
	must.True(t, len(thai) > 1)
	must.Equal(t, strings.Join(thai, ""), "ภาษาไทย")
}

func TestLongTokensAreCut(t *testing.T) {
	for _, letter := range []string{"x", "é", "ж"} {
		tokens := searchtext.Tokens(strings.Repeat(letter, 1000))
		must.Equal(t, len(tokens), 1)
		must.Equal(t, utf8.RuneCountInString(tokens[0]), searchtext.MaxTokenLength)
	}
}

// TestLongSegments would run into the test timeout if the work grew with the square of a segment's length.
func TestLongSegments(t *testing.T) {
	for _, unit := range []string{"a'", "a.", "a:", "ש\"", "1,", "123,", "é'é.", "a\u0301", "a\u200d", "l'", "\u200d", "ไ", "中", "🇩", "'"} {
		for _, token := range searchtext.Tokens(strings.Repeat(unit, 300_000)) {
			must.True(t, len(token) <= utf8.UTFMax*searchtext.MaxTokenLength)
		}
	}
}

func TestStoredTokens(t *testing.T) {
	text := "The 3,000 km border—“état”—中国."
	must.Equal(t, searchtext.StoredTokens(searchtext.Stored(text)), searchtext.Tokens(text))
	must.Equal(t, len(searchtext.StoredTokens("")), 0)
}

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]string{
		"uranium":                     `"uranium"`,
		"Uranium  ÉLECTRIQUES":        `"uranium" AND "electriques"`,
		`"climate change" policy`:     `"climate change" AND "policy"`,
		"uran*":                       `"uran"*`,
		`"climate ch"*`:               `"climate ch"*`,
		"niger -mali":                 `("niger") NOT ("mali")`,
		`-mali niger -"burkina faso"`: `("niger") NOT ("mali" OR "burkina faso")`,
		"niger -ma*":                  `("niger") NOT ("ma"*)`,
		"state-run":                   `"state run"`,
		"中国":                          `"中 国"`,
		"3,000":                       `"3000"`,
		"cats OR dogs NOT NEAR(a b)":  `"cats" AND "or" AND "dogs" AND "not" AND "near a" AND "b"`,
		"trade - uranium & gold":      `"trade" AND "uranium" AND "gold"`,
		`foo"bar baz"qux`:             `"foo" AND "bar baz" AND "qux"`,
		"tokens:foo ^bar":             `"tokens foo" AND "bar"`,
		"a; DROP TABLE x --":          `"a" AND "drop" AND "table" AND "x"`,
		"a\x00b":                      `"a" AND "b"`,
		"don't":                       `"dont"`,
	} {
		must.Equal(t, query(t, in).FTS5(), want)
	}
}

func TestParseQueryTerms(t *testing.T) {
	q := query(t, ` été "a b"* -x`)
	must.Equal(t, q.Terms(), []searchtext.Term{
		{Tokens: []string{"ete"}, Word: "été", Position: 1},
		{Tokens: []string{"a", "b"}, Prefix: true, Position: 5},
		{Tokens: []string{"x"}, Excluded: true, Position: 12},
	})
	must.False(t, q.IsZero())
}

func TestParseQueryRefuses(t *testing.T) {
	for _, c := range []struct {
		in       string
		reason   searchtext.Reason
		position int
	}{
		{"", searchtext.EmptyQuery, 0}, {"   ", searchtext.EmptyQuery, 0}, {"… - !", searchtext.EmptyQuery, 0}, {"-", searchtext.EmptyQuery, 0},
		{"-mali", searchtext.OnlyExclusions, 0}, {" -a -b", searchtext.OnlyExclusions, 1},
		{`é "climate change`, searchtext.UnterminatedPhrase, 2}, {`a"`, searchtext.UnterminatedPhrase, 1}, {`a -"b`, searchtext.UnterminatedPhrase, 3},
		{`a ""`, searchtext.EmptyTerm, 2}, {`a "—"`, searchtext.EmptyTerm, 2}, {"a *", searchtext.EmptyTerm, 2}, {"a -!", searchtext.EmptyTerm, 2}, {`a -"" b`, searchtext.EmptyTerm, 2},
		{"*", searchtext.EmptyTerm, 0}, {"ab*c", searchtext.MisplacedStar, 2}, {"é *a", searchtext.MisplacedStar, 2}, {"a**", searchtext.MisplacedStar, 1},
		{"a\xff", searchtext.InvalidUTF8, 0},
		{strings.Repeat("a", 1025), searchtext.QueryTooLong, 1024}, {strings.Repeat("é", 1025), searchtext.QueryTooLong, 1024},
		{strings.Repeat("a ", 33), searchtext.TooManyTerms, 64}, {strings.Repeat("\ufdfa", 1000), searchtext.TooManyTerms, 0},
	} {
		_, err := searchtext.ParseQuery(c.in)
		var queryError *searchtext.QueryError
		must.True(t, errors.As(err, &queryError), "%q: error is %v", c.in, err)
		if queryError.Reason != c.reason || queryError.Position != c.position {
			t.Errorf("%.40q: %s at %d, want %s at %d", c.in, queryError.Reason, queryError.Position, c.reason, c.position)
		}
		must.Contains(t, err.Error(), queryError.Message)
	}
	must.Equal(t, len(query(t, strings.Repeat("a ", 32)).Terms()), 32)
	must.OK(t, func() error { _, err := searchtext.ParseQuery(strings.Repeat("é", 1024)); return err }())
}

func TestMatches(t *testing.T) {
	row := searchtext.Tokens("France's uranium imports from Niger fell 3,000 tonnes; l'uranium nigérien. 中国")
	for q, want := range map[string]bool{
		"uranium": true, "URANIUM niger": true, "uran": false, "uran*": true, `"uranium imports"`: true, `"imports uranium"`: false, `"uranium im"*`: true,
		"uranium -gold": true, "uranium -niger": false, "uranium -nig*": false, `uranium -"niger gold"`: true, "nigerien": true, "3000": true, "3,000": true, "国": true, "中国": true, "国中": false, "france": true, "niger fell": true,
	} {
		must.True(t, query(t, q).Matches(row) == want, "%s: want %t", q, want)
	}
	var zero searchtext.Query
	must.False(t, zero.Matches(row))
	must.Equal(t, zero.FTS5(), `""`)
	must.Equal(t, zero.Score(row), int64(0))
	must.False(t, query(t, "a").Matches(nil))
}

func TestScore(t *testing.T) {
	score := func(q, row string) int64 { return query(t, q).Score(searchtext.Tokens(row)) }
	filler := strings.Repeat(" word", 100)
	must.Equal(t, score("a", "b"), int64(0))
	must.Equal(t, score("a", "a"), int64(1_680_672)) // 10^6 · 2200 / 1309
	must.True(t, score("a", "a a"+filler) > score("a", "a b"+filler), "more often is better")
	must.True(t, score("a", "a") > score("a", "a"+filler), "shorter is better")
	must.True(t, score("a b", "a b"+filler) > score("a b", "a x b"+filler), "side by side is better")
	must.True(t, score(`"a b"`, "a b"+filler) > score("a", "a b"+filler), "a phrase is worth more than a word")
	must.True(t, score("a", "a"+filler) > score("a*", "a"+filler), "a word is worth more than a prefix")
	first := score("a", "a"+filler)
	twice := score("a", "a a"+filler)
	many := score("a", strings.Repeat("a ", 50)+filler)
	must.True(t, twice < 2*first && many < 3*first+3_000_000, "repetition saturates")
	must.True(t, query(t, strings.Repeat("a ", 32)).Score(make([]string, 0)) == 0)
}

// corpus draws texts and queries over a small alphabet, so that they meet often.
func corpus() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "ab", "abc", "é", "don't", "中国", "3,000", "x-y", "U.S.", "l'eau", "ไทย"}), 0, 12),
		func(words []string) string { return strings.Join(words, " ") })
}

func queries() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"a", "ab", "abc", "é", "dont", "中国", "国", "3000", "x-y", "us", "eau", "ไทย", "a*", "ab*", "中*", `"a ab"`, `"ab abc"*`, `"é a"`, "-a", "-abc", "-x*", `-"a a"`})
	return rapid.Map(rapid.SliceOfN(word, 1, 5), func(words []string) string { return strings.Join(words, " ") })
}

func TestPropertyTokensAreClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkTokens(t, rapid.String().Draw(t, "text")) })
}

// checkTokens asserts what the engines rely on.
func checkTokens(t must.TB, text string) {
	t.Helper()
	for _, token := range searchtext.Tokens(text) {
		must.True(t, token != "" && utf8.ValidString(token), "token %q of %q", token, text)
		must.True(t, utf8.RuneCountInString(token) <= searchtext.MaxTokenLength, "token of %d", utf8.RuneCountInString(token))
		for _, r := range token {
			ascii := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
			other := r >= 0x80 && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
			must.True(t, ascii || other, "token %q of %q holds %q", token, text, r)
		}
	}
}

func TestPropertyScoreIsPositiveExactlyForMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, err := searchtext.ParseQuery(queries().Draw(t, "query"))
		if err != nil {
			return
		}
		row := searchtext.Tokens(corpus().Draw(t, "row"))
		must.Equal(t, q.Score(row) > 0, q.Matches(row))
	})
}

func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"", "don't", "U.S.", "3,000.5", "ภาษาไทย", "a\u0301\u0301", "ﷺ", "\xff\xfe", "İ", "צה״ל", "ǅ", "\u0345", "ΐ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) { checkTokens(t, s) })
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", `"a b"* -c`, "*", `"`, "-", "a*b", "\x00", "ﷺ", `-"x`, "a OR b", "NEAR(a, b)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := searchtext.ParseQuery(s)
		if err != nil {
			must.True(t, q.IsZero())
			return
		}
		must.True(t, len(q.Terms()) <= searchtext.MaxTerms)
		for _, term := range q.Terms() {
			must.True(t, len(term.Tokens) > 0 && term.Position >= 0 && term.Position < utf8.RuneCountInString(s))
		}
		must.Equal(t, q.Matches(searchtext.Tokens(s)), q.Score(searchtext.Tokens(s)) > 0)
	})
}
