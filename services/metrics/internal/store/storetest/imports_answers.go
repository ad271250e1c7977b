package storetest

import (
	"cmp"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// checkFigures checks the figures as they stood at a time, each by its name and all at once.
func (h *importHistory) checkFigures(at recordtime.Time) {
	want := h.standing(at)
	h.read(func(r store.Reader) error {
		ids := []string{"none"}
		for _, put := range h.puts {
			ids = append(ids, put.Figure.ID)
		}
		must.Equal(h, must.Get(r.FiguresByID(ids, at))(h), want)
		for _, id := range ids {
			figure, found, err := r.Figure(id, at)
			must.OK(h, err)
			other, wanted := want[id]
			must.Equal(h, found, wanted)
			must.Equal(h, figure, other)
		}
		return nil
	})
}

// windows are none, some with and without ends, one before 1970, and ends a microsecond beside those of a period.
func (h *importHistory) windows() []*domain.Window {
	windows := []*domain.Window{nil}
	for _, text := range []string{"2020-07/2020-12", "2001/..", "../2000", "1960/1968"} {
		p := must.Get(domain.ParsePeriod(text))(h)
		windows = append(windows, &domain.Window{Start: p.Start, End: p.End})
	}
	for _, text := range []string{"1968", "2020"} {
		p := must.Get(domain.ParsePeriod(text))(h)
		windows = append(windows, &domain.Window{Start: p.Start - 10, End: p.Start}, &domain.Window{Start: p.Start - 10, End: p.Start + 1},
			&domain.Window{Start: p.End - 1, End: p.End + 10}, &domain.Window{Start: p.End, End: recordtime.Forever})
	}
	return windows
}

// checkPoints compares pages of points with what stands.
func (h *importHistory) checkPoints(at recordtime.Time) {
	for _, w := range h.windows() {
		var want []store.Point
		for _, f := range h.standing(at) {
			if f.Retracted() || w != nil && !(f.Period.Dated() && f.Period.Start < w.End && f.Period.End > w.Start) {
				continue
			}
			place := store.SeriesPlace{Dimensions: domain.CanonicalDimensions(f.Dimensions), Frequency: f.Frequency}
			want = append(want, store.Point{
				Place: store.Place{SeriesPlace: place, Start: f.Period.SortKey(), Figure: f.ID}, Observation: f.Observation(),
			})
		}
		slices.SortFunc(want, func(a, b store.Point) int {
			return cmp.Or(strings.Compare(a.Place.Dimensions, b.Place.Dimensions), cmp.Compare(a.Place.Start, b.Place.Start),
				strings.Compare(a.Place.Figure, b.Place.Figure))
		})
		for _, limit := range []int{2, 100} {
			h.read(func(r store.Reader) error {
				must.Equal(h, PointsOf(h, r, store.SeriesQuery{Metric: h.metric, At: at}, w, limit), want)
				return nil
			})
		}
	}
}

// importFilters and importOrders are what lists are checked with.
var (
	importFilters = []string{
		"", `restricted = true`, `embargo_end_time > "2030-01-01T00:00:00Z"`, `embargo_end_time:*`, `restricted = false AND value > "0"`, `value > "1"`, `normalized.value <= "0"`, `dimensions.REF_AREA = "A"`, `time_period >= "2020-06"`, `obs_status:"L"`, `attributes.COLLECTION = "A"`,
		`NOT value = "0"`, `document:*`, `release_time < "2024" OR comment:*`, `origin.producer = "p" AND unit = "km"`, `frequency = A AND value_kind = POINT`,
	}
	importOrders = []string{
		"", "create_time", "update_time desc", "time_period", "time_period desc", "name", "name desc", "create_time desc, time_period", "time_period, name desc",
		"time_period, create_time desc, update_time", "update_time, time_period desc, create_time",
	}
)

// checkLists compares a list, read in pages, with what stands.
func (h *importHistory) checkLists(t *rapid.T, at recordtime.Time) {
	filter := `metric = "metrics/` + h.metric + `"`
	if rapid.Bool().Draw(t, "indirectly") {
		filter = "(" + filter + " OR " + filter + ")"
	}
	if more := rapid.SampledFrom(importFilters).Draw(t, "filter"); more != "" {
		filter += " AND (" + more + ")"
	}
	query := store.List{
		At: at, Filter: must.Get(listquery.ParseFilter(domain.FigureFields, filter))(h),
		Order: must.Get(listquery.ParseOrder(domain.FigureFields, rapid.SampledFrom(importOrders).Draw(t, "order")))(h),
		Limit: rapid.IntRange(1, 4).Draw(t, "limit"), ShowDeleted: rapid.Bool().Draw(t, "show deleted"),
	}
	var want, got []string
	var matching []domain.Figure
	for _, f := range h.standing(at) {
		if (query.ShowDeleted || !f.Retracted()) && listquery.Match(query.Filter, f.Operand) == listquery.Yes {
			matching = append(matching, f)
		}
	}
	slices.SortFunc(matching, func(a, b domain.Figure) int { return orderOf(query.Order, a, b) })
	for _, f := range matching {
		want = append(want, f.ID)
	}
	for more := true; more; {
		h.read(func(r store.Reader) error {
			page := must.Get(r.Figures(query))(h)
			for _, f := range page {
				got = append(got, f.ID)
			}
			if more = len(page) == query.Limit; more {
				query.After = nil
				for _, by := range query.Order {
					query.After = append(query.After, page[len(page)-1].OrderKey(by.Field))
				}
			}
			return nil
		})
	}
	must.Equal(h, got, want)
}

// orderOf compares two figures by an order.
func orderOf(order listquery.Order, a, b domain.Figure) int {
	for _, by := range order {
		var c int
		if key, ok := a.OrderKey(by.Field).(int64); ok {
			c = cmp.Compare(key, b.OrderKey(by.Field).(int64))
		} else {
			c = strings.Compare(a.OrderKey(by.Field).(string), b.OrderKey(by.Field).(string))
		}
		if by.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
