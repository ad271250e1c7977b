package api

import (
	"fmt"
	"strconv"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A row that says what other rows may say too has a shape of its own, whichever field says it.
func TestEveryFieldThatRowsShareMakesAShape(t *testing.T) {
	t.Parallel()
	own := map[protoreflect.Name]bool{
		"time_period": true, "value": true, "lower": true, "upper": true, "values": true, "value_kind": true, "missing_reason": true, "action": true,
	}
	fields := (&metricsv1.ImportedObservation{}).ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		o := &metricsv1.ImportedObservation{}
		say(o.ProtoReflect(), field)
		must.Equal(t, fmt.Sprint(field.Name(), " ", saysShared(o)), fmt.Sprint(field.Name(), " ", !own[field.Name()]))
		must.Equal(t, proto.Size(shared(o)) > 0, !own[field.Name()])
	}
}

// say says something in a field.
func say(o protoreflect.Message, field protoreflect.FieldDescriptor) {
	text := protoreflect.ValueOfString("x")
	switch {
	case field.IsMap():
		o.Mutable(field).Map().Set(text.MapKey(), text)
	case field.IsList() && field.Message() != nil:
		o.Mutable(field).List().AppendMutable()
	case field.IsList():
		o.Mutable(field).List().Append(text)
	case field.Message() != nil:
		o.Mutable(field)
	case field.Kind() == protoreflect.StringKind:
		o.Set(field, text)
	case field.Kind() == protoreflect.EnumKind:
		o.Set(field, protoreflect.ValueOfEnum(1))
	default:
		o.Set(field, field.Default()) // zero is said where a field has presence
	}
}

// A row that says its period and number only is taken for its series' own, and no message is made to find out.
func TestPlainRowsAreReadWithoutAMessageEach(t *testing.T) {
	const rows = 500
	validator := must.Get(protovalidate.New())(t)
	allocs := func(status ...string) float64 {
		req := plainImport(rows, status...)
		return testing.AllocsPerRun(10, func() {
			read, err := readImport(core{validator: validator}, req)
			must.OK(t, err)
			must.Equal(t, len(read.rows), rows)
		})
	}
	must.True(t, allocs()+2*rows <= allocs("A")) // a message and its bytes
}

// BenchmarkReadImport reads 10,000 rows of 50 series that say nothing more than period and number, and rows that say a status too.
func BenchmarkReadImport(b *testing.B) {
	validator := must.Get(protovalidate.New())(b)
	for name, status := range map[string][]string{"plain": nil, "status": {"A"}} {
		b.Run(name, func(b *testing.B) {
			req := plainImport(maxImported, status...)
			for b.Loop() {
				_, err := readImport(core{validator: validator}, req)
				must.OK(b, err)
			}
		})
	}
}

// plainImport is an import of series of 200 months.
func plainImport(rows int, status ...string) *metricsv1.ImportFiguresRequest {
	req := &metricsv1.ImportFiguresRequest{Template: &metricsv1.Figure{
		Metric: "metrics/trade", Origin: &metricsv1.Origin{Producer: "Census", Title: "Table 1"}, Unit: anyUnit(),
	}}
	for row := range rows {
		month := row % 200
		if month == 0 {
			req.Series = append(req.Series, &metricsv1.ImportedSeries{
				Dimensions: map[string]string{"REF_AREA": "A" + strconv.Itoa(row)}, Frequency: metricsv1.Figure_M,
			})
		}
		series := req.Series[len(req.Series)-1]
		series.Observations = append(series.Observations, &metricsv1.ImportedObservation{
			TimePeriod: fmt.Sprintf("%d-%02d", 2000+month/12, 1+month%12), ObsStatus: status,
			Value: &decimal.Decimal{Value: strconv.Itoa(1000+row) + ".5"},
		})
	}
	return req
}
