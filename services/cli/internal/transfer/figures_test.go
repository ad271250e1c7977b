package transfer_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/encoding/protojson"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
	"github.com/onrecord/onrecord/services/platform/sdmx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// figureServer is a record of imported figures by dimension, period and release. A
// value of "1e999" is rejected.
type figureServer struct {
	figures map[string]*metricsv1.Figure
	// sent is every observation that was sent, in order.
	sent []string
	// cutAt is the request that is cut off before it is done; 0 for none.
	cutAt, calls int
	// meanwhile happens at the first request.
	meanwhile func()
	// counts is how many observations each request had.
	counts []int
	// filters are those of the lists that were asked for.
	filters []string
	// metric is what it has on record of metrics/m, if it is more than the name.
	metric string
}

// Call implements transfer.Server.
func (s *figureServer) Call(_ context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	switch {
	case method == http.MethodGet && path == "metrics/m":
		return []byte(cmp.Or(s.metric, `{"name":"metrics/m"}`)), nil
	case method == http.MethodGet && path == "figures":
		s.filters = append(s.filters, query.Get("filter"))
		page := &metricsv1.ListFiguresResponse{}
		for _, id := range slices.Sorted(keysOf(s.figures)) {
			page.Figures = append(page.Figures, s.figures[id])
		}
		return protojson.Marshal(page)
	}
	s.calls++
	if s.calls == 1 && s.meanwhile != nil {
		s.meanwhile()
	}
	if s.calls == s.cutAt {
		return nil, errCut
	}
	request := &metricsv1.ImportFiguresRequest{}
	if err := protojson.Unmarshal(body, request); err != nil {
		return nil, err
	}
	if origin := request.GetTemplate().GetOrigin(); origin.GetUri() == "nowhere" {
		return nil, &client.Error{Status: "400 Bad Request", Reason: "MALFORMED_VALUE", Violations: []client.Violation{{Field: "template.origin.uri", Description: "must be absolute"}}}
	}
	answer := &metricsv1.ImportFiguresResponse{}
	before := len(s.sent)
	for i, series := range request.GetSeries() {
		for n, one := range series.GetObservations() {
			s.observe(answer, request.GetTemplate(), series, one, int32(i), int32(n))
		}
	}
	s.counts = append(s.counts, len(s.sent)-before)
	return protojson.Marshal(answer)
}

func keysOf(m map[string]*metricsv1.Figure) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func (s *figureServer) observe(answer *metricsv1.ImportFiguresResponse, template *metricsv1.Figure, series *metricsv1.ImportedSeries, one *metricsv1.ImportedObservation, i, n int32) {
	id := series.GetDimensions()["DIM1"] + " " + one.GetTimePeriod() + " " + one.GetReleaseTime().GetEdtf()
	if frequency := series.GetFrequency(); frequency != 0 {
		id += " " + frequency.String()
	}
	s.sent = append(s.sent, id)
	before, there := s.figures[id]
	switch value := one.GetValue().GetValue(); {
	case value == "1e999":
		answer.Rejections = append(answer.Rejections, &metricsv1.ImportFiguresResponse_Rejection{
			SeriesIndex: i, ObservationIndex: n, Field: "value", Reason: "OUT_OF_RANGE", Description: "it is too much",
		})
	case one.GetAction() == metricsv1.ImportedObservation_DELETE:
		delete(s.figures, id)
		answer.DeletedCount++
	case there && before.GetValue().GetValue() == value && before.GetAttributes()["ATT1"] == one.GetAttributes()["ATT1"]:
		answer.UnchangedCount++
	default:
		s.figures[id] = &metricsv1.Figure{
			Dimensions: series.GetDimensions(), Frequency: series.GetFrequency(), TimePeriod: &typev1.TimePeriod{Edtf: sdmx.ReadPeriod(one.GetTimePeriod())}, Attributes: one.GetAttributes(),
			UnitMult: one.GetUnitMult(), Unit: one.GetUnit(), ObsStatus: one.GetObsStatus(), ConfStatus: one.GetConfStatus(), Comment: one.GetComment(), Decimals: one.Decimals,
			Value: &decimal.Decimal{Value: value}, Origin: template.GetOrigin(), ReleaseTime: one.GetReleaseTime(),
		}
		if there {
			answer.UpdatedCount++
		} else {
			answer.CreatedCount++
		}
	}
}

