package server_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// sdmxMessage is a data message of SDMX-JSON 2.0.
type sdmxMessage struct {
	Meta struct {
		Schema, ID string
		Prepared   time.Time
		Sender     struct{ ID string }
	}
	Data struct {
		Structures []struct {
			DataSets   []int
			Name       string
			Dimensions struct{ Series, Observation []sdmxPart }
			Measures   struct{ Observation []sdmxPart }
			Attributes struct{ Observation []sdmxPart }
		}
		DataSets []struct {
			Structure int
			Action    string
			Links     []struct{ Rel, URN string }
			Series    map[string]struct {
				Observations map[string][]json.RawMessage
			}
		}
	}
}

type sdmxPart struct {
	ID, Name     string
	KeyPosition  *int
	Relationship map[string]any
	Values       []struct {
		ID, Name   string
		Value      any
		Values     []string
		Start, End time.Time
	}
}

// at is the text of a value by its index, semicolons between several.
func (p *sdmxPart) at(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	if string(raw) == "null" {
		return ""
	}
	v := p.Values[must.Get(strconv.Atoi(string(raw)))(t)]
	switch value := v.Value.(type) {
	case nil:
		return cmp.Or(v.ID, strings.Join(v.Values, ";"))
	case bool:
		return strconv.FormatBool(value)
	default:
		return value.(string)
	}
}

var sdmxKey, sdmxValueID = regexp.MustCompile(`^[0-9]+(:[0-9]+)*$`), regexp.MustCompile(`^[A-Za-z0-9_@$-]+$`)

