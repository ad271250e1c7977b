package postgres_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// vocabulary has words that a query language could trip over.
var vocabulary = []string{
	"wall", "walls", "border", "bord", "o'neill", `back\slash`, "a&b", "!no", "日本", "日本語", "żółw", "1,000", "u.s.", "or", "and", "not", ":*", "<->",
}

// Both engines find the same statements with the same relevance, in one order.
func TestSearchFindsWhatSQLiteFinds(t *testing.T) {
	pg := open(t)
	lite, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), sqlite.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, lite.Close()) })
	texts := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 6)
	for i := range 200 {
		words := strings.Join(texts.Example(i), " ")
		for _, st := range []store.Store{pg, lite} {
			must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
				s := domain.Statement{
					Record: domain.Record{ID: fmt.Sprint("s", i%50, "-", i)}, Document: "d", Version: 1, Type: domain.Direct, LanguageCode: "en",
					Contents: []domain.Span{{Exact: words}}, Time: domain.Period{Missing: domain.NotStated},
				}
				s.Record = s.First(w.RecordTime())
				return w.PutStatement(s, "ana")
			}))
		}
	}
	find := func(t *rapid.T, st store.Store, query searchtext.Query) (found []string) {
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			got, err := r.Search(store.Search{At: recordtime.Forever - 1, Query: query, Limit: 1000})
			found = append(found, fmt.Sprint(got.Matches))
			for _, result := range got.Results {
				found = append(found, fmt.Sprint(result.Statement.ID, " ", result.Relevance))
			}
			return err
		}))
		return found
	}
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			term := strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 2).Draw(t, "words"), " ")
			if rapid.Bool().Draw(t, "phrase") {
				term = `"` + term + `"`
			}
			if rapid.Bool().Draw(t, "prefix") {
				term += "*"
			}
			return rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "sign") + term
		}), 1, 4).Draw(t, "terms")
		query, err := searchtext.ParseQuery(strings.Join(terms, " "))
		if err != nil {
			return // no query
		}
		must.Equal(t, find(t, pg, query), find(t, lite, query))
	})
}
