package tables_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/places"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// wordsMade are, of each release that derives other words of figures, the migrations that
// have them made anew, and the fingerprint of the words. A release adds one; what stands
// here does not change.
var wordsMade = []struct{ sqlite, postgres, words string }{
	{"0010_search_places.sql", "0010_place_words.sql", "a0d0d64017f1a1431884656176264a45b37af2156fa78e89d716e989a89aea59"},
	{"0011_unions_units.sql", "0012_unions_units.sql", "8176419da5c5909d05ae16e23d565658a52bf1216ead4c94cee0e19a2e9bbde8"},
	{"0015_printed_words.sql", "0015_printed_words.sql", "62fdea1dd617c4270b9d0dfc8d5b4fe4f411d009532c36be9eacd39b8b405797"},
}

// TestWhoChangesTheWordsOfFiguresHasThemMadeAnew: else those on record are found by what
// they were found by before, and those after them by something else.
func TestWhoChangesTheWordsOfFiguresHasThemMadeAnew(t *testing.T) {
	last := wordsMade[len(wordsMade)-1]
	made := fingerprint()
	must.True(t, made == last.words, "figures get other words (places.tsv, domain/figure_words.go, platform/searchtext), of fingerprint %s: "+
		"write a migration for each engine that has figure_words made anew, as those named here do, and add it here; if it is by "+
		"searchtext, statements need one, too", made)
	must.Equal(t, last.sqlite, newestThatMakesWords(t, "sqlite"))
	must.Equal(t, last.postgres, newestThatMakesWords(t, "postgres"))
}

// fingerprint is that of the words of a figure of each place, and of figures that print an amount.
func fingerprint() string {
	hash := sha256.New()
	metric := &domain.Metric{DisplayName: "Bilateral trades, seasonally adjusted", Aliases: []string{"trading of goods"}}
	for _, place := range places.After("", "", 1_000_000) {
		figure := domain.Figure{
			Comment: "Naïve co-operation’s 3.000 Straßen, 第一", Dimensions: map[string]string{"REF_AREA": cmp.Or(place.Code, place.M49, place.ID)},
		}
		_, _ = io.WriteString(hash, searchtext.Entry(figure.SearchParts(metric)...)+"\n") // never fails
	}
	for _, reported := range []domain.Reported{
		{NumberText: "3", Spans: []domain.Span{{Start: 6, End: 10, Exact: "2023", Prefix: "early ", Suffix: ", they"}, {Start: 20, End: 21, Exact: "3"}}},
		{NumberText: "3", Spans: []domain.Span{{Exact: "2023"}}},
		{Text: "a record US$860bn", UnitSymbol: "US$", NumberText: "860", MultiplierText: "bn"},
		{Text: "3,000 km", NumberText: "3,000", UnitSymbol: "km"},
	} {
		figure := domain.Figure{Reported: &reported, Alternates: []domain.Alternate{{Reported: &domain.Reported{NumberText: "800"}}}}
		_, _ = io.WriteString(hash, searchtext.Entry(figure.SearchParts(metric)...)+"\n") // never fails
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// newestThatMakesWords is the newest migration of an engine that has the words made anew.
func newestThatMakesWords(t *testing.T, engine string) string {
	t.Helper()
	files := must.Get(filepath.Glob(filepath.Join("..", engine, "migrations", "*.sql")))(t)
	for _, file := range slices.Backward(files) {
		script := string(must.Get(os.ReadFile(file))(t))
		for statement := range strings.SplitSeq(script, ";") {
			if strings.Contains(statement, "derived") && strings.Contains(statement, "'figure_words'") {
				return filepath.Base(file)
			}
		}
	}
	return ""
}
