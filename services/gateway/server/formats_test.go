package server_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func edtfYear(y int) *typev1.TimePeriod {
	start := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	return &typev1.TimePeriod{Edtf: start.Format("2006"), StartTime: timestamppb.New(start), EndTime: timestamppb.New(start.AddDate(1, 0, 0))}
}

// tradeMetric has a dimension and an attribute with names that columns have too.
func tradeMetric() *metricsv1.Metric {
	return &metricsv1.Metric{
		Name: "metrics/trade", DisplayName: "Trade of two countries", Description: "Goods, both ways.", Coverage: "goods only",
		Dimensions: []*metricsv1.Dimension{{Id: "REF_AREA"}, {Id: "value"}, {Id: "FREQ"}},
		Attributes: []*metricsv1.Attribute{{Id: "TITLE"}, {Id: "comment"}},
		Breaks:     []*metricsv1.Break{{TimePeriod: edtfYear(2021), Description: "another basis"}},
	}
}

// tradeAnswer has one of everything that a copy must carry: a number with hedge and
// status, bounds, a gap that is filled, a converted amount, and what has no number.
func tradeAnswer() *metricsv1.QueryMetricResponse {
	usd := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}
	observations := []*metricsv1.Observation{
		{
			Figure: "figures/a", TimePeriod: edtfYear(2019), ValueKind: metricsv1.Figure_POINT, Value: number("860000000000"), Unit: usd,
			Approximator: metricsv1.Figure_ABOUT, ObsStatus: []string{"P", "E"}, ConfStatus: "F", Attributes: map[string]string{"TITLE": "A, \"quoted\"\ntitle", "comment": "c"},
			AsWritten: &metricsv1.AsWritten{Value: number("860"), Unit: usd, UnitMult: 9, Decimals: proto.Int32(0)}, RevisionId: "2", Corrected: true,
			ReleaseTime: &typev1.TimePeriod{Edtf: "2020-03-01"}, Comment: "=1+1",
		},
		{
			Figure: "figures/b", TimePeriod: edtfYear(2020), ValueKind: metricsv1.Figure_RANGE, Unit: usd, DocumentVersion: "documents/d/versions/1",
			Lower:     &metricsv1.Bound{Value: number("20000"), Inclusive: proto.Bool(true)},
			Upper:     &metricsv1.Bound{Value: number("100000"), Inclusive: proto.Bool(false)},
			AsWritten: &metricsv1.AsWritten{Lower: &metricsv1.Bound{Value: number("20"), Inclusive: proto.Bool(true)}, Upper: &metricsv1.Bound{Value: number("100"), Inclusive: proto.Bool(false)}, Unit: usd, UnitMult: 3},
		},
		{Figure: "figures/a", TimePeriod: edtfYear(2021), ValueKind: metricsv1.Figure_POINT, Value: number("1.10"), Unit: usd, Filled: true, FilledFrom: edtfYear(2019)},
		{
			Figure: "figures/c", TimePeriod: edtfYear(2022), ValueKind: metricsv1.Figure_POINT, Value: number("2.5E+300"), Unit: usd, Inexact: true,
			Conversion: &metricsv1.Conversion{
				RateBasis: metricsv1.Conversion_REFERENCE, Rate: &metricsv1.Fraction{Numerator: number("9"), Denominator: number("7")}, From: "SGD", To: "USD",
				RateFigure: "figures/rate", RateRevisionId: "3", RatePeriod: edtfYear(2022),
			},
		},
		{Figure: "figures/n", TimePeriod: &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}, ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_SUPPRESSED, Unit: usd},
		{Figure: "figures/big", TimePeriod: edtfYear(2023), ValueKind: metricsv1.Figure_POINT, Value: number("9E+400"), Unit: usd},
	}
	for _, o := range observations {
		o.SourceId = "0123456789abcdef"
	}
	return &metricsv1.QueryMetricResponse{
		Coverage: "goods only",
		Series: []*metricsv1.QueryMetricResponse_Series{{
			Dimensions: map[string]string{"REF_AREA": "US", "value": "v", "FREQ": "f"}, Frequency: metricsv1.Figure_A, Observations: observations,
		}},
		Sources: []*metricsv1.Source{{
			SourceId: "0123456789abcdef", Producer: "An office", Title: "A table", Uri: "https://example.org/t", License: "CC0", CitationFull: "An office, A table, 2020.", Rank: 1,
		}},
	}
}

func tradeWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.metrics.metric = tradeMetric()
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) { return tradeAnswer(), nil }
	return w
}

