package storetest

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// checkHistory compares the revisions of each figure.
func (h *importHistory) checkHistory() {
	want := map[string][]store.FigureRevision{}
	for _, put := range h.puts {
		if h.public && put.Figure.Restricted {
			continue
		}
		revision := store.FigureRevision{Figure: *put.Figure, Caller: put.Caller}
		want[put.Figure.ID] = append([]store.FigureRevision{revision}, want[put.Figure.ID]...)
	}
	h.read(func(r store.Reader) error {
		for id, revisions := range want {
			must.Equal(h, must.Get(r.FigureRevisions(id, recordtime.Forever-1, 0, 100))(h), revisions)
			must.Equal(h, must.Get(r.FigureRevisions(id, recordtime.Forever-1, revisions[0].Figure.Revision, 1))(h), revisions[1:min(2, len(revisions))])
			for _, revision := range revisions {
				got, found, err := r.FigureRevision(id, revision.Figure.Revision, recordtime.Forever-1)
				must.OK(h, err)
				must.True(h, found)
				must.Equal(h, got, revision)
			}
		}
		return nil
	})
}

// checkChanges compares the record in its order.
func (h *importHistory) checkChanges(t *rapid.T) {
	var want []store.Change
	for _, put := range h.puts {
		if !h.public || !put.Figure.Restricted || put.Figure.Withdrawn {
			want = append(want, put)
		}
	}
	slices.SortFunc(want, func(a, b store.Change) int { return a.Place.Compare(b.Place) })
	query := store.Changes{After: changefeed.Through(h.begin), UpTo: h.times[len(h.times)-1], Limit: rapid.IntRange(1, 7).Draw(t, "page")}
	var got []store.Change
	for more := true; more; {
		h.read(func(r store.Reader) error {
			page := must.Get(r.Changes(query))(h)
			got, more = append(got, page...), len(page) == query.Limit
			return nil
		})
		if len(got) > 0 {
			query.After = got[len(got)-1].Place
		}
	}
	must.Equal(h, got, want)
	for _, change := range want { // whoever resumes asks so whether the change is on record
		before := change.Place
		before.Revision--
		h.read(func(r store.Reader) error {
			must.Equal(h, must.Get(r.Changes(store.Changes{After: before, UpTo: change.Place.Time, Limit: 1}))(h), []store.Change{change})
			return nil
		})
	}
}

// checkVintages compares the vintages at a time with those of the figures that stand then: each is recorded when its first figure was.
func (h *importHistory) checkVintages(at recordtime.Time) {
	first := map[string]recordtime.Time{}
	for _, put := range slices.Backward(h.puts) {
		if !put.Figure.Retracted() && !(h.public && put.Figure.Restricted) {
			first[vintageName(put.Figure)] = put.Place.Time
		}
	}
	for _, dimensions := range []map[string]string{nil, {"REF_AREA": "A"}} {
		want := map[string]recordtime.Time{}
		for _, f := range h.standing(at) {
			if !f.Retracted() && (dimensions == nil || f.Dimensions["REF_AREA"] == "A") {
				want[vintageName(&f)] = first[vintageName(&f)]
			}
		}
		must.Equal(h, h.vintages(dimensions, at), want)
	}
}

// retractAll retracts one figure after the other: each vintage is listed until the last of it goes, however many it was said to have.
func (h *importHistory) retractAll() {
	h.public = false
	for standing := h.stand(); len(standing) > 0; standing = h.stand() {
		id := standing[len(h.times)%len(standing)]
		h.times = append(h.times, h.write(func(w store.Writer) error { return h.retract(w, h.standing(recordtime.Forever)[id]) }))
		for _, h.public = range []bool{true, false} {
			h.checkVintages(h.times[len(h.times)-1])
		}
	}
}

func vintageName(f *domain.Figure) string { return domain.SourceOf(*f).ID + " " + f.ReleaseText() }

// vintages reads the vintages in pages, and checks their order: when each is recorded.
func (h *importHistory) vintages(dimensions map[string]string, at recordtime.Time) map[string]recordtime.Time {
	names := map[string]recordtime.Time{}
	query := store.Vintages{Metric: h.metric, At: at, Dimensions: dimensions, Limit: 2}
	for more := true; more; {
		h.read(func(r store.Reader) error {
			page := must.Get(r.Vintages(query))(h)
			for i := range page {
				must.True(h, query.After == nil || page[i].Released() <= query.After.Released())
				name := page[i].Source.ID + " " + domain.ReleaseText(page[i].Release)
				must.Equal(h, names[name], 0) // each once
				names[name] = page[i].RecordTime
				query.After = &page[i]
			}
			more = len(page) == query.Limit
			return nil
		})
	}
	return names
}