func newFigureServer() *figureServer { return &figureServer{figures: map[string]*metricsv1.Figure{}} }

var sampleMetric = &metricsv1.Metric{Name: "metrics/m", Dimensions: []*metricsv1.Dimension{{Id: "DIM1"}}, Attributes: []*metricsv1.Attribute{{Id: "ATT1"}}}

// importFile imports a file once; its rejects are in path.rejects.
func importFile(t *testing.T, s *figureServer, path string, batch int) (transfer.Report, error) {
	t.Helper()
	return importOf(t, s, sampleMetric, path, batch)
}

func importOf(t *testing.T, s *figureServer, metric *metricsv1.Metric, path string, batch int) (transfer.Report, error) {
	t.Helper()
	file := must.Get(os.Open(path))(t)
	defer func() { must.OK(t, file.Close()) }()
	state := must.Get(transfer.OpenState(t.Context(), path+".state", file, "figures", s, "server"))(t)
	defer func() { must.OK(t, state.Close()) }()
	rejects := must.Get(transfer.OpenRejects(path+".rejects", state.RejectsSize()))(t)
	defer func() { must.OK(t, rejects.Close()) }()
	work := &transfer.FigureImport{
		Server: s, Rows: must.Get(datafile.Open(state.Input(), metric, nil))(t), Metric: metric, Rejects: rejects, State: state, BatchSize: batch,
		Template: &metricsv1.Figure{Metric: "metrics/m", Origin: &metricsv1.Origin{Producer: "P"}},
	}
	return work.Run(t.Context())
}

// imported imports a file that has nothing to stop it.
func imported(t *testing.T, s *figureServer, content string) (report transfer.Report, rejects string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.csv")
	must.OK(t, os.WriteFile(path, []byte(content), 0o600))
	report = must.Get(importFile(t, s, path, 3))(t)
	text, err := os.ReadFile(path + ".rejects")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return report, string(text)
}

const sdmxHead = "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE,ATT1,RELEASE_TIME\n"

// TestFiguresTwiceInAFile: the second is rejected, however the period is written;
// another release is another figure.
func TestFiguresTwiceInAFile(t *testing.T) {
	s := newFigureServer()
	report, rejects := imported(t, s, sdmxHead+"d,T,I,A,2020-01,1,,\nd,T,I,A,2020-M01,2,,\nd,T,I,B,2020-01,2,,\nd,T,I,A,2020-01,2,,2021\nd,T,I,A,2019/2021,2,,\nd,T,I,A,2019/2021,2,,\n")
	must.Equal(t, report.Counts["figure"], transfer.Count{Created: 4})
	must.Equal(t, report.Reasons, map[string]int{"DUPLICATE_OBSERVATION": 2})
	must.Contains(t, rejects, `{"line":3,"reason":"DUPLICATE_OBSERVATION"`)
	must.Equal(t, s.figures["A 2020-01 "].GetValue().GetValue(), "1")
}

// TestAttributesOfASeries: they hold for the observations that follow, unless those
// say otherwise; where none follow they are rejected.
func TestAttributesOfASeries(t *testing.T) {
	s := newFigureServer()
	_, rejects := imported(t, s, sdmxHead+"d,T,M,A,,,C,\nd,T,M,A,2020,1,,\nd,T,M,A,2021,2,D,\nd,T,M,B,2021,2,,\nd,T,M,Z,,,C,\n")
	must.Equal(t, s.figures["A 2020 "].GetAttributes()["ATT1"], "C")
	must.Equal(t, s.figures["A 2021 "].GetAttributes()["ATT1"], "D")
	must.Equal(t, s.figures["B 2021 "].GetAttributes()["ATT1"], "")
	must.Contains(t, rejects, `{"line":6,"reason":"NO_OBSERVATIONS"`)
}

