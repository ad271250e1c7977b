package server_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// service is a running service with its clients.
type service struct {
	metrics metricsv1.MetricServiceClient
	figures metricsv1.FigureServiceClient
	staging metricsv1.StagingServiceClient
	texts   metricsv1.VerificationServiceClient
	changes metricsv1.ChangeServiceClient
	// corrections, imports, units and places are the clients of the other services.
	corrections metricsv1.CorrectionServiceClient
	imports     metricsv1.ImportServiceClient
	units       metricsv1.UnitServiceClient
	places      metricsv1.PlaceServiceClient
	server      *server.Server
	ahead       atomic.Int64 // how far the service's clock is ahead, in nanoseconds
}

// start runs a service on an empty store until the test ends.
func start(t testing.TB) *service {
	t.Helper()
	return startWatched(t, changefeed.Options{}, rpcserver.Options{})
}

// startWatched is start with intervals for watchers and options of the gRPC
// server.
func startWatched(t testing.TB, watch changefeed.Options, options rpcserver.Options) *service {
	t.Helper()
	file := filepath.Join(t.TempDir(), "metrics.db")
	emptyFile.Put(t, file)
	return startOn(t, "sqlite:"+file, watch, options)
}

// startOn is startWatched on an empty database.
func startOn(t testing.TB, database string, watch changefeed.Options, options rpcserver.Options) *service {
	t.Helper()
	s := &service{}
	srv, err := server.Service.New(t.Context(), server.Config{Database: database},
		server.Deps{Migrate: true, Watch: watch, Now: func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, srv.Close()) })
	options.Settled = func(string) time.Time { return srv.Settled() }
	// The race detector makes what writes 5,000 figures slow; a call that hangs still ends.
	options.Timeout = cmp.Or(options.Timeout, 5*time.Minute)
	conn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { srv.Register(r) })
	s.server = srv
	s.metrics = metricsv1.NewMetricServiceClient(conn)
	s.figures = metricsv1.NewFigureServiceClient(conn)
	s.staging = metricsv1.NewStagingServiceClient(conn)
	s.texts = metricsv1.NewVerificationServiceClient(conn)
	s.changes = metricsv1.NewChangeServiceClient(conn)
	s.corrections = metricsv1.NewCorrectionServiceClient(conn)
	s.imports = metricsv1.NewImportServiceClient(conn)
	s.units = metricsv1.NewUnitServiceClient(conn)
	s.places = metricsv1.NewPlaceServiceClient(conn)
	return s
}

// startFilled is start with metrics/trade (USD), metrics/length (km) and metrics/deaths (1) on record.
func startFilled(t testing.TB) *service {
	t.Helper()
	s := start(t)
	s.fill(t)
	return s
}

// fill puts metrics/trade (USD), metrics/length (km) and metrics/deaths (1) on record.
func (s *service) fill(t testing.TB) {
	t.Helper()
	s.metric(t, "trade", trade())
	length := plainMetric("Length of a border", "length", metricsv1.Metric_VALUE, ucum("km"))
	s.metric(t, "length", length)
	s.metric(t, "deaths", plainMetric("Deaths", "deaths", metricsv1.Metric_COUNT, ucum("1")))
}

func ucum(code string) *metricsv1.Unit {
	return &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: code}
}

func money(code string) *metricsv1.Unit {
	return &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: code}
}

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func bound(text string, inclusive bool) *metricsv1.Bound {
	return &metricsv1.Bound{Value: number(text), Inclusive: &inclusive}
}

func notStated() *typev1.TimePeriod {
	return &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
}

func period(edtf string) *typev1.TimePeriod { return &typev1.TimePeriod{Edtf: edtf} }

func plainMetric(name, property string, statistic metricsv1.Metric_StatType, unit *metricsv1.Unit) *metricsv1.Metric {
	return &metricsv1.Metric{DisplayName: name, MeasuredProperty: property, StatType: statistic, DefaultUnit: unit}
}