// check asserts what the schema of the message requires of a component.
func (p *sdmxPart) check(t *testing.T) {
	t.Helper()
	must.True(t, regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`).MatchString(p.ID), "id %s", p.ID)
	must.True(t, p.Name != "", "%s has no name", p.ID)
	seen := map[string]bool{}
	for _, v := range p.Values {
		_, number := v.Value.(float64)
		must.False(t, number, "%s: %v, which is a number and an integer, of which the schema takes one", p.ID, v)
		forms := 0
		for _, is := range []bool{v.Value != nil, v.Values != nil, v.ID != "" && v.Name != ""} {
			if is {
				forms++
			}
		}
		must.True(t, forms == 1 && (v.ID == "") == (v.Name == ""), "%s: %v is a code with its name, a value, or values", p.ID, v)
		must.True(t, v.ID == "" || sdmxValueID.MatchString(v.ID), "%s: id %s", p.ID, v.ID)
		text := fmt.Sprint(v.ID, v.Value, v.Values)
		must.False(t, seen[text], "%s: %v twice", p.ID, v)
		seen[text] = true
	}
}

// readSDMX reads a message strictly: its rows, those of the first data set first, each by
// the columns of SDMX-CSV.
func readSDMX(t *testing.T, body string) (sdmxMessage, []map[string]string) {
	t.Helper()
	var m sdmxMessage
	must.OK(t, json.Unmarshal([]byte(body), &m))
	must.True(t, sdmxValueID.MatchString(m.Meta.ID), "id %s", m.Meta.ID)
	must.True(t, m.Meta.Schema != "" && m.Meta.Sender.ID != "" && !m.Meta.Prepared.IsZero(), "meta: %v", m.Meta)
	s := &m.Data.Structures[0]
	dimensions := append(append([]sdmxPart{}, s.Dimensions.Series...), s.Dimensions.Observation...)
	for i := range dimensions {
		dimensions[i].check(t)
		must.True(t, len(dimensions[i].Values) > 0, "%s has no value", dimensions[i].ID)
		must.Equal(t, *dimensions[i].KeyPosition, i)
	}
	for i := range s.Attributes.Observation {
		s.Attributes.Observation[i].check(t)
		must.Equal(t, s.Attributes.Observation[i].Relationship, map[string]any{"observation": map[string]any{}})
	}
	var rows []map[string]string
	for _, set := range m.Data.DataSets {
		must.Equal(t, set.Action, "Information")
		must.True(t, set.Structure == 0 && len(set.Links) > 0 && set.Links[0].Rel != "" && set.Links[0].URN != "", "data set: %v", set.Links)
		for key, series := range set.Series {
			for period, content := range series.Observations {
				must.True(t, sdmxKey.MatchString(key+":"+period), "key %s:%s", key, period)
				row := map[string]string{}
				for i, index := range strings.Split(key+":"+period, ":") {
					row[dimensions[i].ID] = dimensions[i].at(t, json.RawMessage(index))
				}
				if string(content[0]) != "null" {
					var value string
					must.OK(t, json.Unmarshal(content[0], &value)) // a number would lose digits
					row[s.Measures.Observation[0].ID] = value
				}
				for i, raw := range content[1:] {
					row[s.Attributes.Observation[i].ID] = s.Attributes.Observation[i].at(t, raw)
				}
				rows = append(rows, row)
			}
		}
	}
	return m, rows
}

// sameAsCSV asserts that a message has what SDMX-CSV has, cell by cell.
func sameAsCSV(t *testing.T, w *world, query string) sdmxMessage {
	t.Helper()
	response := w.call(t, "GET", "/v1/metrics/trade:query?format=sdmx-json"+query, "")
	must.Equal(t, response.Header.Get("Content-Type"), "application/vnd.sdmx.data+json; version=2.0.0")
	m, rows := readSDMX(t, response.Body)
	got := map[string]map[string]string{}
	for _, row := range rows {
		got[row["FIGURE"]+" "+row["TIME_PERIOD"]] = row
	}
	lines := table(t, w.call(t, "GET", "/v1/metrics/trade:query?format=sdmx-csv"+query, "").Body)
	must.Equal(t, len(rows), len(lines))
	for _, line := range lines {
		row := got[line["FIGURE"]+" "+line["TIME_PERIOD"]]
		for column, want := range line {
			id := strings.TrimSuffix(column, "[]")
			if id != "STRUCTURE[;]" && id != "STRUCTURE_ID" && id != "ACTION" {
				must.Equal(t, id+" "+row[id], id+" "+want)
			}
		}
	}
	return m
}

// TestJ12SDMXJSONSaysWhatSDMXCSVSays: every column of every row, with all digits, bounds
// without a number between them, and null where there is none.
func TestJ12SDMXJSONSaysWhatSDMXCSVSays(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		answer.Series[0].Observations[5].Value = number("-1234567890123456789012345678.901234567890")
		answer.Series[0].Observations[5].ObsStatus = []string{"E"}
		more := tradeAnswer().GetSeries()[0]
		more.Dimensions = map[string]string{"REF_AREA": "MX", "value": "v", "FREQ": "f"}
		for _, o := range more.GetObservations() {
			o.Figure += "-mx"
		}
		answer.Series = append(answer.Series, more)
		return answer, nil
	}
	m := sameAsCSV(t, w, "")
	sameAsCSV(t, w, "&unit=USD") // which computes
	s := m.Data.Structures[0]
	must.Equal(t, s.Name, "Trade of two countries")
	must.Equal(t, len(m.Data.DataSets), 1)
	must.Equal(t, len(m.Data.DataSets[0].Series), 2)
	must.Equal(t, m.Data.DataSets[0].Links[0].URN, "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ONRECORD:trade(1.0)")
	var ids []string
	for _, d := range s.Dimensions.Series {
		ids = append(ids, d.ID)
	}
	must.Equal(t, ids, []string{"REF_AREA", "value", "D_FREQ", "FREQ"})
	must.Equal(t, s.Dimensions.Series[3].Values[0].Name, "yearly")
	year := s.Dimensions.Observation[0].Values[0]
	must.Equal(t, []string{year.ID, year.Start.Format(time.RFC3339), year.End.Format(time.RFC3339)}, []string{"2019", "2019-01-01T00:00:00Z", "2019-12-31T23:59:59Z"})
}

// TestSDMXJSONHasNoKeyTwice: what several sources or releases say of a period is in
// several data sets, and nothing is lost.
func TestSDMXJSONHasNoKeyTwice(t *testing.T) {
	w := tradeWorld(t)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		series := answer.GetSeries()[0]
		for _, figure := range []string{"figures/second", "figures/third"} {
			other := proto.CloneOf(series.GetObservations()[1])
			other.Figure = figure
			series.Observations = append(series.Observations, other)
		}
		return answer, nil
	}
	m := sameAsCSV(t, w, "")
	must.Equal(t, m.Data.Structures[0].DataSets, []int{0, 1, 2})
	var counts []int
	for _, set := range m.Data.DataSets {
		counts = append(counts, len(set.Series["0:0:0:0"].Observations))
	}
	must.Equal(t, counts, []int{6, 1, 1})
}

// TestSDMXJSONIsOfTheRecord: its time and its id come from what is on record, so that the
// same answer is the same bytes; pages and no observations are messages too.
func TestSDMXJSONIsOfTheRecord(t *testing.T) {
	w := tradeWorld(t)
	updated := time.Date(2024, 5, 6, 7, 8, 9, 10_000, time.UTC)
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		answer.Series[0].Observations[2].UpdateTime = timestamppb.New(updated)
		answer.NextPageToken = "more"
		return answer, nil
	}
	const address = "/v1/metrics/trade:query?format=sdmx-json&page_size=6"
	response := w.call(t, "GET", address, "")
	must.Equal(t, w.call(t, "GET", address, "").Body, response.Body)
	must.Contains(t, strings.Join(response.Header.Values("Link"), ", "), `page_token=more>; rel="next"`)
	m, rows := readSDMX(t, response.Body)
	must.Equal(t, len(rows), 6)
	must.Equal(t, m.Meta.Prepared, updated)
	must.True(t, strings.HasPrefix(m.Meta.ID, "trade-"), "id %s", m.Meta.ID)
	at, _ := readSDMX(t, w.call(t, "GET", address+"&read_time=2025-01-01T00:00:00Z", "").Body)
	must.Equal(t, at.Meta.Prepared, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	must.True(t, at.Meta.ID != m.Meta.ID, "two messages have one id")

	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		return &metricsv1.QueryMetricResponse{}, nil
	}
	_, rows = readSDMX(t, w.call(t, "GET", "/v1/metrics/trade:query?format=sdmx-json", "").Body)
	must.Equal(t, len(rows), 0)
}