// TestDeletionsBySomeDimensions: what the file gives again stays, so that it changes
// nothing the second time; figures of others stay.
func TestDeletionsBySomeDimensions(t *testing.T) {
	s := newFigureServer()
	imported(t, s, sdmxHead+"d,T,I,A,2020,1,,\nd,T,I,A,2021,1,,\nd,T,I,B,2020,1,,\n")
	s.figures["A 2022 "] = &metricsv1.Figure{Dimensions: map[string]string{"DIM1": "A"}, TimePeriod: &typev1.TimePeriod{Edtf: "2022"}, Origin: &metricsv1.Origin{Producer: "Other"}}
	const again = sdmxHead + "d,T,D,A,,,,\nd,T,R,A,2021,5,,\n"
	report, _ := imported(t, s, again)
	must.Equal(t, report.Counts["figure"], transfer.Count{Updated: 1, Deleted: 1})
	must.Equal(t, slices.Sorted(keysOf(s.figures)), []string{"A 2021 ", "A 2022 ", "B 2020 "})
	report, _ = imported(t, s, again)
	must.Equal(t, report.Counts["figure"], transfer.Count{Present: 1})
	report, _ = imported(t, s, sdmxHead+"d,T,D,,2020,,,\n")
	must.Equal(t, report.Counts["figure"], transfer.Count{Deleted: 1})
}

// TestADeletionOfMoreThanARequestTakes: a row that matches more figures than a request
// may have observations of is sent in several.
func TestADeletionOfMoreThanARequestTakes(t *testing.T) {
	const most, rest = 10_000, 3
	s := newFigureServer()
	first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := range most + rest {
		period := first.AddDate(0, 0, day).Format(time.DateOnly)
		s.figures["A "+period+" "] = &metricsv1.Figure{
			Dimensions: map[string]string{"DIM1": "A"}, TimePeriod: &typev1.TimePeriod{Edtf: period}, Origin: &metricsv1.Origin{Producer: "P"},
		}
	}
	path := filepath.Join(t.TempDir(), "data.csv")
	must.OK(t, os.WriteFile(path, []byte(sdmxHead+"d,T,D,,,,,\n"), 0o600))
	report := must.Get(importFile(t, s, path, 0))(t)
	must.Equal(t, s.counts, []int{most, rest})
	must.Equal(t, report.Counts["figure"], transfer.Count{Deleted: most + rest})
	must.Equal(t, len(s.figures), 0)
}

// TestDeletedAndGivenAgain: a figure that a file deletes by name and then gives is
// sent in that order, in two requests.
func TestDeletedAndGivenAgain(t *testing.T) {
	s := newFigureServer()
	imported(t, s, sdmxHead+"d,T,I,A,2020,1,,\n")
	report, _ := imported(t, s, sdmxHead+"d,T,D,A,2020,,,\nd,T,R,A,2020,2,,\n")
	must.Equal(t, report.Counts["figure"], transfer.Count{Created: 1, Deleted: 1})
	must.Equal(t, s.calls, 3)
}

// TestAnImportOfFiguresGoesOn: cut off at any request, an import that is run again
// ends with the same figures and the same rejects, and sends nothing twice but what
// was in the request that was cut off.
func TestAnImportOfFiguresGoesOn(t *testing.T) {
	var content strings.Builder
	content.WriteString(sdmxHead)
	for i := range 25 {
		value := "1"
		if i%10 == 4 {
			value = "1e999"
		}
		fmt.Fprintf(&content, "d,T,I,A,%d,%s,,\n", 2000+i, value)
	}
	content.WriteString("d,T,I,A,2000,1,,\nd,T,I,A\n")
	goesOn(t, content.String())
}