// table reads CSV into one map a line.
func table(t *testing.T, body string) []map[string]string {
	t.Helper()
	lines := must.Get(csv.NewReader(strings.NewReader(body)).ReadAll())(t)
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			_, twice := row[name]
			must.False(t, twice, "column %s twice", name)
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func TestRowsAreFlatWithEqualKeys(t *testing.T) {
	w := tradeWorld(t)
	response := w.call(t, "GET", "/v1/metrics/trade:query?format=rows", "")
	must.Equal(t, response.StatusCode, http.StatusOK)
	must.Equal(t, response.Header.Get("Content-Type"), "application/json")
	must.Equal(t, response.Header.Get("Onrecord-Settled-Time"), settledText)
	var rows []map[string]any
	must.OK(t, json.Unmarshal([]byte(response.Body), &rows))
	must.Equal(t, len(rows), 6)
	keys := slices.Sorted(maps.Keys(rows[0]))
	for _, row := range rows {
		must.Equal(t, slices.Sorted(maps.Keys(row)), keys)
		for _, value := range row {
			switch value.(type) {
			case map[string]any, []any:
				t.Fatalf("not flat: %v", value)
			}
		}
		must.Equal(t, row["coverage"], any("goods only"))
		must.Equal(t, row["producer"], any("An office"))
		must.Equal(t, row["dimension.value"], any("v"))
	}
	a, b, filled, converted, none, big := rows[0], rows[1], rows[2], rows[3], rows[4], rows[5]
	must.Equal(t, a["value"], any("860000000000"))
	must.Equal(t, a["valueNumber"], any(860000000000.0))
	must.Equal(t, a["time"], any("2019-01-01T00:00:00Z"))
	must.Equal(t, []any{a["provisional"], a["approximator"], a["corrected"], a["writtenValue"], a["writtenUnitMult"], a["releaseTime"], a["obsStatus"]},
		[]any{true, "ABOUT", true, "860", 9.0, "2020-03-01", "P;E"})
	must.Equal(t, []any{b["value"], b["valueNumber"], b["lower"], b["lowerInclusive"], b["upper"], b["upperInclusive"], b["documentVersion"]},
		[]any{nil, nil, "20000", true, "100000", false, "documents/d/versions/1"})
	must.Equal(t, []any{filled["filled"], filled["filledFrom"], filled["value"]}, []any{true, "2019", "1.10"})
	must.Equal(t, []any{converted["converted"], converted["rate"], converted["rateBasis"], converted["rateFigure"], converted["convertedFrom"], converted["inexact"]},
		[]any{true, "9/7", "REFERENCE", "figures/rate", "SGD", true})
	must.Equal(t, []any{none["value"], none["valueKind"], none["missingReason"], none["time"], none["period"]}, []any{nil, "NO_VALUE", "SUPPRESSED", nil, nil})
	must.Equal(t, []any{big["value"], big["valueNumber"]}, []any{"9E+400", nil})
}

func TestCSVKeepsEveryTextAndPointsToItsMetadata(t *testing.T) {
	w := tradeWorld(t)
	response := w.call(t, "GET", "/v1/metrics/trade:query?dimensions[REF_AREA]=US", "", "Accept", "text/csv")
	must.Equal(t, response.Header.Get("Content-Type"), "text/csv; charset=utf-8; header=present")
	must.Contains(t, strings.Join(response.Header.Values("Vary"), ","), "Accept")
	rows := table(t, response.Body)
	must.Equal(t, len(rows), 6)
	must.Equal(t, rows[0]["TITLE"], "A, \"quoted\"\ntitle")
	must.Equal(t, rows[0]["attribute.comment"], "c")
	must.Equal(t, rows[0]["comment"], "=1+1")
	must.Equal(t, rows[1]["lower"], "20000")
	must.Equal(t, rows[1]["value"], "")
	must.Equal(t, rows[2]["filled"], "true")

	link := response.Header.Get("Link")
	must.Contains(t, link, `rel="describedby"`)
	target := strings.TrimPrefix(link[:strings.Index(link, ">")], "<")
	meta := w.call(t, "GET", target, "")
	must.Equal(t, meta.Header.Get("Content-Type"), "application/csvm+json")
	var metadata struct {
		Context []any    `json:"@context"`
		URL     string   `json:"url"`
		License []string `json:"dc:license"`
		Source  []string `json:"dc:source"`
		Notes   []struct{ Type, Text string }
		Schema  struct {
			Columns []struct{ Name, Datatype string }
		} `json:"tableSchema"`
	}
	must.OK(t, json.Unmarshal([]byte(meta.Body), &metadata))
	must.Equal(t, metadata.Context[0], any("http://www.w3.org/ns/csvw"))
	must.Equal(t, metadata.License, []string{"CC0"})
	must.Contains(t, metadata.Source[0], "An office, A table, 2020.")
	must.Contains(t, metadata.Notes[0].Text, "another basis")
	header := must.Get(csv.NewReader(strings.NewReader(response.Body)).Read())(t)
	must.Equal(t, len(metadata.Schema.Columns), len(header))
	for i, column := range metadata.Schema.Columns {
		must.Equal(t, column.Name, header[i])
	}
	must.Equal(t, w.call(t, "GET", metadata.URL, "").Body, response.Body)
}

func TestSDMXHasEveryDimensionAndAttribute(t *testing.T) {
	w := tradeWorld(t)
	response := w.call(t, "GET", "/v1/metrics/trade:query?format=sdmx-csv", "")
	must.Contains(t, response.Header.Get("Content-Type"), "application/vnd.sdmx.data+csv; version=2.0.0")
	rows := table(t, response.Body)
	must.True(t, strings.HasPrefix(response.Body, "STRUCTURE[;],STRUCTURE_ID,ACTION,REF_AREA,value,D_FREQ,FREQ,TIME_PERIOD,OBS_VALUE,"), response.Body)
	for column, want := range map[string]string{
		"STRUCTURE[;]": "dataflow", "STRUCTURE_ID": "ONRECORD:trade(1.0)", "ACTION": "I", "FREQ": "A", "D_FREQ": "f", "TIME_PERIOD": "2019", "OBS_VALUE": "860",
		"UNIT_MEASURE": "USD", "UNIT_MULT": "9", "DECIMALS": "0", "OBS_STATUS[]": "P;E", "A_TITLE": "A, \"quoted\"\ntitle", "TITLE": "A table", "APPROXIMATOR": "ABOUT", "CORRECTED": "true",
		"PRODUCER": "An office", "COVERAGE": "goods only",
	} {
		must.Equal(t, column+" "+rows[0][column], column+" "+want)
	}
	must.Equal(t, []string{rows[1]["OBS_VALUE"], rows[1]["LOWER"], rows[1]["LOWER_INCLUSIVE"], rows[1]["UPPER"], rows[1]["UPPER_INCLUSIVE"], rows[1]["UNIT_MULT"]},
		[]string{"", "20", "true", "100", "false", "3"})

	computed := table(t, w.call(t, "GET", "/v1/metrics/trade:query?format=sdmx-csv&unit=USD", "").Body)
	must.Equal(t, []string{computed[0]["OBS_VALUE"], computed[0]["UNIT_MULT"], computed[0]["DECIMALS"]}, []string{"860000000000", "0", ""})
}

func TestSVGTellsWhatItShows(t *testing.T) {
	w := tradeWorld(t)
	response := w.call(t, "GET", "/v1/metrics/trade:query?as_of=2021-06-30", "", "Accept", "image/avif,image/svg+xml,image/*;q=0.8,*/*;q=0.5")
	must.Equal(t, response.Header.Get("Content-Type"), "image/svg+xml")
	must.Equal(t, last[*metricsv1.QueryMetricRequest](t, &w.metrics.notes).GetAsOf(), "2021-06-30")
	decoder := xml.NewDecoder(strings.NewReader(response.Body))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		must.OK(t, err)
	}
	for _, part := range []string{
		`role="img"`, "<desc", "Trade of two countries", "As was public by 30 June 2021.", "Source: An office, A table", "Coverage: goods only.", "provisional",
		"bounds, no number within is stated", "fills a gap", "corrected since", "Not drawn: 1 figure, because it has no number.", "another basis", "prefers-color-scheme",
	} {
		must.Contains(t, response.Body, part)
	}
}

