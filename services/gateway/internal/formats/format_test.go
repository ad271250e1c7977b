package formats_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/sdmx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestNegotiateByAccept: the highest quality wins, of equals what is named most
// exactly, then the order of All; what is unknown takes nothing.
func TestNegotiateByAccept(t *testing.T) {
	const none = formats.Format("")
	for header, want := range map[string]formats.Format{
		"": formats.JSON, "   ": formats.JSON, "*/*": formats.JSON, "application/*": formats.JSON, "text/*": formats.CSV, "image/*": formats.SVG,
		"application/json": formats.JSON, "text/csv": formats.CSV, "image/svg+xml": formats.SVG, "application/csvm+json": formats.CSVW, "TEXT/CSV": formats.CSV,
		// quality
		"text/csv;q=0.5, image/svg+xml;q=0.6": formats.SVG, "text/csv;q=0.5, image/svg+xml": formats.SVG, "application/json;q=0.2, text/csv;q=0.1": formats.JSON,
		"text/csv;q=0": none, "text/csv;q=0, text/*": none, "application/json;q=0, */*": formats.CSV, "*/*;q=0": none, "text/csv;q=0.000": none,
		// exactness
		"*/*, text/csv": formats.CSV, "application/json, text/csv": formats.JSON, "image/*, text/csv": formats.CSV, "text/*;q=0.9, */*;q=0.9": formats.CSV,
		"text/csv;q=0.1, text/*": formats.CSV, "text/csv;q=0.1, */*;q=0.2": formats.JSON, "application/*;q=0.1, */*": formats.CSV,
		// what is unknown or malformed takes nothing, and spoils nothing
		"text/html": none, "text/html, */*;q=0.1": formats.JSON, "nonsense": none, ";;": none, "a/b;q=2": none, "text/csv;q=2": none, "text/csv;q=NaN": none,
		"text/csv;q=x, image/svg+xml;q=0.1": formats.SVG, "broken;;, text/csv": formats.CSV, "text/*;q=0,*/*;q=1e400": none,
		"application/vnd.sdmx.data+csv; version=2.0.0": formats.SDMX, "application/vnd.sdmx.data+csv": formats.SDMX, "application/vnd.sdmx.data+csv; version=1.0.0": none,
		"application/vnd.sdmx.data+json;version=2.0.0": formats.SDMXJSON, "application/vnd.sdmx.data+json;version=2.0": formats.SDMXJSON, "application/vnd.sdmx.data+json": formats.SDMXJSON,
		"application/vnd.sdmx.data+json;version=1.0.0": none, "application/vnd.sdmx.data+json;version=2.1.0": none, "application/vnd.sdmx.data+json;version=1.0.0, text/csv;q=0.1": formats.CSV,
		strings.Repeat("a/b,", 64) + "text/csv": none, // beyond what is read
	} {
		format, ok := formats.Negotiate([]string{header}, formats.All())
		must.Equal(t, header+": "+string(format), header+": "+string(want))
		must.Equal(t, ok, want != none)
	}
	// Several header lines are one.
	format, _ := formats.Negotiate([]string{"text/html", "image/svg+xml"}, formats.All())
	must.Equal(t, format, formats.SVG)
}

// FuzzNegotiate: whatever a client sends, a type that it takes at full quality besides
// is answered, and only what it may have meant is chosen.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "*/*", "text/csv;q=0.5, image/svg+xml", "a/b;q=2", ";;", "text/*;q=0,*/*;q=1e400", strings.Repeat("a/b,", 100), "text/csv;q=NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		format, ok := formats.Negotiate([]string{"image/svg+xml", header}, formats.All())
		if !ok {
			t.Fatalf("%q is not answered", header)
		}
		lower := strings.ToLower(header)
		if format != formats.SVG && !strings.Contains(lower, "/") {
			t.Fatalf("%q: %q", header, format)
		}
	})
}

func TestPeriodsAsSDMXWritesThem(t *testing.T) {
	for edtf, want := range map[string]string{
		"2022": "2022", "2022-01": "2022-01", "2022-33": "2022-Q1", "2022-36": "2022-Q4", "2022-40": "2022-S1", "2022-41": "2022-S2", "2022-22": "2022-22",
		"2022-11-17": "2022-11-17", "2022~": "2022~", "": "", "2022-01-03/2022-01-09": "2022-W01", "2021-12-27/2022-01-02": "2021-W52",
		"2022-01-03/2022-01-16": "2022-01-03/2022-01-16", "2010/2023": "2010/2023", "2019-05-06/..": "2019-05-06/..",
	} {
		rows := ask(t, formats.SDMX, &metricsv1.Observation{TimePeriod: &typev1.TimePeriod{Edtf: edtf}, ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: "1"}})
		must.Equal(t, rows[0]["TIME_PERIOD"], want)
	}
}

