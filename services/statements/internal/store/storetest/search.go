package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func search(t *testing.T, open Open) {
	t.Run("ranks", func(t *testing.T) { searchRanks(t, open) })
	t.Run("a text with very many words", func(t *testing.T) { searchLong(t, open) })
	t.Run("more than are ranked", func(t *testing.T) { searchMany(t, open) })
}

// says is an edit that gives a statement its words.
func says(words string) func(*domain.Statement) {
	return func(s *domain.Statement) { s.Text, s.Contents = words, []domain.Span{{Exact: words}} }
}

func (f fixture) find(query string, edit func(*store.Search)) (found []string, matches int) {
	f.t.Helper()
	parsed, err := searchtext.ParseQuery(query)
	must.OK(f.t, err)
	ask := store.Search{At: f.Settled(), Query: parsed, Limit: 100}
	if edit != nil {
		edit(&ask)
	}
	f.read(func(r store.Reader) error {
		got, err := r.Search(ask)
		for _, result := range got.Results {
			found = append(found, result.Statement.ID)
		}
		matches = got.Matches
		return err
	})
	return found, matches
}

// searchLong: an index may hold less than the longest text has.
func searchLong(t *testing.T, open Open) {
	f := start(t, open)
	var words strings.Builder
	for n := range 110_000 {
		fmt.Fprintf(&words, "word%07d ", n)
	}
	f.put("long", says(words.String()))
	f.put("short", says("another text"))
	for query, want := range map[string][]string{
		"word0000000": {"long"}, "word0109999": {"long"}, "word010999*": {"long"}, "word0110000": nil, `"word0000001 word0000002"`: {"long"},
		"another": {"short"}, "another -word0000000": {"short"},
	} {
		found, _ := f.find(query, nil)
		must.Equal(t, found, want)
	}
}

func searchRanks(t *testing.T, open Open) {
	f := start(t, open)
	once := f.put("once", says("Trade grows while other things stay as they were"))
	f.put("twice", says("Trade, trade"))
	f.put("other", says("\u00c9lan vital"), func(s *domain.Statement) { s.LanguageCode = "fr" })
	found, matches := f.find("trade", nil)
	must.Equal(t, found, []string{"twice", "once"})
	must.Equal(t, matches, 2)
	found, _ = f.find("elan", nil)
	must.Equal(t, found, []string{"other"})
	found, _ = f.find("vital", func(s *store.Search) { s.Filter = filter(t, domain.StatementFields, `language_code = "en"`) })
	must.Equal(t, len(found), 0)
	found, matches = f.find("trade", func(s *store.Search) { s.Limit = 1 })
	must.Equal(t, found, []string{"twice"})
	must.Equal(t, matches, 2)

	revised := f.revise(once, func(s *domain.Statement) { s.LanguageCode = "es" })
	f.retract(revised)
	found, _ = f.find("trade", nil)
	must.Equal(t, found, []string{"twice"})
	found, _ = f.find("trade", func(s *store.Search) { s.At = revised.Updated })
	must.Equal(t, found, []string{"twice", "once"})
	found, _ = f.find("trade", func(s *store.Search) {
		s.At, s.Filter = revised.Updated, filter(t, domain.StatementFields, `language_code = "es"`)
	})
	must.Equal(t, found, []string{"once"})
	found, _ = f.find("trade", func(s *store.Search) {
		s.At, s.Filter = once.Created, filter(t, domain.StatementFields, `language_code = "es"`)
	})
	must.Equal(t, len(found), 0)
}

// searchMany checks that only the newest are ranked, and all are counted.
func searchMany(t *testing.T, open Open) {
	f := start(t, open)
	f.put("oldest", says("needle needle needle"))
	const more = store.RankLimit + 5
	f.write(func(w store.Writer) error {
		for i := range more {
			err := w.PutStatement(statement(fmt.Sprint("s", i), w.RecordTime(), says("a needle")), caller)
			if err != nil {
				return err
			}
		}
		return nil
	})
	f.put("newest", says("a needle"))
	found, matches := f.find("needle", nil)
	must.Equal(t, matches, more+2)
	must.Equal(t, found[0], "newest")
	must.Equal(t, len(found), 100)
}