// TestSVGSaysWhatIsNotForOthers below the drawing and at the mark.
func TestSVGSaysWhatIsNotForOthers(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		observations := answer.Series[0].Observations[:2]
		observations[0].Restricted, observations[0].EmbargoEndTime = true, timestamppb.New(time.Date(2035, 3, 1, 8, 30, 0, 0, time.UTC))
		answer.Series[0].Observations = observations
		return answer, nil
	}
	body := w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body
	must.Contains(t, body, "Not for others: only editors and admins read 1 figure of these.")
	must.Contains(t, body, "under embargo until 1 March 2035, 08:30:00 UTC: only editors and admins read it")
}

// TestSVGJoinsTheNumbersOfOneSource: whichever version of its document prints them.
func TestSVGJoinsTheNumbersOfOneSource(t *testing.T) {
	w := tradeWorld(t)
	for second, lines := range map[string]int{"0123456789abcdef": 1, "fedcba9876543210": 0} {
		w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
			answer := tradeAnswer()
			series := answer.GetSeries()[0]
			first, next := proto.CloneOf(series.GetObservations()[0]), proto.CloneOf(series.GetObservations()[0])
			first.DocumentVersion, next.DocumentVersion = "documents/d/versions/1", "documents/d/versions/2"
			next.TimePeriod, next.SourceId = edtfYear(2020), second
			series.Observations = []*metricsv1.Observation{first, next}
			return answer, nil
		}
		must.Equal(t, strings.Count(w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body, `class="c-line`), lines)
	}
}

