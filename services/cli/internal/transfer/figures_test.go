package transfer_test

import (
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

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/encoding/protojson"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// figureServer is a record of imported figures by dimension, period and release. A
// value of "bad" is rejected.
type figureServer struct {
	figures map[string]*metricsv1.Figure
	// sent is every observation that was sent, in order.
	sent []string
	// cutAt is the request that is cut off before it is done; 0 for none.
	cutAt, calls int
}

// Call implements transfer.Server.
func (s *figureServer) Call(_ context.Context, method, path string, _ url.Values, body []byte) ([]byte, error) {
	switch {
	case method == http.MethodGet && path == "metrics/m":
		return []byte(`{"name":"metrics/m"}`), nil
	case method == http.MethodGet && path == "figures":
		page := &metricsv1.ListFiguresResponse{}
		for _, id := range slices.Sorted(keysOf(s.figures)) {
			page.Figures = append(page.Figures, s.figures[id])
		}
		return protojson.Marshal(page)
	}
	s.calls++
	if s.calls == s.cutAt {
		return nil, errCut
	}
	request := &metricsv1.ImportFiguresRequest{}
	if err := protojson.Unmarshal(body, request); err != nil {
		return nil, err
	}
	answer := &metricsv1.ImportFiguresResponse{}
	for i, series := range request.GetSeries() {
		for n, one := range series.GetObservations() {
			s.observe(answer, request.GetTemplate(), series, one, int32(i), int32(n))
		}
	}
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
	s.sent = append(s.sent, id)
	before, there := s.figures[id]
	switch value := one.GetValue().GetValue(); {
	case value == "bad":
		answer.Rejections = append(answer.Rejections, &metricsv1.ImportFiguresResponse_Rejection{
			SeriesIndex: i, ObservationIndex: n, Field: "value", Reason: "MALFORMED_DECIMAL", Description: "it is no number",
		})
	case one.GetAction() == metricsv1.ImportedObservation_DELETE:
		delete(s.figures, id)
		answer.DeletedCount++
	case there && before.GetValue().GetValue() == value && before.GetAttributes()["ATT1"] == one.GetAttributes()["ATT1"]:
		answer.UnchangedCount++
	default:
		s.figures[id] = &metricsv1.Figure{
			Dimensions: series.GetDimensions(), TimePeriod: &typev1.TimePeriod{Edtf: one.GetTimePeriod()}, Attributes: one.GetAttributes(),
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
	file := must.Get(os.Open(path))(t)
	defer func() { must.OK(t, file.Close()) }()
	state := must.Get(transfer.OpenState(t.Context(), path+".state", file, "figures", s, "server"))(t)
	defer func() { must.OK(t, state.Close()) }()
	rejects := must.Get(transfer.OpenRejects(path+".rejects", state.RejectsSize()))(t)
	defer func() { must.OK(t, rejects.Close()) }()
	work := &transfer.FigureImport{
		Server: s, Rows: must.Get(datafile.Open(file, sampleMetric, nil))(t), Metric: sampleMetric, Rejects: rejects, State: state, BatchSize: batch,
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
	report, rejects := imported(t, s, sdmxHead+"d,T,I,A,2020-01,1,,\nd,T,I,A,2020-M01,2,,\nd,T,I,B,2020-01,2,,\nd,T,I,A,2020-01,2,,2021\nd,T,I,A,2019/2020,2,,\nd,T,I,A,2019/2020,2,,\n")
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
			value = "bad"
		}
		fmt.Fprintf(&content, "d,T,I,A,%d,%s,,\n", 2000+i, value)
	}
	content.WriteString("d,T,I,A,2000,1,,\nd,T,I,A\n")
	whole := newFigureServer()
	want, wantRejects := imported(t, whole, content.String())
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

// TestPropertyTwiceIsFoundInAnyOrder: of any rows, in any order, each figure is sent
// once and every further one is rejected.
func TestPropertyTwiceIsFoundInAnyOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	rapid.Check(t, func(rt *rapid.T) {
		periods := rapid.SliceOfN(rapid.OneOf(
			rapid.Map(rapid.IntRange(2000, 2012), func(y int) string { return fmt.Sprint(y) }),
			rapid.Map(rapid.IntRange(1, 4), func(q int) string { return fmt.Sprintf("2020-Q%d", q) }),
			rapid.Map(rapid.IntRange(1, 28), func(d int) string { return fmt.Sprintf("2020-02-%02d", d) }),
			rapid.SampledFrom([]string{"2020~", "2019/..", "2020-W07", "2020-S2"}),
		), 0, 60).Draw(rt, "periods")
		var content strings.Builder
		content.WriteString(sdmxHead)
		distinct := map[string]bool{}
		for _, period := range periods {
			content.WriteString("d,T,I,A," + period + ",1,,\n")
			distinct[period] = true
		}
		must.OK(t, os.WriteFile(path, []byte(content.String()), 0o600))
		s := newFigureServer()
		report := must.Get(importFile(t, s, path, 7))(t)
		if report.Counts["figure"].Created != len(distinct) || report.Reasons["DUPLICATE_OBSERVATION"] != len(periods)-len(distinct) {
			rt.Fatalf("%d of %d distinct figures: %+v", len(distinct), len(periods), report)
		}
	})
}
