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

// vocabulary has words that a query language could trip over, and forms of words.
var vocabulary = []string{
	"wall", "walls", "border", "bord", "o'neill", `back\slash`, "a&b", "!no", "日本", "日本語", "żółw", "1,000", "u.s.", "or", "and", "not", ":*", "<->",
	"promise", "promised", "Häuser", "Haus",
}

// Both engines find the same statements with the same relevance, in one order,
// after statements were revised and retracted too.
func TestSearchFindsWhatSQLiteFinds(t *testing.T) {
	pg := open(t)
	lite, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), sqlite.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, lite.Close()) })
	texts := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 6)
	languages := []string{"en", "de", ""}
	for i := range 300 {
		words := strings.Join(texts.Example(i), " ")
		for _, st := range []store.Store{pg, lite} {
			must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
				s, found, err := w.Statement(fmt.Sprint("s", i%200), store.Newest)
				must.OK(t, err)
				switch {
				case !found:
					s = domain.Statement{
						Record: domain.Record{ID: fmt.Sprint("s", i%200)}, Document: "d", Version: 1, Type: domain.Direct, Time: domain.Period{Missing: domain.NotStated},
					}
					s.Record = s.First(w.RecordTime())
				case i%3 == 0:
					s.Record = s.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong"})
				default:
					s.Record = s.Next(w.RecordTime())
				}
				s.Contents, s.LanguageCode = []domain.Span{{Exact: words}}, languages[i%len(languages)]
				return w.PutStatement(s, "ana")
			}))
		}
	}
	find := func(t *rapid.T, st store.Store, query searchtext.Query) (found []string) {
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			got, err := r.Search(store.Search{At: recordtime.Forever - 1, Query: query, Limit: 1000})
			found = append(found, fmt.Sprint(got.Matches))
			for _, result := range got.Results {
				found = append(found, fmt.Sprint(result.Resource.ID, " ", result.Relevance))
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
		must.Equal(t, find(t, pg, query.Stemmed("")), find(t, lite, query.Stemmed("")))
	})
}
