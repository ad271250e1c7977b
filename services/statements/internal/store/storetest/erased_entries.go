package storetest

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// erasedEdits are changes of a statement that stands on a document, or on another.
var erasedEdits = rapid.Custom(func(t *rapid.T) func(*domain.Statement) {
	words := rapid.SampledFrom([]string{"promise", "promise wall", "border"}).Draw(t, "text")
	return rapid.SampledFrom([]func(*domain.Statement){
		func(s *domain.Statement) { s.Document = "d" },
		func(s *domain.Statement) { s.Document = "e" },
		says(words),
		func(s *domain.Statement) { s.Document = "e"; says(words)(s) },
		func(s *domain.Statement) { s.Rank = rapid.SampledFrom([]string{"", domain.Deprecated}).Draw(t, "rank") },
		func(s *domain.Statement) {
			s.RedirectTo = rapid.SampledFrom([]string{"", "statements/t"}).Draw(t, "merged")
		},
	}).Draw(t, "edit")
})

// erasedEntries: once the revisions on a document are erased, a search finds at each
// time what is read at that time, and what is found in a store to which the changes
// are put as they are now.
func erasedEntries(t *testing.T, open Open) {
	f, fresh := start(t, open), start(t, open)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		begin := f.Settled()
		m, times := model{make(map[string][]domain.Statement)}, []recordtime.Time{begin}
		for range rapid.IntRange(1, 8).Draw(t, "transactions") {
			times = append(times, f.write(func(w store.Writer) error { return m.moveSome(t, w, run) }))
		}
		for id := range m.revisions {
			times = append(times, f.write(func(w store.Writer) error {
				return w.EraseParts(id, store.Parts{Document: "d"}, erasureAt(w))
			}))
		}
		f.read(func(r store.Reader) error { return m.read(r) })
		again := fresh.replay(t, f.changes(t, store.Changes{After: changefeed.Through(begin), UpTo: f.Settled(), Limit: 1000}))
		for _, text := range []string{"promise", "wall", "border"} {
			query, err := searchtext.ParseQuery(text)
			must.OK(t, err)
			for _, at := range times {
				ask := store.Search{At: at, Query: query, ShowDeprecated: rapid.Bool().Draw(t, "show deprecated"), Limit: 1000}
				found := f.ranked(ask, run)
				must.Equal(t, found, m.find(query, at, ask.ShowDeprecated))
				if ask.At = again[at]; ask.At != 0 {
					must.Equal(t, fresh.ranked(ask, run), found)
				}
			}
		}
	})
}

// moveSome makes one transaction.
func (m model) moveSome(t *rapid.T, w store.Writer, run int) error {
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		id := fmt.Sprintf("r%d-%d", run, rapid.IntRange(0, 2).Draw(t, "statement"))
		edit := erasedEdits.Draw(t, "edit")
		s := statement(id, w.RecordTime(), says("promise"), edit)
		if revisions := m.revisions[id]; len(revisions) > 0 {
			s = revisions[len(revisions)-1]
			edit(&s)
			s.Record = s.Next(w.RecordTime())
		}
		m.revisions[id] = append(m.revisions[id], s)
		if err := w.PutStatement(s, caller); err != nil {
			return err
		}
	}
	return nil
}

// read takes the revisions as they are on record.
func (m model) read(r store.Reader) error {
	for id := range m.revisions {
		all, err := r.Revisions(id, store.Newest, 0, 1000)
		if err != nil {
			return err
		}
		slices.Reverse(all)
		m.revisions[id] = nil
		for _, revision := range all {
			m.revisions[id] = append(m.revisions[id], revision.Statement)
		}
	}
	return nil
}

// replay puts changes of statements on record again, each transaction in one, and
// says which time is which.
func (f fixture) replay(t *rapid.T, changes []store.Change) map[recordtime.Time]recordtime.Time {
	times := map[recordtime.Time]recordtime.Time{}
	for len(changes) > 0 {
		at := changes[0].Place.Time
		end := slices.IndexFunc(changes, func(c store.Change) bool { return c.Place.Time != at })
		if end < 0 {
			end = len(changes)
		}
		times[at] = f.write(func(w store.Writer) error {
			for _, change := range changes[:end] {
				must.OK(t, w.PutStatement(*change.Statement, caller))
			}
			return nil
		})
		changes = changes[end:]
	}
	return times
}