// TestAnImportOfSDMXMLGoesOn: as that of SDMX-CSV does, with what holds for series, with
// deletions, and with what is refused.
func TestAnImportOfSDMXMLGoesOn(t *testing.T) {
	const base = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
	var content strings.Builder
	content.WriteString(`<m:StructureSpecificData xmlns:m="` + base + `message"><m:Header/><m:DataSet ATT1="C"><Series DIM1="A">` + "\n")
	for i := range 17 {
		value := "1"
		if i%10 == 4 {
			value = "1e999"
		}
		fmt.Fprintf(&content, "<Obs TIME_PERIOD=\"%d\" OBS_VALUE=%q/>\n", 2000+i, value)
	}
	content.WriteString("<Obs OBS_VALUE=\"1\"/><Obs TIME_PERIOD=\"2000\" OBS_VALUE=\"2\"/></Series><Series DIM1=\"B\" ATT1=\"D\"/></m:DataSet>\n" +
		`<m:DataSet action="Delete"><Series DIM1="A"><Obs TIME_PERIOD="2001"/></Series><Series DIM1="Z"/></m:DataSet><m:DataSet action="Append"><Series DIM1="A"><Obs TIME_PERIOD="2017" OBS_VALUE="3"/>` + "\n")
	goesOn(t, content.String())
}

