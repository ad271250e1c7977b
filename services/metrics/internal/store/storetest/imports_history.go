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

// checkVintages compares the vintages with those of the figures: what stands has its vintage in the list, and nothing else but what stood.
func (h *importHistory) checkVintages() {
	for _, dimensions := range []map[string]string{nil, {"REF_AREA": "A"}} {
		ever, now := map[string]bool{}, map[string]bool{}
		standing := h.standing(recordtime.Forever)
		for _, put := range h.puts {
			if h.public && put.Figure.Restricted {
				continue
			}
			if dimensions == nil || put.Figure.Dimensions["REF_AREA"] == "A" {
				name := domain.SourceOf(*put.Figure).ID + " " + put.Figure.ReleaseText()
				ever[name] = true
				if f := standing[put.Figure.ID]; f.Revision == put.Figure.Revision && !f.Retracted() {
					now[name] = true
				}
			}
		}
		for _, v := range h.vintages(dimensions) {
			must.True(h, ever[v])
			delete(now, v)
		}
		must.Equal(h, len(now), 0)
	}
}

// vintages reads the vintages in pages, and checks their order.
func (h *importHistory) vintages(dimensions map[string]string) (names []string) {
	query := store.Vintages{Metric: h.metric, At: recordtime.Forever, Dimensions: dimensions, Limit: 2}
	for more := true; more; {
		h.read(func(r store.Reader) error {
			page := must.Get(r.Vintages(query))(h)
			for i := range page {
				must.True(h, query.After == nil || page[i].Released() <= query.After.Released())
				f := domain.Figure{Release: page[i].Release}
				names = append(names, page[i].Source.ID+" "+f.ReleaseText())
				query.After = &page[i]
			}
			more = len(page) == query.Limit
			return nil
		})
	}
	slices.Sort(names)
	must.Equal(h, len(slices.Compact(slices.Clone(names))), len(names))
	return names
}
