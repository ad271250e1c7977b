package pages_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// years are n observations of a data file, from a year on.
func years(from, n int) (out []*metricsv1.Observation) {
	for y := from; y < from+n; y++ {
		out = append(out, &metricsv1.Observation{
			TimePeriod: year(y), ValueKind: metricsv1.Figure_POINT, Value: number(fmt.Sprint(y)), Unit: usd(), SourceId: "0123456789abcdef",
		})
	}
	return out
}

// long is a record whose series has more figures than an answer.
func long() *record {
	r := example()
	key := map[string]string{"REF_AREA": "US"}
	page := func(next string, observations ...*metricsv1.Observation) *metricsv1.QueryMetricResponse {
		return &metricsv1.QueryMetricResponse{NextPageToken: next, Series: []*metricsv1.QueryMetricResponse_Series{
			{Dimensions: key, Frequency: metricsv1.Figure_A, Observations: observations},
		}}
	}
	r.query = page("more", years(1000, 700)...)
	r.queryAfter = map[string]*metricsv1.QueryMetricResponse{"more": page("", years(1700, 300)...)}
	return r
}

// TestALongSeriesIsDrawnWhole: to its newest figure, with dots that do not hide the line, and its
// table shut.
func TestALongSeriesIsDrawnWhole(t *testing.T) {
	a := get(t, explorer(t, long()), chosen)
	checkDocument(t, "long series", a)
	main := textOf(byID(a.root, "main"))
	for _, part := range []string{"1000 numbers", "Last: 1999: 1,999 USD", "1,000 figures in a table"} {
		must.Contains(t, main, part)
	}
	must.Contains(t, a.body, `class="c-point c-dense"`)
	must.False(t, strings.Contains(a.body, `<details class="table" open>`), "the long table is open")
	must.False(t, strings.Contains(a.body, "page_token"), "there is a next page")
}

// TestASeriesIsNotGoneOnWithByAnother of its key: what aggregates may answer both.
func TestASeriesIsNotGoneOnWithByAnother(t *testing.T) {
	r := long()
	r.query.Series[0].AggregatedFrom, r.queryAfter["more"].Series[0].AggregatedFrom = metricsv1.Figure_A, metricsv1.Figure_M
	a := get(t, explorer(t, r), chosen+"&aggregation_frequency=A&aggregation_method=AVG")
	main := textOf(byID(a.root, "main"))
	must.Contains(t, main, "700 numbers")
	must.Contains(t, a.body, "page_token=more")
}

// TestASeriesThatIsCutSaysSo where it is drawn.
func TestASeriesThatIsCutSaysSo(t *testing.T) {
	r := long()
	r.query.Series = append(r.query.Series, proto.CloneOf(r.query.GetSeries()[0]))
	r.query.Series[1].Dimensions = map[string]string{"REF_AREA": "MX"}
	a := get(t, explorer(t, r), "/metrics/trade")
	checkDocument(t, "cut series", a)
	must.Contains(t, textOf(byID(a.root, "series-1")), "700 figures in a table")
	r.query.Series = r.query.GetSeries()[:1]
	r.queryAfter["more"].Series[0].Dimensions = map[string]string{"REF_AREA": "MX"}
	a = get(t, explorer(t, r), "/metrics/trade")
	shows(t, byID(a.root, "series-1"), "These are its first 700 figures")
	must.Contains(t, a.body, "page_token=more")
	a = get(t, explorer(t, r), "/metrics/trade?page_token=more")
	must.Equal(t, a.code, http.StatusOK)
	shows(t, byID(a.root, "series-1"), "These are its last 300 figures")
}

// TestTheNextPageOfAMetricIsOfTheSameTime: the service goes on at that only.
func TestTheNextPageOfAMetricIsOfTheSameTime(t *testing.T) {
	r := long()
	r.queryAfter["more"].Series[0].Dimensions = map[string]string{"REF_AREA": "MX"}
	a := get(t, explorer(t, r), "/metrics/trade?page_token=more&read_time=2026-11-27T03:04:05.000001Z")
	must.Equal(t, a.code, http.StatusOK)
	must.Equal(t, r.asked.GetReadTime().AsTime().Nanosecond(), 1000)
	must.Contains(t, a.body, "read_time")
}

// TestASourceKeepsItsColour: as of a time at which it is the only one, too.
func TestASourceKeepsItsColour(t *testing.T) {
	r := long()
	source := func(id, producer string) *metricsv1.Source {
		return &metricsv1.Source{SourceId: id, Producer: producer}
	}
	r.query.NextPageToken, r.query.Sources = "", []*metricsv1.Source{source("0123456789abcdef", "Test Office")}
	r.query.Series[0].Observations = years(2000, 3)
	r.vintages = &metricsv1.ListVintagesResponse{
		Vintages: []*metricsv1.Vintage{{ReleaseTime: &typev1.TimePeriod{Edtf: "2023-03-08"}, SourceId: "0123456789abcdef"}},
		Sources:  []*metricsv1.Source{source("fedcba9876543210", "Census"), source("0123456789abcdef", "Test Office")},
	}
	a := get(t, explorer(t, r), chosen)
	must.Contains(t, a.body, `class="c-line c-g1"`)
	must.False(t, strings.Contains(a.body, `class="c-line c-g0"`))
	shows(t, byID(a.root, "series-1-1-wide-title").Parent, "Test Office")
	must.False(t, strings.Contains(textOf(byID(a.root, "series-1-1-wide-title").Parent), "Census"), "the key names what is not drawn")
}

// TestASeriesOfOneFigureIsARow where the page shows others, and a drawing where it is alone.
func TestASeriesOfOneFigureIsARow(t *testing.T) {
	r := long()
	r.query.NextPageToken = ""
	r.query.Series[0].Observations = years(2000, 1)
	must.Contains(t, get(t, explorer(t, r), chosen).body, "<svg xmlns")
	r.query.Series = append(r.query.Series, proto.CloneOf(r.query.GetSeries()[0]))
	must.False(t, strings.Contains(get(t, explorer(t, r), "/metrics/trade").body, "<svg xmlns"), "a drawing of one dot")
}

// TestWhatNoSourcePrintsIsNotQuoted: a number alone is no quotation.
func TestWhatNoSourcePrintsIsNotQuoted(t *testing.T) {
	r := example()
	r.figures[0].Reported = &metricsv1.Reported{Value: number("536070.65799")}
	r.figures[0].SignificantDigits = &metricsv1.SignificantDigits{Min: 11, Max: 11}
	page := textOf(byID(get(t, explorer(t, r), "/figures/total").root, "main"))
	for _, part := range []string{"As printed", "“536070.65799”", "significant digits"} {
		must.False(t, strings.Contains(page, part), "%q is on the page", part)
	}
}