// goesOn cuts an import off at each of its requests, and runs it again.
func goesOn(t *testing.T, content string) {
	t.Helper()
	whole := newFigureServer()
	want, wantRejects := imported(t, whole, content)
	must.True(t, whole.calls > 5 && want.Rejected > 1, "%d requests, %+v", whole.calls, want)
	for cut := 1; cut <= whole.calls; cut++ {
		s := newFigureServer()
		s.cutAt = cut
		path := filepath.Join(t.TempDir(), "data.csv")
		must.OK(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := importFile(t, s, path, 3)
		must.True(t, errors.Is(err, errCut), "%v", err)
		got := must.Get(importFile(t, s, path, 3))(t)
		must.Equal(t, got, want)
		must.Equal(t, string(must.Get(os.ReadFile(path+".rejects"))(t)), wantRejects)
		must.Equal(t, s.sent, whole.sent)
	}
}

// TestAnImportOfFiguresWithDeletionsGoesOn: what is sent before its batch is full,
// because another source, an action of the same figure or a long row comes next,
// counts no row that was not sent.
func TestAnImportOfFiguresWithDeletionsGoesOn(t *testing.T) {
	var content strings.Builder
	content.WriteString("STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE,ATT1,RELEASE_TIME,PRODUCER,TITLE,COMMENT_OBS\n")
	long := strings.Repeat("x", 1<<20) // two of them are more than a request takes
	for i := range 16 {
		comment, producer := "", "P"
		if i == 4 || i == 5 {
			comment = long
		}
		if i%4 > 1 {
			producer = "Q"
		}
		fmt.Fprintf(&content, "d,T,I,A,%d,1,,,%s,T,%s\n", 2000+i, producer, comment)
		if i%3 == 1 {
			fmt.Fprintf(&content, "d,T,D,A,%d,,,,%s,T,\nd,T,R,A,%d,2,,2021,%s,T,\n", 2000+i, producer, 2000+i, producer)
		}
		if i%7 == 2 {
			fmt.Fprintf(&content, "d,T,I,A,%d,1,,,,,\nd,T,X,A,1,1,,,,,\n", 2000+i) // of the template's source, and a fault
		}
	}
	content.WriteString("d,T,D,,2003,,,,P,T,\n")
	whole := newFigureServer()
	want, wantRejects := imported(t, whole, content.String())
	must.True(t, whole.calls > 12 && want.Rejected > 0, "%d requests, %+v", whole.calls, want)
	for cut := 1; cut <= whole.calls; cut++ {
		s := newFigureServer()
		s.cutAt = cut
		path := filepath.Join(t.TempDir(), "data.csv")
		must.OK(t, os.WriteFile(path, []byte(content.String()), 0o600))
		_, err := importFile(t, s, path, 3)
		must.True(t, errors.Is(err, errCut), "%v", err)
		got := must.Get(importFile(t, s, path, 3))(t)
		must.Equal(t, got, want)
		must.Equal(t, string(must.Get(os.ReadFile(path+".rejects"))(t)), wantRejects)
		must.Equal(t, s.sent, whole.sent)
	}
}

// TestADeletionIsOfItsFrequency: figures of another stay.
func TestADeletionIsOfItsFrequency(t *testing.T) {
	const head = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,DIM1,TIME_PERIOD,OBS_VALUE\n"
	s := newFigureServer()
	imported(t, s, head+"d,T,I,A,X,2020,1\nd,T,I,M,X,2020-01,1\nd,T,I,M,X,2020-02,1\nd,T,I,M,Y,2020-02,1\n")
	report, _ := imported(t, s, head+"d,T,D,M,X,,\n")
	must.Equal(t, report.Counts["figure"], transfer.Count{Deleted: 2})
	must.Equal(t, slices.Sorted(keysOf(s.figures)), []string{"X 2020  A", "Y 2020-02  M"})
	must.Equal(t, s.filters, []string{`metric = "metrics/m" AND (origin.producer = "P") AND (frequency = "M") AND (dimensions.DIM1 = "X")`})
}

// TestADeletionKnowsWhatTheFileGivesAgain: however periods are written, and whether
// the source is said in the row or for all.
func TestADeletionKnowsWhatTheFileGivesAgain(t *testing.T) {
	const head = "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE\n"
	for _, period := range []string{"2020-T1", "2020-Q4", "2020-S1", "2020-W53", "2020-M01", "2020-A1", "2020-D366", "2022-01-03/P7D", "2020~", "2020-04/2020-06"} {
		s := newFigureServer()
		content := head + "d,T,D,A,,,,\nd,T,R,A," + period + ",1,P,\n"
		imported(t, s, content)
		report, _ := imported(t, s, content)
		must.Equal(t, report.Counts["figure"], transfer.Count{Present: 1})
		report, _ = imported(t, s, head+"d,T,D,A,"+sdmx.WritePeriod(sdmx.ReadPeriod(period))+",,P,\n")
		must.Equal(t, report.Rejected, 0)
	}
	s := newFigureServer() // has one from when ranges were put on record as intervals of days
	s.figures["A"] = &metricsv1.Figure{Dimensions: map[string]string{"DIM1": "A"}, TimePeriod: &typev1.TimePeriod{Edtf: "2020-10-01/2020-12-31"}, Origin: &metricsv1.Origin{Producer: "P"}}
	report, _ := imported(t, s, head+"d,T,D,A,,,,\nd,T,R,A,2020-10-01/P3M,1,P,\n")
	must.Equal(t, report.Counts["figure"].Deleted, 0)
	_, rejects := imported(t, newFigureServer(), head+"d,T,D,,2020-X9,,,\n")
	must.Contains(t, rejects, `"line":2,"reason":"INVALID_PERIOD","field":"TIME_PERIOD"`)
}

// TestADeletionOfASymmetricMetric: two of its dimensions may be exchanged.
func TestADeletionOfASymmetricMetric(t *testing.T) {
	metric := &metricsv1.Metric{Name: "metrics/m", Dimensions: []*metricsv1.Dimension{{Id: "DIM1"}, {Id: "DIM2"}, {Id: "DIM3"}}, SymmetricDimensions: []string{"DIM1", "DIM2"}}
	s := newFigureServer()
	for id, dimensions := range map[string]map[string]string{
		"1": {"DIM1": "MX", "DIM2": "US", "DIM3": "a"}, "2": {"DIM1": "MX", "DIM2": "US", "DIM3": "b"}, "3": {"DIM1": "MX", "DIM2": "CA", "DIM3": "a"},
	} {
		s.figures[id] = &metricsv1.Figure{Dimensions: dimensions, TimePeriod: &typev1.TimePeriod{Edtf: "2020"}, Origin: &metricsv1.Origin{Producer: "P"}}
	}
	deleted := func(row string) []string {
		s.sent = nil
		path := filepath.Join(t.TempDir(), "data.csv")
		must.OK(t, os.WriteFile(path, []byte("STRUCTURE,STRUCTURE_ID,ACTION,DIM1,DIM2,DIM3,TIME_PERIOD,OBS_VALUE\n"+row), 0o600))
		_ = must.Get(importOf(t, s, metric, path, 3))(t)
		return s.sent
	}
	must.Equal(t, len(deleted("d,T,D,US,MX,,,\n")), 2)
	must.Equal(t, len(deleted("d,T,D,US,MX,a,,\n")), 1)
	must.Equal(t, len(deleted("d,T,D,US,,,,\n")), 2)
	must.Equal(t, len(deleted("d,T,D,CA,US,,,\n")), 0)
	must.Equal(t, s.filters[1], `metric = "metrics/m" AND (origin.producer = "P") AND (dimensions.DIM1 = "US" OR dimensions.DIM2 = "US") AND (dimensions.DIM1 = "MX" OR dimensions.DIM2 = "MX") AND (dimensions.DIM3 = "a")`)
}

// TestARowOfASeriesHandsDownAllItSays: its unit and power of ten as its attributes, to
// observations of its frequency that do not say otherwise.
func TestARowOfASeriesHandsDownAllItSays(t *testing.T) {
	s := newFigureServer()
	report, _ := imported(t, s, "STRUCTURE[;],STRUCTURE_ID,ACTION,FREQ,DIM1,TIME_PERIOD,OBS_VALUE,ATT1,UNIT_MULT,UNIT_MEASURE,DECIMALS,OBS_STATUS[],CONF_STATUS,COMMENT_OBS\n"+
		"d,T,M,A,X,,,C,6,USD,2,P;B,F,note\nd,T,M,A,X,2020,1,,,,,,,\nd,T,M,A,X,2021,1,D,3,EUR,0,A,C,own\nd,T,M,M,X,2020-01,1,,,,,,,\n")
	must.Equal(t, report.Rejected, 0)
	words := func(f *metricsv1.Figure) string {
		return fmt.Sprintf("%s %d %s %d %v %s %s", f.GetAttributes()["ATT1"], f.GetUnitMult(), f.GetUnit().GetCode(), f.GetDecimals(), f.GetObsStatus(), f.GetConfStatus(), f.GetComment())
	}
	must.Equal(t, words(s.figures["X 2020  A"]), "C 6 USD 2 [P B] F note")
	must.Equal(t, words(s.figures["X 2021  A"]), "D 3 EUR 0 [A] C own")
	must.Equal(t, words(s.figures["X 2020-01  M"]), " 0  0 []  ")
}

// TestAMetricThatMeansSomethingElse: nothing is imported into it.
func TestAMetricThatMeansSomethingElse(t *testing.T) {
	s := newFigureServer()
	s.metric = `{"name":"metrics/m","displayName":"Other words","temporalKind":"FLOW","defaultUnit":{"system":"UCUM","code":"m"},"dimensions":[{"id":"A","codes":["x"]}]}`
	define := func(change func(*metricsv1.Metric)) error {
		definition := &metricsv1.Metric{
			Name: "metrics/m", DisplayName: "Words", TemporalKind: metricsv1.Metric_FLOW, DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"},
			Dimensions: []*metricsv1.Dimension{{Id: "A"}},
		}
		change(definition)
		_, err := transfer.MetricOnRecord(t.Context(), s, definition)
		return err
	}
	must.OK(t, define(func(*metricsv1.Metric) {}))
	must.OK(t, define(func(m *metricsv1.Metric) { m.DefaultUnit, m.Dimensions, m.TemporalKind = nil, nil, 0 }))
	for want, change := range map[string]func(*metricsv1.Metric){
		"temporalKind":     func(m *metricsv1.Metric) { m.TemporalKind = metricsv1.Metric_STOCK },
		"defaultUnit.code": func(m *metricsv1.Metric) { m.DefaultUnit.Code = "km" },
		"dimensions[0].id": func(m *metricsv1.Metric) { m.Dimensions[0].Id = "B" },
		"dimensions":       func(m *metricsv1.Metric) { m.Dimensions = append(m.Dimensions, &metricsv1.Dimension{Id: "B"}) },
	} {
		must.Contains(t, fmt.Sprint(define(change)), "METRIC_DIFFERS: metrics/m is on record with another "+want+" than")
	}
}

// TestARowWithoutASource: is rejected where nothing else says who made the data.
func TestARowWithoutASource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	must.OK(t, os.WriteFile(path, []byte("STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE\nd,T,I,A,2020,1,P,T\nd,T,I,A,2021,1,,\n"), 0o600))
	rows := must.Get(os.Open(path))(t)
	defer func() { must.OK(t, rows.Close()) }()
	rejects := must.Get(transfer.OpenRejects(path+".rejects", 0))(t)
	defer func() { must.OK(t, rejects.Close()) }()
	work := &transfer.FigureImport{Server: newFigureServer(), Rows: must.Get(datafile.Open(rows, sampleMetric, nil))(t), Metric: sampleMetric, Rejects: rejects, Template: &metricsv1.Figure{Metric: "metrics/m"}}
	report := must.Get(work.Run(t.Context()))(t)
	must.Equal(t, report.Counts["figure"], transfer.Count{Created: 1})
	must.Equal(t, report.Reasons, map[string]int{"MISSING_SOURCE": 1})
	must.Contains(t, string(must.Get(os.ReadFile(path+".rejects"))(t)), `"line":3,"reason":"MISSING_SOURCE","field":"PRODUCER"`)
}

