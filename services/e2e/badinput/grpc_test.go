package badinput_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// grpcPoint is point as a message.
func grpcPoint(value string) *metricsv1.Figure {
	return &metricsv1.Figure{
		Metric: "metrics/number", TimePeriod: &typev1.TimePeriod{Edtf: "2001"}, Frequency: metricsv1.Figure_A,
		ValueKind: metricsv1.Figure_POINT, Value: fixture.Number(value), Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"},
		Origin: &metricsv1.Origin{Producer: "Harbour Office"},
	}
}

// TestGRPC: the same rules, with the field paths of the proto.
func TestGRPC(t *testing.T) {
	figures := metricsv1.NewFigureServiceClient(conn)
	spoiled := func(spoil func(*metricsv1.Figure)) *metricsv1.Figure {
		f := grpcPoint("1")
		spoil(f)
		return f
	}
	for name, c := range map[string]struct {
		figure        *metricsv1.Figure
		reason, field string
	}{
		"39 digits":                    {grpcPoint(strings.Repeat("1", 39)), "TOO_MANY_DIGITS", "figure.value.value"},
		"a month 13":                   {spoiled(func(f *metricsv1.Figure) { f.TimePeriod.Edtf = "2023-13" }), "INVALID_PERIOD", "figure.time_period.edtf"},
		"a value kind that is not one": {spoiled(func(f *metricsv1.Figure) { f.ValueKind = 99 }), "INVALID_REQUEST", "figure.value_kind"},
		"an approximator that is none": {spoiled(func(f *metricsv1.Figure) { f.Approximator = -1 }), "INVALID_REQUEST", "figure.approximator"},
		"no metric":                    {spoiled(func(f *metricsv1.Figure) { f.Metric = "" }), "INVALID_REQUEST", "figure.metric"},
		"bounds reversed": {spoiled(func(f *metricsv1.Figure) {
			f.Value, f.ValueKind = nil, metricsv1.Figure_RANGE
			f.Lower = &metricsv1.Bound{Value: fixture.Number("2"), Inclusive: proto.Bool(true)}
			f.Upper = &metricsv1.Bound{Value: fixture.Number("1"), Inclusive: proto.Bool(true)}
		}), "BOUNDS_REVERSED", "figure.upper"},
		"a name of its own":  {spoiled(func(f *metricsv1.Figure) { f.Name = "figures/mine" }), "NAME_NOT_EMPTY", "figure.name"},
		"a unit beyond UCUM": {spoiled(func(f *metricsv1.Figure) { f.Unit.Code = "furlongs" }), "UNKNOWN_UNIT", "figure.unit.code"},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, func() {
				_, err := figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: c.figure})
				refusedCall(t, err, codes.InvalidArgument, c.reason, c.field)
			})
		})
	}
	t.Run("a page token of another method", func(t *testing.T) {
		page, err := statementsv1.NewEntityServiceClient(conn).ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{PageSize: 1})
		must.OK(t, err)
		_, err = figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{PageToken: page.GetNextPageToken()})
		refusedCall(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	})
	t.Run("an etag that lost", func(t *testing.T) {
		_, err := statementsv1.NewEntityServiceClient(conn).UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
			Entity: &statementsv1.Entity{Name: person, Etag: `"old"`, Description: "x"},
		})
		refusedCall(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	})
	t.Run("an ingest", func(t *testing.T) {
		r := fixture.Record(t, "grpc-ingest", uuid.NewString())
		r.Statements[0].Contents[0].Exact = strings.ToUpper(r.Statements[0].Contents[0].Exact)
		unchanged(t, func() {
			_, err := gatewayv1.NewRecordServiceClient(conn).IngestDocument(t.Context(), r)
			refusedCall(t, err, codes.InvalidArgument, "SPAN_MISMATCH", "statements[0].contents[0].exact")
		})
	})
	t.Run("an unknown method", func(t *testing.T) {
		err := conn.Invoke(t.Context(), "/onrecord.statements.v1.StatementService/GuessStatement", &statementsv1.GetStatementRequest{}, &statementsv1.Statement{})
		refusedCall(t, err, codes.Unimplemented, "UNKNOWN_METHOD", "")
	})
	t.Run("a message over the limit", func(t *testing.T) {
		unchanged(t, func() {
			_, err := figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{
				Figure: grpcPoint("1"), SourceText: strings.Repeat("x", 6<<20),
			})
			refusedCall(t, err, codes.ResourceExhausted, "REQUEST_TOO_LARGE", "")
		})
	})
}

// refusedCall is a refusal over gRPC, with what every one has.
func refusedCall(t *testing.T, err error, code codes.Code, reason, field string) {
	t.Helper()
	must.Err(t, err)
	st := statustest.Check(t, err, code, reason, field)
	must.Equal(t, errs.Info(st).GetDomain(), client.Domain)
	must.True(t, st.Message() != "", "there is no message")
}

// raw sends bytes as they are, which no stub would.
type raw struct{}

// Name implements encoding.CodecV2.
func (raw) Name() string { return "proto" }

// Marshal implements encoding.CodecV2.
func (raw) Marshal(v any) (mem.BufferSlice, error) {
	text, _ := v.(*[]byte)
	return mem.BufferSlice{mem.SliceBuffer(*text)}, nil
}

// Unmarshal implements encoding.CodecV2.
func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	into, _ := v.(*[]byte)
	*into = data.Materialize()
	return nil
}

var _ encoding.CodecV2 = raw{}

func TestGRPCBytes(t *testing.T) {
	for name, c := range map[string]struct {
		bytes, reason, field string
	}{
		"invalid UTF-8":      {"\x0a\x01\xff", "INVALID_UTF8", "name"},
		"a field cut short":  {"\x0a\x20x", "MALFORMED_REQUEST", ""},
		"bytes of something": {"\xff\xff\xff", "MALFORMED_REQUEST", ""},
	} {
		t.Run(name, func(t *testing.T) {
			sent, received := []byte(c.bytes), []byte{}
			err := conn.Invoke(t.Context(), statementsv1.EntityService_GetEntity_FullMethodName, &sent, &received, grpc.ForceCodecV2(raw{}))
			refusedCall(t, err, codes.InvalidArgument, c.reason, c.field)
		})
	}
}
