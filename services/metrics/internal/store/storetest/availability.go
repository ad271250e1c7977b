package storetest

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// availability checks AvailabilityReader.
func availability(t *testing.T, open Open) {
	st := open(t)
	put := func(id, period, frequency string, dimensions map[string]string) recordtime.Time {
		f := figure(t, id, period, "1", dimensions)
		f.Frequency = frequency
		return putFigure(t, st, f)
	}
	mexico, canada := map[string]string{"AREA": "MX", "FLOW": "IN"}, map[string]string{"AREA": "CA", "FLOW": "OUT"}
	first := put("a", "2020", "A", mexico)
	put("b", "2019-05", "M", mexico)
	put("c", "", "A", canada)
	all := put("d", "2024", "A", canada)
	gone := retractFigure(t, st, "d")
	tell := func(at recordtime.Time, filters ...map[string]string) (found store.Availability) {
		var queries []store.SeriesQuery
		for _, dimensions := range filters {
			queries = append(queries, store.SeriesQuery{Metric: "m", At: at, Dimensions: dimensions})
		}
		read(t, st, func(r store.Reader) {
			var err error
			found, err = r.Availability(queries)
			must.OK(t, err)
		})
		return found
	}
	found := tell(all, nil)
	must.Equal(t, found.Codes, map[string][]string{"AREA": {"CA", "MX"}, "FLOW": {"IN", "OUT"}})
	must.Equal(t, found.Frequencies, []string{"A", "M"})
	must.Equal(t, []int{found.Series, found.Figures}, []int{3, 4})
	must.True(t, found.Exact && !found.TooMany)
	must.Equal(t, []string{found.First.EDTF, found.Last.EDTF}, []string{"2019-05", "2024"})

	found = tell(first, nil)
	must.Equal(t, []int{found.Series, found.Figures}, []int{1, 1})
	must.Equal(t, found.Codes, map[string][]string{"AREA": {"MX"}, "FLOW": {"IN"}})

	// Two queries that find the same series count it once.
	found = tell(gone, map[string]string{"AREA": "CA"}, map[string]string{"FLOW": "OUT"})
	must.Equal(t, []int{found.Series, found.Figures}, []int{1, 1})
	must.False(t, found.First.Dated() || found.Last.Dated())
	found = tell(gone, map[string]string{"AREA": "XX"})
	must.Equal(t, []int{found.Series, found.Figures, len(found.Codes)}, []int{0, 0, 0})
	must.True(t, found.Exact)
}

// availabilityOfAny compares what there is with the figures of any record.
func availabilityOfAny(t *testing.T, open Open) {
	st, attempt := open(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		attempt++
		metric := "m" + strconv.Itoa(attempt)
		present := map[string]domain.Figure{}
		areas, frequencies := map[string]bool{}, map[string]bool{}
		for _, id := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{3}`), 0, 12, rapid.ID).Draw(rt, "ids") {
			f := figure(t, metric+"-"+id, rapid.SampledFrom([]string{"", "2019", "2020-03", "2021/2022"}).Draw(rt, "period"), "1",
				map[string]string{"AREA": rapid.SampledFrom([]string{"US", "MX", "CA"}).Draw(rt, "area")})
			f.Metric, f.Frequency = metric, rapid.SampledFrom([]string{"A", "M", ""}).Draw(rt, "frequency")
			putFigure(t, st, f)
			if present[id] = f; rapid.Bool().Draw(rt, "retract") {
				retractFigure(t, st, f.ID)
				delete(present, id)
			}
		}
		first, last := recordtime.Time(math.MaxInt64), domain.Undated
		series := map[string]bool{}
		for _, f := range present {
			series[f.Series().Text()] = true
			areas[f.Dimensions["AREA"]], frequencies[f.Frequency] = true, true
			if f.Period.Dated() {
				first, last = min(first, f.Period.Start), max(last, f.Period.Start)
			}
		}
		read(t, st, func(r store.Reader) {
			found, err := r.Availability([]store.SeriesQuery{{Metric: metric, At: store.Newest}})
			must.OK(t, err)
			must.Equal(t, []int{found.Series, found.Figures, len(found.Codes["AREA"]), len(found.Frequencies)},
				[]int{len(series), len(present), len(areas), len(frequencies)})
			must.Equal(t, found.First.Dated(), last != domain.Undated)
			if found.First.Dated() {
				must.Equal(t, []recordtime.Time{found.First.Start, found.Last.Start}, []recordtime.Time{first, last})
			}
		})
	})
}