// TestPropertyTwiceIsFoundInAnyOrder: of any rows, in any order, each figure is sent
// once and every further one is rejected.
func TestPropertyTwiceIsFoundInAnyOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	rapid.Check(t, func(rt *rapid.T) {
		periods := rapid.SliceOfN(rapid.OneOf(
			rapid.Map(rapid.IntRange(2000, 2012), func(y int) string { return fmt.Sprint(y) }),
			rapid.Map(rapid.IntRange(1, 4), func(q int) string { return fmt.Sprintf("2020-Q%d", q) }),
			rapid.Map(rapid.IntRange(1, 3), func(n int) string { return fmt.Sprintf("2020-T%d", n) }),
			rapid.Map(rapid.IntRange(1, 28), func(d int) string { return fmt.Sprintf("2020-02-%02d", d) }),
			rapid.SampledFrom([]string{"2020~", "2019/..", "2020-W07", "2020-S2", "2020-Q1", "2020-33", "2020-37", "2020-02-10/2020-02-16", "2020-02-10/P7D"}),
		), 0, 60).Draw(rt, "periods")
		var content strings.Builder
		content.WriteString(sdmxHead)
		distinct := map[string]bool{}
		for _, period := range periods {
			content.WriteString("d,T,I,A," + period + ",1,,\n")
			distinct[sdmx.ReadPeriod(period)] = true
		}
		must.OK(t, os.WriteFile(path, []byte(content.String()), 0o600))
		s := newFigureServer()
		report := must.Get(importFile(t, s, path, 7))(t)
		if report.Counts["figure"].Created != len(distinct) || report.Reasons["DUPLICATE_OBSERVATION"] != len(periods)-len(distinct) {
			rt.Fatalf("%d of %d distinct figures: %+v", len(distinct), len(periods), report)
		}
	})
}

// TestARowWithAWrongSource is rejected by its column, and those of other sources are taken.
func TestARowWithAWrongSource(t *testing.T) {
	s := newFigureServer()
	report, rejects := imported(t, s, "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE,SOURCE_URI\n"+
		"d,T,I,A,2020,1,P,T,https://example.org\nd,T,I,A,2021,2,P,T,nowhere\nd,T,I,A,2022,2,P,T,nowhere\nd,T,I,A,2023,2,P,T,https://example.org\n")
	must.Equal(t, report.Counts["figure"], transfer.Count{Created: 2})
	must.Equal(t, report.Reasons, map[string]int{"MALFORMED_VALUE": 2})
	must.Contains(t, rejects, `{"line":3,"reason":"MALFORMED_VALUE","field":"SOURCE_URI","message":"must be absolute"`)
}
