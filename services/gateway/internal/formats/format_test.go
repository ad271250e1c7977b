package formats_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "*/*", "text/csv;q=0.5, image/svg+xml", "a/b;q=2", ";;", "text/*;q=0,*/*;q=1e400", strings.Repeat("a/b,", 100), "text/csv;q=NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		format, ok := formats.Negotiate([]string{header})
		if _, known := formats.Parse(string(format)); ok != known {
			t.Fatalf("%q: %q, %v", header, format, ok)
		}
	})
}

func TestPeriodsAsSDMXWritesThem(t *testing.T) {
	for edtf, want := range map[string]string{
		"2022": "2022", "2022-01": "2022-01", "2022-33": "2022-Q1", "2022-36": "2022-Q4", "2022-40": "2022-S1", "2022-41": "2022-S2", "2022-22": "2022-22",
		"2022-11-17": "2022-11-17", "2022~": "2022~", "": "",
	} {
		rows := ask(t, formats.SDMX, &metricsv1.Observation{TimePeriod: &typev1.TimePeriod{Edtf: edtf}, ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: "1"}})
		must.Equal(t, rows[0]["TIME_PERIOD"], want)
	}
}

// TestNoTextIsLostInAFile: whatever strangers wrote comes out of CSV and rows as it is.
func TestNoTextIsLostInAFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		// A reader of CSV takes \r\n for \n, and ProtoJSON has valid UTF-8 only.
		words := rapid.StringMatching(`[a-z"', =+@\n;<&é🇲🇽\x{202e}-]{1,30}`).Draw(r, "words")
		o := &metricsv1.Observation{Comment: words, Attributes: map[string]string{"TITLE": words}, Claimant: words}
		row := ask(t, formats.CSV, o)[0]
		must.Equal(r, row["comment"], words)
		must.Equal(r, row["TITLE"], words)
		flat := rows(t, o)[0]
		must.Equal(r, flat["comment"], any(words))
		must.Equal(r, flat["claimant"], any(words))
	})
}

func TestNumbersOfRowsAreTheirTexts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringMatching(`-?[1-9][0-9]{0,37}(\.[0-9]{1,20})?`).Draw(r, "number")
		flat := rows(t, &metricsv1.Observation{ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: text}})[0]
		must.Equal(r, flat["value"], any(text))
		must.Equal(r, flat["valueNumber"], any(json.Number(text)))
	})
}

// service is a connection that answers a query with one observation.
type service struct{ o *metricsv1.Observation }

func (s service) Invoke(_ context.Context, method string, _, reply any, _ ...grpc.CallOption) error {
	var answer proto.Message = &metricsv1.Metric{Name: "metrics/m", Attributes: []*metricsv1.Attribute{{Id: "TITLE"}}}
	if strings.HasSuffix(method, "/QueryMetric") {
		answer = &metricsv1.QueryMetricResponse{Series: []*metricsv1.QueryMetricResponse_Series{{Observations: []*metricsv1.Observation{s.o}}}}
	}
	proto.Merge(reply.(proto.Message), answer)
	return nil
}

func (service) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.ErrUnsupported
}

func body(t *testing.T, format formats.Format, o *metricsv1.Observation) string {
	t.Helper()
	at := must.Get(url.Parse("/v1/metrics/m:query?format=" + string(format)))(t)
	got := must.Get(formats.New(service{o}).Do(t.Context(), format, &metricsv1.QueryMetricRequest{Name: "metrics/m"}, at))(t)
	return string(got.Body)
}

// ask answers a table as a map a line.
func ask(t *testing.T, format formats.Format, o *metricsv1.Observation) []map[string]string {
	t.Helper()
	lines := must.Get(csv.NewReader(strings.NewReader(body(t, format, o))).ReadAll())(t)
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out
}

func rows(t *testing.T, o *metricsv1.Observation) []map[string]any {
	t.Helper()
	var out []map[string]any
	decoder := json.NewDecoder(strings.NewReader(body(t, formats.Rows, o)))
	decoder.UseNumber()
	must.OK(t, decoder.Decode(&out))
	must.Equal(t, len(out), 1)
	return out
}
