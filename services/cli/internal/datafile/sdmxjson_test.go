package datafile_test

import (
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// jsonFile is a file of SDMX-JSON 2: two series, attributes at every level, one
// observation without a value, notes.
const jsonFile = `{"meta":{"id":"X"},"data":{
"structures":[{
 "dimensions":{
  "dataSet":[{"id":"FREQ","keyPosition":0,"values":[{"id":"D"}]}],
  "series":[{"id":"CURRENCY","keyPosition":1,"values":[{"id":"NZD"},{"id":"RUB"}]}],
  "observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2013-01-18"},{"id":"2013-01-21"}]}]},
 "attributes":{
  "dataSet":[{"id":"TIME_FORMAT","default":"P1D","values":[{"id":"P1D"}]}],
  "dimensionGroup":[{"id":"COLLECTION","values":[{"id":"A"}]}],
  "series":[{"id":"TITLE","values":[{"value":"New Zealand dollar"},{"value":"Rouble"}]}],
  "observation":[{"id":"OBS_STATUS","values":[{"id":"A"},{"id":"M"}]}]},
 "annotations":[{"text":"of the series"},{"text":"of the day"}]}],
"dataSets":[{"structure":0,"action":"Merge","dimensionGroupAttributes":{":1:":[0]},"series":{
 "0":{"attributes":[0],"annotations":[0],"observations":{"0":[1.59310,0],"1":[null,1]}},
 "1":{"observations":{"0":[40.3426,0,1],"1":[1e2]},"attributes":[1]}
}}]}}`

var jsonMetric = metricOf("CURRENCY", "TIME_FORMAT TITLE COLLECTION")

// TestSDMXJSON: every level of attributes reaches its observations, wherever it
// stands, and numbers keep their digits.
func TestSDMXJSON(t *testing.T) {
	rows, refused := readAll(t, jsonFile, jsonMetric, "")
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 4)
	first, last := rows[0], rows[3]
	must.Equal(t, first.Dimensions, map[string]string{"CURRENCY": "NZD"})
	must.Equal(t, first.Frequency, metricsv1.Figure_D)
	must.Equal(t, first.Observation.GetTimePeriod(), "2013-01-18")
	must.Equal(t, first.Observation.GetValue().GetValue(), "1.59310")
	must.Equal(t, first.Observation.GetAction(), metricsv1.ImportedObservation_MERGE)
	must.Equal(t, first.Observation.GetAttributes(), map[string]string{"TIME_FORMAT": "P1D", "TITLE": "New Zealand dollar"})
	must.Equal(t, first.Observation.GetComment(), "of the series")
	must.True(t, rows[1].Observation.GetValue() == nil, "null is no number")
	must.Equal(t, rows[1].Observation.GetObsStatus(), []string{"M"})
	must.Equal(t, rows[2].Observation.GetComment(), "of the day")
	must.Equal(t, last.Observation.GetAttributes(), map[string]string{"TIME_FORMAT": "P1D", "TITLE": "Rouble", "COLLECTION": "A"})
	must.Equal(t, last.Observation.GetValue().GetValue(), "1e2")
	must.Equal(t, []int{first.Line, last.Line}, []int{14, 15})
}

// TestSDMXJSONInAnyOrder: data sets before structures, observations without series,
// and version 1, which has one structure.
func TestSDMXJSONInAnyOrder(t *testing.T) {
	flat := `{"dataSets":[{"action":"Information","observations":{"0:0":[7],"1:1":["8.50"]}}],
"structure":{"dimensions":{"observation":[{"id":"CURRENCY","values":[{"id":"A"},{"id":"B"}]},{"id":"TIME_PERIOD","values":[{"id":"2020"},{"id":"2021"}]}]},"attributes":{}}}`
	rows, refused := readAll(t, "\ufeff"+flat, jsonMetric, "")
	must.Equal(t, len(refused), 0)
	must.Equal(t, len(rows), 2)
	must.Equal(t, rows[1].Dimensions, map[string]string{"CURRENCY": "B"})
	must.Equal(t, rows[1].Observation.GetTimePeriod(), "2021")
	must.Equal(t, rows[1].Observation.GetValue().GetValue(), "8.50")
}