// trade is a metric with required and optional dimensions.
func trade() *metricsv1.Metric {
	m := plainMetric("Bilateral trade", "trade", metricsv1.Metric_VALUE, money("USD"))
	m.PopulationType, m.Coverage, m.Aliases = "countries", "unspecified", []string{"commerce", "trade between two countries"}
	m.Dimensions = []*metricsv1.Dimension{
		{Id: "REF_AREA", DisplayName: "Area", Required: true},
		{Id: "COUNTERPART_AREA"},
		{Id: "FLOW", Codes: []string{"IMPORTS", "EXPORTS", "TOTAL"}},
	}
	return m
}

// metric puts a metric on record.
func (s *service) metric(t testing.TB, id string, m *metricsv1.Metric) *metricsv1.Metric {
	t.Helper()
	out, err := s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: m, MetricId: id})
	must.OK(t, err)
	return out
}

// figure puts a figure on record.
func (s *service) figure(t testing.TB, id string, f *metricsv1.Figure) *metricsv1.Figure {
	t.Helper()
	out, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f, FigureId: id})
	must.OK(t, err)
	return out
}

// text is the text of the test document, in its normal form.
const text = "\U0001F600 Trade was a record US$860 billion last year. Caf\u00e9s: nearly 3,000km of border."

// version is its name.
const version = "documents/d/versions/1"

// at is the span of words in text: code points, first occurrence.
func at(words string, role typev1.TextSpan_Role) *typev1.TextSpan {
	runes, want := []rune(text), []rune(words)
	for i := range runes {
		if i+len(want) <= len(runes) && string(runes[i:i+len(want)]) == words {
			return &typev1.TextSpan{Start: proto.Int32(int32(i)), End: int32(i + len(want)), Exact: words, Role: role}
		}
	}
	panic(fmt.Sprintf("%q does not stand in the text", words))
}

// printed is the figure of the test document, with spans.
func printed() *metricsv1.Figure {
	return &metricsv1.Figure{
		Metric: "metrics/trade", Dimensions: map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "TOTAL"},
		TimePeriod: &typev1.TimePeriod{Edtf: "2022", Printed: &typev1.TimePeriod_Printed{
			Text: "last year", Span: at("last year", typev1.TextSpan_ROLE_UNSPECIFIED),
		}},
		Frequency: metricsv1.Figure_A, ValueKind: metricsv1.Figure_POINT, Value: number("860"), Unit: money("USD"), UnitMult: 9,
		Approximator: metricsv1.Figure_NONE,
		Reported: &metricsv1.Reported{
			Text: "a record US$860 billion", NumberText: "860", Value: number("860"), UnitSymbol: "US$", MultiplierText: "billion",
			Spans: []*typev1.TextSpan{at("a record US$860 billion", typev1.TextSpan_CONTENT), at("860", typev1.TextSpan_NUMBER)},
		},
		ComparisonClaims: []*metricsv1.ComparisonClaim{{
			Kind: metricsv1.ComparisonClaim_RECORD_HIGH, Scope: "all years", Span: at("record", typev1.TextSpan_ROLE_UNSPECIFIED),
		}},
		DocumentVersion: version, Comment: "note",
	}
}

// withText is a create that brings the text.
func withText(f *metricsv1.Figure, id string) *metricsv1.CreateFigureRequest {
	return &metricsv1.CreateFigureRequest{Figure: f, FigureId: id, SourceText: text, SourceTextSha256: sourcetext.HashOf(text)}
}

// observed is a figure of a data file.
func observed(edtf, value string, dimensions map[string]string) *metricsv1.Figure {
	return &metricsv1.Figure{
		Metric: "metrics/trade", Dimensions: dimensions, TimePeriod: period(edtf), Frequency: metricsv1.Figure_A,
		ValueKind: metricsv1.Figure_POINT, Value: number(value), Unit: money("USD"),
		Origin: &metricsv1.Origin{Producer: "Census", Title: "Table 1"},
	}
}

func area(code string) map[string]string { return map[string]string{"REF_AREA": code} }

// count is a figure of metrics/deaths.
func count(edit func(*metricsv1.Figure)) *metricsv1.Figure {
	f := &metricsv1.Figure{
		Metric: "metrics/deaths", TimePeriod: notStated(), Unit: ucum("1"), CountedObject: "deaths",
		Origin: &metricsv1.Origin{Producer: "AFP"},
	}
	edit(f)
	return f
}

// settled is the settled time as a read time.
func (s *service) settled() *timestamppb.Timestamp { return timestamppb.New(s.server.Settled()) }
