package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// figureWords checks what a figure is found by, and when.
func figureWords(t *testing.T, open Open) {
	st := open(t)
	putMetric(t, st, "m", "Bilateral trade")
	f := figure(t, "f", "2022", "860", map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "DE"})
	f.Comment, f.CountedObject = "a rounded sum", "lorries"
	f.Reported = &domain.Reported{NumberText: "860", Spans: []domain.Span{
		{Start: 40, End: 43, Exact: "860", Prefix: "worth a record ", Suffix: " billion in all", Role: "NUMBER"},
		{Start: 38, End: 40, Exact: "d ", Prefix: "deals worth a recor", Role: "HEDGE"},
	}}
	first := putFigure(t, st, f)
	for query, want := range map[string]int{
		"trade": 1, "trading": 1, "\"bilateral trade\"": 1, "Mexico": 1, "mexican": 1, "\"United States\"": 1, "rounded": 1, "lorries": 1, "lorry": 0,
		`"deals worth a record 860 billion in all"`: 1, `"sum lorries"`: 0, "germany": 0, "deutschland": 0, "m": 0,
	} {
		found, _ := find(t, st, query, nil)
		must.Equal(t, len(found), want)
	}

	// To rename the metric changes nothing, until the words of the figure change.
	renamed := putMetric(t, st, "m", "Commerce")
	next := f
	change := func(edit func(*domain.Figure)) recordtime.Time {
		return write(t, st, func(w store.Writer) error {
			present, _, err := w.Figure("f", store.Newest)
			must.OK(t, err)
			next = present
			next.Meta = present.Next(w.RecordTime())
			edit(&next)
			return w.PutFigure(next, caller)
		})
	}
	changed := change(func(f *domain.Figure) { f.CountedObject = "trucks" })
	gone := retractFigure(t, st, "f")
	for _, test := range []struct {
		at                       recordtime.Time
		trade, commerce, lorries int
	}{{first - 1, 0, 0, 0}, {first, 1, 0, 1}, {renamed, 1, 0, 1}, {changed, 0, 1, 0}, {gone, 0, 0, 0}} {
		for query, want := range map[string]int{"trade": test.trade, "commerce": test.commerce, "lorries": test.lorries} {
			found, _ := find(t, st, query, func(s *store.Search) { s.At = test.at })
			must.Equal(t, len(found), want)
		}
	}
}

// putMetric puts the next revision of a metric on record.
func putMetric(t testing.TB, st store.Store, id, displayName string) recordtime.Time {
	t.Helper()
	return write(t, st, func(w store.Writer) error {
		next := metric(id, displayName)
		present, found, err := w.Metric(id, store.Newest)
		must.OK(t, err)
		if next.Meta = next.First(w.RecordTime()); found {
			next.Meta = present.Next(w.RecordTime())
		}
		return w.PutMetric(next, caller)
	})
}

// DerivedWords checks that the figures of a record from before there was an index of words are found once it is brought up to date, at
// every time, and the newest first. before takes the record back to what it was then; reopen closes the database and opens it.
func DerivedWords(t *testing.T, st store.Store, db recorddb.Database, before func(recorddb.Tx) error, reopen func() store.Store) {
	t.Helper()
	putMetric(t, st, "m", "Trade")
	write(t, st, func(w store.Writer) error {
		for i := range oldFigures {
			f := figure(t, fmt.Sprintf("f%03d", i), "2020", "5", nil)
			f.Comment, f.Meta = "coal", f.First(w.RecordTime())
			must.OK(t, w.PutFigure(f, caller))
		}
		return nil
	})
	f := figure(t, "a", "2022", "860", nil)
	f.Comment = "wind"
	first := putFigure(t, st, f)
	second := write(t, st, func(w store.Writer) error {
		next, _, err := w.Figure("a", store.Newest)
		must.OK(t, err)
		next.Comment, next.Meta = "gas", next.Next(w.RecordTime())
		return w.PutFigure(next, caller)
	})
	putMetric(t, st, "m", "Commerce")
	gone := retractFigure(t, st, "a")
	must.OK(t, db.Write(t.Context(), before))
	st = reopen()
	for query, want := range map[string][3]int{"trade": {oldFigures + 1, oldFigures + 1, oldFigures}, "wind": {1, 0, 0}, "gas": {0, 1, 0}, "commerce": {}, "coal": {oldFigures, oldFigures, oldFigures}} {
		for i, at := range []recordtime.Time{first, second, gone} {
			_, found := find(t, st, query, func(s *store.Search) { s.At = at })
			must.Equal(t, found.Matches, want[i])
		}
	}
}

// DerivedPrintedWords checks that figures of a record from before a number that is a part of another's was a word of its own are found by
// what is printed once it is brought up to date, at every time. before takes the schema back to what it was then; reopen closes the
// database and opens it.
func DerivedPrintedWords(t *testing.T, st store.Store, db recorddb.Database, engine wordindex.Engine, before func(recorddb.Tx) error, reopen func() store.Store) {
	t.Helper()
	const passage = "spring floods of 2013 and 2024"
	f := figure(t, "f", "2022", "3", nil)
	f.Reported = &domain.Reported{NumberText: "3", Spans: []domain.Span{{Exact: passage}}}
	first := putFigure(t, st, f)
	second := write(t, st, func(w store.Writer) error {
		next, _, err := w.Figure("f", store.Newest)
		must.OK(t, err)
		next.Reported = &domain.Reported{NumberText: "4", Spans: f.Reported.Spans}
		next.Meta = next.Next(w.RecordTime())
		return w.PutFigure(next, caller)
	})
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		for _, at := range []recordtime.Time{first, second} {
			must.OK(t, wordindex.Index{Engine: engine}.Remake(tx, "f", at, searchtext.Entry(searchtext.Part{Text: passage})))
		}
		return before(tx)
	}))
	matches := func(query string) (counts [2]int) {
		for i, at := range []recordtime.Time{first, second} {
			_, found := find(t, st, query, func(s *store.Search) { s.At = at })
			counts[i] = found.Matches
		}
		return counts
	}
	must.Equal(t, matches("3"), [2]int{})
	st = reopen()
	for query, want := range map[string][2]int{"3": {1, 0}, "4": {0, 1}, "floods": {1, 1}} {
		must.Equal(t, matches(query), want)
	}
}

// correctionsOf reads the newest corrections of some subjects.
func correctionsOf(t *testing.T, open Open) {
	st := open(t)
	var times []recordtime.Time
	for i := range 5 {
		times = append(times, write(t, st, func(w store.Writer) error {
			subject := fmt.Sprint("figures/f", i%2)
			return w.PutCorrection(domain.Correction{
				ID: fmt.Sprint("c", i), Recorded: w.RecordTime(), Kind: domain.Mended, Subject: subject, Caller: caller, Reason: "why",
			})
		}))
	}
	ask := func(at recordtime.Time, limit int, subjects ...string) (ids []string) {
		read(t, st, func(r store.Reader) {
			for _, c := range must.Get(r.CorrectionsOf(subjects, at, limit))(t) {
				ids = append(ids, c.ID)
			}
		})
		return ids
	}
	must.Equal(t, ask(times[4], 10, "figures/f0", "figures/f1", "figures/none"), []string{"c4", "c3", "c2", "c1", "c0"})
	must.Equal(t, ask(times[4], 1, "figures/f0", "figures/f1"), []string{"c4", "c3"})
	must.Equal(t, ask(times[2], 2, "figures/f0"), []string{"c2", "c0"})
	must.Equal(t, len(ask(times[4], 10)), 0)
	must.Equal(t, len(ask(times[0]-1, 10, "figures/f0")), 0)
}