// TestSVGTellsAggregatesOfOneKeyApart: those of the yearly figures and those of the monthly.
func TestSVGTellsAggregatesOfOneKeyApart(t *testing.T) {
	w := tradeWorld(t)
	answer := tradeAnswer()
	answer.Series[0].Observations = answer.GetSeries()[0].GetObservations()[:1]
	monthly := proto.CloneOf(answer.GetSeries()[0])
	monthly.Observations[0].Figure, monthly.Observations[0].AggregatedCount, monthly.Observations[0].Value = "", 12, number("7")
	answer.Series = append(answer.Series, monthly)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) { return answer, nil }
	body := w.call(t, "GET", "/v1/metrics/trade:query?format=svg&aggregation_frequency=A&aggregation_method=AVG", "").Body
	must.Contains(t, body, "US · f · v, yearly (2)")
	must.Contains(t, body, `c-g1"`)
	must.False(t, strings.Contains(body, "yearly, from")) // what is not known is not said
}

// TestSVGNamesASeriesOnce, on however many pages it stands.
func TestSVGNamesASeriesOnce(t *testing.T) {
	w := tradeWorld(t)
	of := func(y int, count int32) *metricsv1.QueryMetricResponse_Series {
		s := proto.CloneOf(tradeAnswer().GetSeries()[0])
		s.Observations = s.GetObservations()[:1]
		if s.Observations[0].TimePeriod, s.Observations[0].AggregatedCount = edtfYear(y), count; count > 0 {
			s.Observations[0].Figure = ""
		}
		return s
	}
	for begins, labels := range map[int]int{2022: 2, 2019: 3} {
		pages := [][]*metricsv1.QueryMetricResponse_Series{{of(2020, 0)}, {of(2021, 0), of(2020, 12)}, {of(2021, 1)}, {of(begins, 2)}}
		w.metrics.query = func(r *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
			n, _ := strconv.Atoi(r.GetPageToken())
			answer := tradeAnswer()
			if answer.Series = pages[n]; n+1 < len(pages) {
				answer.NextPageToken = strconv.Itoa(n + 1)
			}
			return answer, nil
		}
		body := w.call(t, "GET", "/v1/metrics/trade:query?format=svg&aggregation_frequency=A&aggregation_method=AVG", "").Body
		for n := range 4 {
			label := ">US · f · v, yearly<"
			if n > 0 {
				label = fmt.Sprintf(">US · f · v, yearly (%d)<", n+1)
			}
			must.Equal(t, strings.Contains(body, label), n < labels)
		}
	}
}

// TestSVGTellsSourcesOfOneNameApart where they stand side by side.
func TestSVGTellsSourcesOfOneNameApart(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		series := answer.GetSeries()[0]
		one := series.GetObservations()[0]
		series.Observations, answer.Sources = nil, nil
		for _, id := range []string{"a", "b", "c"} {
			o := proto.CloneOf(one)
			o.SourceId = strings.Repeat(id, 16)
			series.Observations = append(series.Observations, o)
			answer.Sources = append(answer.Sources, &metricsv1.Source{SourceId: o.GetSourceId(), Producer: "Office", Title: "Trade"})
		}
		return answer, nil
	}
	body := w.call(t, "GET", "/v1/metrics/trade:query?format=svg&selection=EVERY_SOURCE", "").Body
	for _, id := range []string{"a", "b", "c"} {
		must.Contains(t, body, ">Office, Trade ("+strings.Repeat(id, 16)+")<")
	}
	must.Contains(t, body, `c-g2"`)
}

func TestADrawingOfNothingSaysSo(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		return &metricsv1.QueryMetricResponse{}, nil
	}
	must.Contains(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body, "No figure is drawn.")
	must.Equal(t, w.call(t, "GET", "/v1/metrics/trade:query?format=rows", "").Body, "[]")
	must.Equal(t, strings.Count(w.call(t, "GET", "/v1/metrics/trade:query?format=csv", "").Body, "\n"), 1)
}

