package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func search(t *testing.T, open Open) {
	t.Run("ranks", func(t *testing.T) { searchRanks(t, open) })
	t.Run("a text with very many words", func(t *testing.T) { searchLong(t, open) })
	t.Run("more than are ranked", func(t *testing.T) { searchMany(t, open) })
	t.Run("stems", func(t *testing.T) { searchStems(t, open) })
	t.Run("words that change", func(t *testing.T) { searchChanges(t, open) })
	t.Run("one transaction", func(t *testing.T) { searchOneTransaction(t, open) })
	t.Run("orders", func(t *testing.T) { searchOrders(t, open) })
	t.Run("facets", func(t *testing.T) { searchFacets(t, open) })
	t.Run("as a model does at every time", func(t *testing.T) { searchModel(t, open) })
}

// says is an edit that gives a statement its words.
func says(words string) func(*domain.Statement) {
	return func(s *domain.Statement) { s.Text, s.Contents = words, []domain.Span{{Exact: words}} }
}

func (f fixture) find(query string, edit func(*store.Search)) (found []string, matches int) {
	f.t.Helper()
	parsed, err := searchtext.ParseQuery(query)
	must.OK(f.t, err)
	ask := store.Search{At: f.Settled(), Query: parsed.Stemmed(""), Limit: 100}
	if edit != nil {
		edit(&ask)
	}
	f.read(func(r store.Reader) error {
		got, err := r.Search(ask)
		for _, result := range got.Results {
			must.Equal(f.t, result.Resource.ID, result.ID)
			found = append(found, result.ID)
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

// searchMany checks that only those whose words are newest are ranked, and all
// are counted, up to a limit; of one time the greatest ids are the newest.
func searchMany(t *testing.T, open Open) {
	f := start(t, open)
	first := f.put("first", says("needle needle needle"))
	second := f.put("second", says("needle"))
	const many = recordsearch.RankLimit - 1
	f.write(func(w store.Writer) error {
		for i := range many {
			// In no order of their ids.
			id := fmt.Sprintf("s%05d", i*7919%many)
			if err := w.PutStatement(statement(id, w.RecordTime(), says("a needle")), caller); err != nil {
				return err
			}
		}
		return nil
	})
	f.put("newest", says("a needle"))
	oldest := func(s *store.Search) { s.Order, s.Ascending = recordsearch.ByCreateTime, true }
	found, matches := f.find("needle", oldest)
	must.Equal(t, matches, recordsearch.RankLimit+2)
	must.Equal(t, found[0], "s00000")
	f.put("one-more", says("a needle"))
	found, _ = f.find("needle", oldest)
	must.Equal(t, found[0], "s00001")
	f.retract(second)
	f.revise(first, says("the needle"))
	found, matches = f.find("needle", oldest)
	must.Equal(t, found[:2], []string{"first", "s00002"})
	must.Equal(t, matches, recordsearch.RankLimit+2)
	_, matches = f.find("needle", func(s *store.Search) { s.Counted = 77 })
	must.Equal(t, matches, 77)
}

// searchStems: a word is found by its stem in the statement's language.
func searchStems(t *testing.T, open Open) {
	f := start(t, open)
	f.put("en", says("They promised lower taxes"))
	f.put("surface", says("The promise of lower taxes, in very many words of which few matter"))
	f.put("de", says("Die Häuser versprachen viel"), func(s *domain.Statement) { s.LanguageCode = "de-AT" })
	f.put("none", says("Promised"), func(s *domain.Statement) { s.LanguageCode = "" })
	f.put("translated", says("Maisons"), func(s *domain.Statement) {
		s.LanguageCode, s.OriginalText, s.OriginalLanguageCode = "fr", "Häuser", "de"
	})
	for query, want := range map[string][]string{
		"promise": {"surface", "en"}, "promised": {"none", "en", "surface"}, `"promise"`: {"surface"}, "promises -promised": {"surface"},
		"promises*": nil, "promis*": {"none", "en", "surface"}, "haus": {"translated", "de"}, "maison": {"translated"}, "\u00a7enpromis": nil,
	} {
		found, matches := f.find(query, nil)
		must.Equal(t, found, want)
		must.Equal(t, matches, len(want))
	}
	german, err := searchtext.ParseQuery("promise")
	must.OK(t, err)
	found, _ := f.find("promise", func(s *store.Search) { s.Query = german.Stemmed("de") })
	must.Equal(t, found, []string{"surface"})
}

// searchChanges: an entry holds for as long as the words did.
func searchChanges(t *testing.T, open Open) {
	f := start(t, open)
	first := f.put("s", says("coal"))
	same := f.revise(first, func(s *domain.Statement) { s.Comment = "checked" })
	second := f.revise(same, says("gas"))
	third := f.revise(second, says("coal"))
	french := f.revise(third, func(s *domain.Statement) { s.LanguageCode = "fr" })
	deprecated := f.revise(french, func(s *domain.Statement) { s.Rank = domain.Deprecated })
	merged := f.revise(deprecated, func(s *domain.Statement) { s.RedirectTo, s.Rank = "statements/t", "" })
	alone := f.revise(merged, func(s *domain.Statement) { s.RedirectTo = "" })
	gone := f.retract(alone)
	for _, test := range []struct {
		at              domain.Statement
		coal, gas, show bool
	}{
		{first, true, false, true}, {same, true, false, true}, {second, false, true, false}, {third, true, false, true}, {french, true, false, true},
		{deprecated, false, false, true}, {merged, false, false, false}, {alone, true, false, true}, {gone, false, false, false},
	} {
		at := func(s *store.Search) { s.At = test.at.Updated }
		coal, _ := f.find("coal", at)
		gas, _ := f.find("gas", at)
		shown, _ := f.find("coal", func(s *store.Search) { s.At, s.ShowDeprecated = test.at.Updated, true })
		must.Equal(t, []bool{len(coal) == 1, len(gas) == 1, len(shown) == 1}, []bool{test.coal, test.gas, test.show})
	}
}

// searchOneTransaction: what only stood within a transaction is never found.
func searchOneTransaction(t *testing.T, open Open) {
	f := start(t, open)
	f.write(func(w store.Writer) error {
		s := statement("s", w.RecordTime(), says("coal"))
		must.OK(t, w.PutStatement(s, caller))
		for _, edit := range []func(*domain.Statement){
			says("gas"), func(s *domain.Statement) { s.RedirectTo = "statements/t" }, func(s *domain.Statement) { s.RedirectTo = "" }, says("wind"),
		} {
			edit(&s)
			s.Record = s.Next(w.RecordTime())
			must.OK(t, w.PutStatement(s, caller))
		}
		return nil
	})
	for query, want := range map[string]int{"coal": 0, "gas": 0, "wind": 1} {
		_, matches := f.find(query, nil)
		must.Equal(t, matches, want)
	}
}

// searchOrders pages through each order.
func searchOrders(t *testing.T, open Open) {
	f := start(t, open)
	dated := func(start int64) func(*domain.Statement) {
		return func(s *domain.Statement) {
			s.Time = domain.Period{EDTF: "x", HasStart: true, HasEnd: true, Start: recordtime.Time(start), End: recordtime.Time(start + 1)}
		}
	}
	f.put("a", says("word and more"), dated(30))
	f.put("b", says("word"), dated(10))
	f.put("c", says("word and yet more"))
	f.put("d", says("word"), dated(10))
	for _, test := range []struct {
		order     recordsearch.Order
		ascending bool
		want      string
	}{
		{recordsearch.ByRelevance, false, "d b a c"}, {recordsearch.ByCreateTime, false, "d c b a"}, {recordsearch.ByCreateTime, true, "a b c d"},
		{recordsearch.ByOwnTime, false, "a d b c"}, {recordsearch.ByOwnTime, true, "c d b a"},
	} {
		for _, limit := range []int{1, 2, 3, 4} {
			var got []string
			for after := (*recordsearch.Rank)(nil); ; {
				var page store.Found
				f.read(func(r store.Reader) (err error) {
					parsed, err := searchtext.ParseQuery("word")
					must.OK(t, err)
					page, err = r.Search(store.Search{
						At: f.Settled(), Query: parsed, Order: test.order, Ascending: test.ascending, After: after, Limit: limit,
					})
					return err
				})
				if len(page.Results) == 0 {
					break
				}
				for _, result := range page.Results {
					got = append(got, result.ID)
				}
				after = &page.Results[len(page.Results)-1].Rank
			}
			must.Equal(t, strings.Join(got, " "), test.want)
		}
	}
}

func searchFacets(t *testing.T, open Open) {
	f := start(t, open)
	f.put("a", says("word"), func(s *domain.Statement) { s.Topics = []string{"entities/x", "entities/y"} })
	f.put("b", says("word"), func(s *domain.Statement) { s.Document = "e" })
	f.put("c", says("other"))
	parsed, err := searchtext.ParseQuery("word")
	must.OK(t, err)
	f.read(func(r store.Reader) error {
		found, err := r.Search(store.Search{At: f.Settled(), Query: parsed, Limit: 1, Facets: []string{"topics", "document"}})
		must.OK(t, err)
		must.Equal(t, len(found.Results), 1)
		must.Equal(t, len(found.Facets), 2)
		for i, want := range []string{"[[] [entities/x entities/y]]", "[[documents/d] [documents/e]]"} {
			values := found.Facets[i].Values
			slices.SortFunc(values, slices.Compare)
			must.Equal(t, fmt.Sprint(values), want)
		}
		return nil
	})
}