// TestWhatOnlyEditorsReadSaysSo in every copy; what everybody reads says that too.
func TestWhatOnlyEditorsReadSaysSo(t *testing.T) {
	at := func(year int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(year, 3, 1, 8, 30, 0, 0, time.UTC))
	}
	for _, test := range []struct {
		o                       *metricsv1.Observation
		restricted, until, sdmx string
	}{
		{&metricsv1.Observation{}, "false", "", ""},
		{&metricsv1.Observation{Restricted: true, EmbargoEndTime: at(2027), UpdateTime: at(2026)}, "true", "2027-03-01T08:30:00Z", "2027-03-01T08:30:00Z"},
		{&metricsv1.Observation{EmbargoEndTime: at(2025), UpdateTime: at(2026)}, "false", "2025-03-01T08:30:00Z", "2025-03-01T08:30:00Z"},
		{&metricsv1.Observation{Restricted: true, EmbargoEndTime: at(2025), UpdateTime: at(2026)}, "true", "2025-03-01T08:30:00Z", ""},
	} {
		row, copied := ask(t, formats.SDMX, test.o)[0], ask(t, formats.CSV, test.o)[0]
		must.Equal(t, []string{row["RESTRICTED"], row["EMBARGO_TIME"]}, []string{test.restricted, test.sdmx})
		must.Equal(t, []string{copied["restricted"], copied["embargoEndTime"]}, []string{test.restricted, test.until})
	}
}

// TestEveryPeriodIsReadAgain: what the file says can be imported.
func TestEveryPeriodIsReadAgain(t *testing.T) {
	for _, edtf := range []string{"2022-01-03/2022-01-09", "2022-01-03/2022-01-16", "2010/2023", "2022-34", "2022-41", "2022-02-28"} {
		rows := ask(t, formats.SDMX, &metricsv1.Observation{TimePeriod: &typev1.TimePeriod{Edtf: edtf}, ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: "1"}})
		must.Equal(t, sdmx.ReadPeriod(rows[0]["TIME_PERIOD"]), edtf)
	}
}

// TestNoTwoColumnsHaveOneName: whatever a metric calls its dimensions and attributes;
// and those of its own are what the package that all parts share says they are.
func TestNoTwoColumnsHaveOneName(t *testing.T) {
	own := map[string]bool{"REF_AREA": true}
	s := service{o: &metricsv1.Observation{}, metric: &metricsv1.Metric{Name: "metrics/m", Dimensions: []*metricsv1.Dimension{
		{Id: "D_FREQ"}, {Id: "FREQ"}, {Id: "D_D_FREQ"}, {Id: "A_FREQ"}, {Id: "REF_AREA"}, {Id: "value"},
	}, Attributes: []*metricsv1.Attribute{{Id: "TITLE"}, {Id: "A_TITLE"}, {Id: "D_TITLE"}, {Id: "comment"}}}}
	for _, format := range []formats.Format{formats.CSV, formats.SDMX} {
		header := must.Get(csv.NewReader(strings.NewReader(s.body(t, format))).Read())(t)
		seen := map[string]bool{}
		for _, name := range header {
			must.False(t, seen[name], "%s: %s twice in %v", format, name, header)
			seen[name] = true
			bare := strings.NewReplacer("[;]", "", "[]", "").Replace(name)
			if format == formats.SDMX && !own[bare] && !strings.HasPrefix(bare, "D_") && !strings.HasPrefix(bare, "A_") && bare != "value" && bare != "comment" {
				must.True(t, sdmx.Reserved(bare), "%s is not in package sdmx", bare)
			}
		}
	}
}

// TestNoTextIsLostInAFile: whatever strangers wrote comes out of CSV, rows and SDMX-JSON as it is.
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
		must.Equal(r, attribute(t, o, "COMMENT_OBS"), any(words))
		must.Equal(r, attribute(t, o, "A_TITLE"), any(words))
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
type service struct {
	o      *metricsv1.Observation
	metric *metricsv1.Metric
}

func (s service) Invoke(_ context.Context, method string, _, reply any, _ ...grpc.CallOption) error {
	var answer proto.Message = &metricsv1.Metric{Name: "metrics/m", Attributes: []*metricsv1.Attribute{{Id: "TITLE"}}}
	if s.metric != nil {
		answer = s.metric
	}
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
	return service{o: o}.body(t, format)
}

func (s service) body(t *testing.T, format formats.Format) string {
	t.Helper()
	at := must.Get(url.Parse("/v1/metrics/m:query?format=" + string(format)))(t)
	got := must.Get(formats.New(s).Do(t.Context(), format, &metricsv1.QueryMetricRequest{Name: "metrics/m"}, nil, at))(t)
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

// attribute is the only value that SDMX-JSON has of an attribute.
func attribute(t *testing.T, o *metricsv1.Observation, id string) any {
	t.Helper()
	var message struct {
		Data struct {
			Structures []struct {
				Attributes struct {
					Observation []struct {
						ID     string
						Values []struct{ Value any }
					}
				}
			}
		}
	}
	must.OK(t, json.Unmarshal([]byte(body(t, formats.SDMXJSON, o)), &message))
	for _, one := range message.Data.Structures[0].Attributes.Observation {
		if one.ID == id {
			must.Equal(t, len(one.Values), 1)
			return one.Values[0].Value
		}
	}
	return nil
}
