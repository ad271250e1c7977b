package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// checkCounts compares a count with what stands.
func (h *importHistory) checkCounts(t *rapid.T, at recordtime.Time) {
	filter := rapid.SampledFrom(importFilters).Draw(t, "count filter")
	// Other metrics are those of other rounds.
	filter = strings.TrimSuffix(`metric = "metrics/`+h.metric+`" AND (`+filter+")", " AND ()")
	query := store.Count{
		At: at, Filter: must.Get(listquery.ParseFilter(domain.FigureFields, filter))(h),
		GroupBy: rapid.SampledFrom(append([]string{""}, domain.GroupFields...)).Draw(t, "group by"),
		Limit:   rapid.IntRange(1, 3).Draw(t, "groups"), ShowDeleted: rapid.Bool().Draw(t, "count deleted"),
	}
	var all []domain.Figure
	for _, f := range h.standing(at) {
		if (query.ShowDeleted || !f.Retracted()) && listquery.Match(query.Filter, f.Operand) == listquery.Yes {
			all = append(all, f)
		}
	}
	h.read(func(r store.Reader) error {
		got := must.Get(r.CountFigures(query))(h)
		must.Equal(h, got, countsOf(all, query))
		return nil
	})
}

// countsOf counts figures one by one.
func countsOf(figures []domain.Figure, query store.Count) store.Counts {
	want := store.Counts{Total: len(figures)}
	if query.GroupBy == "" {
		return want
	}
	counts := map[string]int{}
	for i := range figures {
		for _, value := range figures[i].GroupValues(query.GroupBy) {
			counts[value]++
		}
	}
	for value, count := range counts {
		want.Groups = append(want.Groups, store.Group{Value: value, Count: count})
	}
	slices.SortFunc(want.Groups, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	if beyond := len(want.Groups) - query.Limit; beyond > 0 {
		want.Groups, want.Others = want.Groups[:query.Limit], beyond
	}
	return want
}

// checkWords: figures that only imports changed are not found by words; others are.
func (h *importHistory) checkWords(at recordtime.Time) {
	var want []string
	for id, f := range h.standing(at) {
		if f.Comment == "revised" && !f.Retracted() {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	filter := must.Get(listquery.ParseFilter(domain.FigureFields, `metric = "metrics/`+h.metric+`"`))(h)
	query := must.Get(searchtext.ParseQuery("revised"))(h)
	h.read(func(r store.Reader) error {
		found := must.Get(r.SearchFigures(store.Search{At: at, Query: query, Filter: filter, Limit: 100}))(h)
		var got []string
		for _, result := range found.Results {
			got = append(got, result.ID)
		}
		slices.Sort(got)
		must.Equal(h, got, want)
		return nil
	})
}

// counts checks counts of figures of both kinds, and what is refused.
func counts(t *testing.T, open Open) {
	st := open(t)
	putFigure(t, st, figure(t, "a", "2020", "5", map[string]string{"REF_AREA": "MX"}))
	statuses := figure(t, "b", "2021", "5", map[string]string{"REF_AREA": "MX"})
	statuses.ObsStatus, statuses.Claimant, statuses.DocumentVersion = []string{"E", "P"}, "entities/x", "documents/d/versions/1"
	before := putFigure(t, st, statuses)
	var rows []domain.Figure
	// Of forty series, of which those that a filter asks for are far apart.
	for i := range 40 {
		f := figure(t, "", "2020", "7", map[string]string{"REF_AREA": fmt.Sprintf("A%02d", i), "SIDE": fmt.Sprint(i % 20)})
		f.Meta = domain.Meta{}
		f.Period = must.Get(domain.ParseImportedPeriod("2020"))(t)
		if i == 0 {
			f.ObsStatus = []string{"P"}
		}
		rows = append(rows, f)
	}
	write(t, st, func(w store.Writer) error { return w.PutImported(rows, caller) })
	count := func(at recordtime.Time, filter, by string) store.Counts {
		t.Helper()
		query := store.Count{At: at, Filter: must.Get(listquery.ParseFilter(domain.FigureFields, filter))(t), GroupBy: by, Limit: 5}
		var got store.Counts
		read(t, st, func(r store.Reader) { got = must.Get(r.CountFigures(query))(t) })
		return got
	}
	now := st.Settled()
	must.Equal(t, count(now, "", ""), store.Counts{Total: 42})
	must.Equal(t, count(before, "", ""), store.Counts{Total: 2})
	must.Equal(t, count(now, "", "obs_status"), store.Counts{Total: 42, Groups: []store.Group{{Value: "", Count: 40}, {Value: "P", Count: 2}, {Value: "E", Count: 1}}})
	must.Equal(t, count(now, "", "metric"), store.Counts{Total: 42, Groups: []store.Group{{Value: "metrics/m", Count: 42}}})
	must.Equal(t, count(now, "", "document"), store.Counts{Total: 42, Groups: []store.Group{{Value: "", Count: 41}, {Value: "documents/d", Count: 1}}})
	must.Equal(t, count(now, `metric = "metrics/m" AND dimensions.SIDE = "3"`, ""), store.Counts{Total: 2})
	must.Equal(t, count(now, `metric = "metrics/m" AND dimensions.SIDE = "3" AND value = "7"`, "unit"), store.Counts{Total: 2, Groups: []store.Group{{Value: "1", Count: 2}}})
	must.Equal(t, count(now, `value = "7"`, ""), store.Counts{Total: 40})
	must.Equal(t, count(now, `claimant = "entities/x"`, "claimant"), store.Counts{Total: 1, Groups: []store.Group{{Value: "entities/x", Count: 1}}})
	must.Equal(t, count(now, `metric = "metrics/other"`, "metric").Total, 0)

	// A list reads past the series between those that may match, too.
	filter := must.Get(listquery.ParseFilter(domain.FigureFields, `metric = "metrics/m" AND dimensions.SIDE = "3"`))(t)
	must.Equal(t, len(pages(t, st, store.List{At: now, Filter: filter, Order: byName, Limit: 100})), 2)
}
