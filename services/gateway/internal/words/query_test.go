package words_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// unsaid are the fields that say which series, which every line and row names, and how
// much of the answer stands on a page.
var unsaid = map[protoreflect.Name]bool{"name": true, "dimensions": true, "frequency": true, "page_size": true, "page_token": true}

// TestAQuerySaysEveryFieldOfIt: whatever a query asks for changes its words, so that a
// field which is added cannot be left out.
func TestAQuerySaysEveryFieldOfIt(t *testing.T) {
	fields := (&metricsv1.QueryMetricRequest{}).ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if unsaid[field.Name()] {
			continue
		}
		// A rate belongs to a conversion, a method to a frequency.
		without := &metricsv1.QueryMetricRequest{
			Unit: "EUR", RateBasis: metricsv1.Conversion_REFERENCE, RateMetric: "metrics/rates",
			AggregationFrequency: metricsv1.Figure_A, AggregationMethod: metricsv1.QueryMetricRequest_AVG,
		}
		with := proto.CloneOf(without)
		set(with, field)
		must.NotEqual(t, string(field.Name())+": "+strings.Join(words.Query(with), " "), string(field.Name())+": "+strings.Join(words.Query(without), " "))
	}
}

// set gives a field a value that it does not have.
func set(r *metricsv1.QueryMetricRequest, field protoreflect.FieldDescriptor) {
	message := r.ProtoReflect()
	switch {
	case field.IsMap():
		message.Mutable(field).Map().Set(protoreflect.ValueOfString("KIND").MapKey(), protoreflect.ValueOfString("OTHER"))
	case field.IsList():
		message.Mutable(field).List().Append(protoreflect.ValueOfString("0123456789abcdef"))
	case field.Kind() == protoreflect.EnumKind:
		// The last value of an enum: the first two may be the default.
		values := field.Enum().Values()
		last := values.Get(values.Len() - 1).Number()
		if message.Get(field).Enum() == last {
			last = values.Get(values.Len() - 2).Number()
		}
		message.Set(field, protoreflect.ValueOfEnum(last))
	case field.Kind() == protoreflect.BoolKind:
		message.Set(field, protoreflect.ValueOfBool(true))
	case field.Kind() == protoreflect.Int32Kind:
		message.Set(field, protoreflect.ValueOfInt32(7))
	case field.Kind() == protoreflect.MessageKind:
		message.Set(field, protoreflect.ValueOfMessage((&timestamppb.Timestamp{Seconds: 1}).ProtoReflect()))
	default:
		message.Set(field, protoreflect.ValueOfString("2010"))
	}
}

// TestNoValueOfAnEnumIsUnsaid: of selection, releases, gaps and what is computed.
func TestNoValueOfAnEnumIsUnsaid(t *testing.T) {
	said := map[string]bool{}
	for _, r := range []*metricsv1.QueryMetricRequest{
		{Selection: metricsv1.QueryMetricRequest_BEST_SOURCE}, {Vintages: metricsv1.QueryMetricRequest_FIRST}, {Vintages: metricsv1.QueryMetricRequest_ALL},
		{Fill: metricsv1.QueryMetricRequest_GAP}, {Fill: metricsv1.QueryMetricRequest_PREVIOUS}, {Unit: "km"},
		{Transform: metricsv1.QueryMetricRequest_CHG}, {Transform: metricsv1.QueryMetricRequest_CH1}, {Transform: metricsv1.QueryMetricRequest_PCH},
		{Transform: metricsv1.QueryMetricRequest_PC1}, {Transform: metricsv1.QueryMetricRequest_IDX},
	} {
		text := strings.Join(words.Query(r), " ")
		must.True(t, text != "" && !said[text], "%v: %q", r, text)
		said[text] = true
	}
}

// TestEveryHedgeIsInWords: beside the number, or in the remarks.
func TestEveryHedgeIsInWords(t *testing.T) {
	for hedge, about := range map[string]metricsv1.Figure_Approximator{
		"exactly": metricsv1.Figure_EXACTLY, "about": metricsv1.Figure_ABOUT, "nearly": metricsv1.Figure_NEARLY, "over": metricsv1.Figure_OVER,
		"under": metricsv1.Figure_UNDER, "at least": metricsv1.Figure_AT_LEAST, "at most": metricsv1.Figure_AT_MOST, "up to": metricsv1.Figure_UP_TO,
		"order of magnitude": metricsv1.Figure_ORDER_OF_MAGNITUDE,
	} {
		for _, o := range []*metricsv1.Observation{
			{ValueKind: metricsv1.Figure_POINT, Value: number("3")},
			{ValueKind: metricsv1.Figure_RANGE, Lower: bound("1", true), Upper: bound("3", false)},
			{ValueKind: metricsv1.Figure_CHANGE, Upper: bound("3", false)},
		} {
			o.Approximator = about
			must.Contains(t, words.Observation(o)+"; "+strings.Join(words.Remarks(o), "; "), hedge)
		}
	}
}