func TestWhatADrawingCannotShowIsRefused(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		answer.Series[0].Observations[0].Unit = &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"}
		return answer, nil
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg", ""), 400, "CANNOT_DRAW", "")
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		for i := range 6 {
			more := tradeAnswer().GetSeries()[0]
			more.Dimensions["REF_AREA"] = fmt.Sprint("X", i)
			answer.Series = append(answer.Series, more)
		}
		return answer, nil
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg", ""), 400, "CANNOT_DRAW", "")
}

// TestACopyIsWhole: a file never has a first page only, unless pages are asked for;
// then it says where the next one is.
func TestACopyIsWhole(t *testing.T) {
	w := tradeWorld(t)
	var tokens []string
	w.metrics.query = func(r *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		tokens = append(tokens, r.GetPageToken())
		answer := tradeAnswer()
		if len(tokens)%3 != 0 {
			answer.NextPageToken = fmt.Sprint("t", len(tokens)%3)
		}
		return answer, nil
	}
	response := w.call(t, "GET", "/v1/metrics/trade:query?format=csv", "")
	must.Equal(t, len(table(t, response.Body)), 18)
	must.Equal(t, tokens, []string{"", "t1", "t2"})

	tokens = nil
	response = w.call(t, "GET", "/v1/metrics/trade:query?format=csv&page_size=6", "")
	must.Equal(t, len(table(t, response.Body)), 6)
	must.Contains(t, strings.Join(response.Header.Values("Link"), ", "), `/v1/metrics/trade:query?format=csv&page_size=6&page_token=t1>; rel="next"`)

	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		answer.NextPageToken = "more"
		for len(answer.Series[0].Observations) < 1000 {
			answer.Series[0].Observations = append(answer.Series[0].Observations, answer.Series[0].Observations...)
		}
		return answer, nil
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=rows", ""), 400, "ANSWER_TOO_LARGE", "")
}

func TestFormatsAreStrict(t *testing.T) {
	w := tradeWorld(t)
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=xlsx", ""), 400, "UNKNOWN_ENUM_VALUE", "format")
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=csv&format=csv", ""), 400, "DUPLICATE_PARAMETER", "format")
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=csv&vintage_date=2023", ""), 400, "UNKNOWN_PARAMETER", "vintage_date")
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg&transform=LOG", ""), 400, "UNKNOWN_ENUM_VALUE", "transform")
	refused(t, w.call(t, "GET", "/v1/metrics/trade?format=csv", ""), 400, "UNKNOWN_ENUM_VALUE", "format")
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "text/html, */*;q=0.1": "application/json", "text/csv;q=0.5, application/json;q=0.4": "text/csv; charset=utf-8; header=present",
		"application/vnd.sdmx.data+csv; version=2.0.0": "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", "application/csvm+json": "application/csvm+json",
		"text/csv;q=0, */*": "application/json", "text/*": "text/csv; charset=utf-8; header=present", "broken;;, text/csv": "text/csv; charset=utf-8; header=present",
		"application/vnd.sdmx.data+json;version=2.0.0": "application/vnd.sdmx.data+json; version=2.0.0",
	} {
		must.Equal(t, w.call(t, "GET", "/v1/metrics/trade:query", "", "Accept", accept).Header.Get("Content-Type"), want)
	}
	for _, accept := range []string{"text/html", "application/vnd.sdmx.data+csv; version=1.0.0", "application/vnd.sdmx.data+json; version=1.0.0", "application/json;q=0", "nonsense"} {
		refused(t, w.call(t, "GET", "/v1/metrics/trade:query", "", "Accept", accept), 406, "NOT_ACCEPTABLE", "")
	}
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		return nil, errs.Invalid("rate_basis", "RATE_BASIS_REQUIRED", "say which rate")
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=csv&unit=EUR", ""), 400, "RATE_BASIS_REQUIRED", "rateBasis")
}

func TestAFormatAsItStoodIsImmutable(t *testing.T) {
	w := tradeWorld(t)
	const at = "read_time=2025-01-01T00:00:00Z"
	for _, format := range []string{"json", "rows", "csv", "csvw", "sdmx-csv", "sdmx-json", "svg"} {
		first := w.call(t, "GET", "/v1/metrics/trade:query?format="+format+"&"+at, "")
		must.Equal(t, first.Header.Get("Cache-Control"), "public, max-age=31536000, immutable")
		must.Equal(t, w.call(t, "GET", "/v1/metrics/trade:query?format="+format+"&"+at, "").Body, first.Body)
		must.Equal(t, w.call(t, "GET", "/v1/metrics/trade:query?format="+format+"&"+at, "", "If-None-Match", first.Header.Get("ETag")).StatusCode, http.StatusNotModified)
	}
}