// TestSDMXJSONOfSeveralValues: whichever way an attribute has them, by indexes, in one
// value of its list, or as they are.
func TestSDMXJSONOfSeveralValues(t *testing.T) {
	for says, list := range map[string]string{"[1,0]": `,"values":[{"id":"E"},{"value":"P"}]`, "0": `,"values":[{"values":["P","E"]}]`, `["P","E"]`: ""} {
		file := `{"data":{"structures":[{"dimensions":{"observation":[{"id":"TIME_PERIOD","keyPosition":0,"values":[{"id":"2020"}]}]},
"attributes":{"observation":[{"id":"OBS_STATUS"` + list + `}]}}],"dataSets":[{"structure":0,"observations":{"0":["1",` + says + `]}}]}}`
		must.Equal(t, one(t, file, metricOf("", ""), "").Observation.GetObsStatus(), []string{"P", "E"})
	}
	_, refused := readAll(t, strings.Replace(jsonFile, "[null,1]", "[null,[1,9]]", 1), jsonMetric, "")
	must.Equal(t, len(refused), 1)
}

// TestSDMXJSONThatIsBroken: what comes before is read, and the place is said.
func TestSDMXJSONThatIsBroken(t *testing.T) {
	for _, test := range []struct {
		name, content, want string
		rows                int
	}{
		{"cut off", jsonFile[:strings.Index(jsonFile, "40.3426")+3], "15 CUT_OFF", 2},
		{"cut off between", jsonFile[:strings.Index(jsonFile, ",\"1\":[1e2]")], "15 CUT_OFF", 3},
		{"cut off in the structure", jsonFile[:strings.Index(jsonFile, "dataSet")], "1 CUT_OFF", 0},
		{"no structure", `{"data":{"dataSets":[]}}`, "1 MALFORMED_ROW", 0},
		{"no SDMX", `{}`, "1 MALFORMED_ROW", 0},
		{"index", strings.Replace(jsonFile, `"1":[null,1]`, `"5":[null,1]`, 1), "14 MALFORMED_ROW", 3},
		{"attribute index", strings.Replace(jsonFile, `[null,1]`, `[null,9]`, 1), "14 MALFORMED_ROW", 3},
		{"no array", strings.Replace(jsonFile, `[null,1]`, `7`, 1), "14 MALFORMED_ROW", 3},
		{"garbage", strings.Replace(jsonFile, `[null,1]`, `[null,1]?`, 1), "14 MALFORMED_ROW", 2},
		{"Latin-1", strings.Replace(jsonFile, `[null,1]`, "[null,1,\"caf\xe9\"]", 1), "1 MALFORMED_ROW", 0},
		{"unknown", strings.Replace(jsonFile, `"CURRENCY"`, `"OTHER"`, 1), "1 UNKNOWN_COLUMN", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, jsonMetric, "")
			must.Equal(t, reasonsOf(refused), test.want)
			must.Equal(t, len(rows), test.rows)
		})
	}
}

// TestGroupsOfSDMXJSON: what is said of fewer observations holds before what is said
// of more, and a default only where none of them says anything, in every run alike.
func TestGroupsOfSDMXJSON(t *testing.T) {
	const content = `{"data":{"structures":[{
 "dimensions":{"series":[{"id":"CURRENCY","keyPosition":0,"values":[{"id":"A"},{"id":"B"}]},{"id":"KIND","keyPosition":1,"values":[{"id":"X"},{"id":"Y"}]}],
  "observation":[{"id":"TIME_PERIOD","keyPosition":2,"values":[{"id":"2020"}]}]},
 "attributes":{"dimensionGroup":[{"id":"TITLE","default":"none","values":[{"value":"of A"},{"value":"of A X"},{"value":"of X"}]},{"id":"COLLECTION","default":"Z","values":[{"id":"S"}]}]}}],
"dataSets":[{"structure":0,"dimensionGroupAttributes":{"0:0:":[1,null],"0::":[0,0],":0:":[2]},
 "series":{"0:0":{"observations":{"0":[1]}},"0:1":{"observations":{"0":[1]}},"1:0":{"observations":{"0":[1]}},"1:1":{"observations":{"0":[1]}}}}]}}`
	for range 20 {
		rows, refused := readAll(t, content, metricOf("CURRENCY KIND", "TITLE COLLECTION"), "")
		must.Equal(t, len(refused), 0)
		var said []string
		for _, row := range rows {
			said = append(said, row.Observation.GetAttributes()["TITLE"]+", "+row.Observation.GetAttributes()["COLLECTION"])
		}
		must.Equal(t, said, []string{"of A X, S", "of A, S", "of X, Z", "none, Z"})
	}
}
