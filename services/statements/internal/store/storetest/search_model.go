package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// model is all revisions of all statements.
type model struct {
	revisions map[string][]domain.Statement
}

// find is what a search must answer at a time: ids with their relevance.
func (m model) find(query searchtext.Query, at recordtime.Time, showDeprecated bool) []string {
	var ranks []recordsearch.Rank
	for _, revisions := range m.revisions {
		last := -1
		for i, s := range revisions {
			if s.Updated <= at {
				last = i
			}
		}
		if last < 0 {
			continue
		}
		s := revisions[last]
		if s.IsHidden() || s.IsDeprecated() && !showDeprecated {
			continue
		}
		score := query.Score(searchtext.StoredTokens(searchtext.Entry(s.SearchParts()...)))
		if score > 0 {
			ranks = append(ranks, recordsearch.Rank{Relevance: int32(max(1, score/1000)), Created: s.Created, ID: s.ID}) //nolint:gosec // it fits
		}
	}
	slices.SortFunc(ranks, func(a, b recordsearch.Rank) int {
		return cmp.Or(cmp.Compare(b.Relevance, a.Relevance), cmp.Compare(b.Created, a.Created), strings.Compare(a.ID, b.ID))
	})
	out := make([]string, len(ranks))
	for i, rank := range ranks {
		out[i] = fmt.Sprint(rank.ID, " ", rank.Relevance)
	}
	return out
}

// modelWords are what the texts of the model are made of: forms of a word, words
// that a query language could trip over, and several scripts.
var modelWords = []string{
	"promise", "promised", "promises", "wall", "walls", "border", "bord", "o'neill", `back\slash`, "a&b", "!no", "日本", "日本語", "żółw", "1,000", "u.s.", "or",
	"Häuser", "Haus", "новая", "новый", "§enpromis", "␞",
}

var modelTexts = rapid.Map(rapid.SliceOfN(rapid.SampledFrom(modelWords), 1, 6), func(words []string) string { return strings.Join(words, " ") })

var modelQueries = rapid.Custom(func(t *rapid.T) string {
	term := rapid.Custom(func(t *rapid.T) string {
		term := strings.Join(rapid.SliceOfN(rapid.SampledFrom(modelWords), 1, 2).Draw(t, "words"), " ")
		if rapid.Bool().Draw(t, "phrase") {
			term = `"` + term + `"`
		}
		if rapid.IntRange(0, 3).Draw(t, "prefix") == 0 {
			term += "*"
		}
		return rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "sign") + term
	})
	return strings.Join(rapid.SliceOfN(term, 1, 3).Draw(t, "terms"), " ")
})

// modelEdits are the changes that a statement can undergo.
var modelEdits = rapid.Custom(func(t *rapid.T) func(*domain.Statement) {
	words := modelTexts.Draw(t, "text")
	return rapid.SampledFrom([]func(*domain.Statement){
		says(words),
		says(words),
		func(s *domain.Statement) { s.Comment = words },
		func(s *domain.Statement) {
			s.LanguageCode = rapid.SampledFrom([]string{"en", "de", "ru", ""}).Draw(t, "language")
		},
		func(s *domain.Statement) { s.OriginalText, s.OriginalLanguageCode = words, "de" },
		func(s *domain.Statement) { s.Rank = rapid.SampledFrom([]string{"", domain.Deprecated}).Draw(t, "rank") },
		func(s *domain.Statement) {
			s.RedirectTo = rapid.SampledFrom([]string{"", "statements/t"}).Draw(t, "merged")
		},
	}).Draw(t, "edit")
})

// searchModel makes statements and changes them, several in a transaction, and
// searches at every time.
func searchModel(t *testing.T, open Open) {
	f := start(t, open)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		m, times := model{make(map[string][]domain.Statement)}, []recordtime.Time{f.Settled()}
		f := fixture{f.Store, f.t}
		for range rapid.IntRange(1, 12).Draw(t, "transactions") {
			times = append(times, f.write(func(w store.Writer) error { return m.change(t, w, run) }))
		}
		for range 4 {
			query, err := searchtext.ParseQuery(modelQueries.Draw(t, "query"))
			if err != nil {
				continue // no query
			}
			query = query.Stemmed(rapid.SampledFrom([]string{"", "", "de", "ja"}).Draw(t, "language"))
			show := rapid.Bool().Draw(t, "show deprecated")
			for _, at := range times {
				must.Equal(t, f.ranked(store.Search{At: at, Query: query, ShowDeprecated: show, Limit: 1000}, run), m.find(query, at, show))
			}
		}
		f.write(func(w store.Writer) error { return m.end(w) })
	})
}

// change makes one transaction.
func (m model) change(t *rapid.T, w store.Writer, run int) error {
	for range rapid.IntRange(1, 4).Draw(t, "changes") {
		id := fmt.Sprintf("r%d-%d", run, rapid.IntRange(0, 5).Draw(t, "statement"))
		edit := modelEdits.Draw(t, "edit")
		revisions := m.revisions[id]
		if len(revisions) == 0 {
			s := statement(id, w.RecordTime(), says(modelTexts.Draw(t, "words")))
			m.revisions[id] = append(revisions, s)
			if err := w.PutStatement(s, caller); err != nil {
				return err
			}
			continue
		}
		s := revisions[len(revisions)-1]
		edit(&s)
		s.Record = s.Next(w.RecordTime())
		m.revisions[id] = append(revisions, s)
		if err := w.PutStatement(s, caller); err != nil {
			return err
		}
	}
	return nil
}

// end retracts what there is, so that the next run does not find it.
func (m model) end(w store.Writer) error {
	for _, revisions := range m.revisions {
		s := revisions[len(revisions)-1]
		s.Record = s.Retract(w.RecordTime(), domain.Retraction{Reason: "done", Caller: caller})
		if err := w.PutStatement(s, caller); err != nil {
			return err
		}
	}
	return nil
}

// ranked are the results of a search with their relevance, but for what a run that
// failed left behind.
func (f fixture) ranked(search store.Search, run int) []string {
	f.t.Helper()
	found := []string{}
	f.read(func(r store.Reader) error {
		got, err := r.Search(search)
		for _, result := range got.Results {
			if strings.HasPrefix(result.ID, fmt.Sprintf("r%d-", run)) {
				found = append(found, fmt.Sprint(result.ID, " ", result.Relevance))
			}
		}
		return err
	})
	return found
}
