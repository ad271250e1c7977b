package show

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// Fields is one resource as a table of its set fields, in the order of the
// contract, under the names that they have in JSON.
func Fields(message proto.Message) *Table {
	table := &Table{Columns: []Column{{}, {}}}
	addFields(table, "", message.ProtoReflect())
	return table
}

func addFields(table *Table, path string, message protoreflect.Message) {
	if text, ok := compact(path, message.Interface()); ok {
		table.Add(path, text)
		return
	}
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if message.Has(field) {
			addField(table, join(path, field.JSONName()), field, message.Get(field))
		}
	}
}

func addField(table *Table, path string, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case field.IsMap():
		var keys []string
		value.Map().Range(func(key protoreflect.MapKey, _ protoreflect.Value) bool {
			keys = append(keys, key.String())
			return true
		})
		slices.Sort(keys)
		for _, key := range keys {
			item := value.Map().Get(protoreflect.ValueOfString(key).MapKey())
			addValue(table, path+"["+key+"]", field.MapValue(), item)
		}
	case field.IsList():
		for i := range value.List().Len() {
			addValue(table, fmt.Sprintf("%s[%d]", path, i), field, value.List().Get(i))
		}
	default:
		addValue(table, path, field, value)
	}
}

func addValue(table *Table, path string, field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch {
	case field.Message() != nil:
		addFields(table, path, value.Message())
	case field.Enum() != nil:
		name := fmt.Sprint(value.Enum())
		if known := field.Enum().Values().ByNumber(value.Enum()); known != nil {
			name = string(known.Name())
		}
		table.Add(path, name)
	default:
		table.Add(path, value.String())
	}
}

// compact writes the messages that are one value to a reader.
func compact(path string, message proto.Message) (string, bool) {
	switch m := message.(type) {
	case *decimal.Decimal:
		return m.GetValue(), true
	case *timestamppb.Timestamp:
		return Time(m), true
	case *typev1.TextSpan:
		if m.GetRole() != typev1.TextSpan_ROLE_UNSPECIFIED && !strings.Contains(path, "spans[") {
			m = proto.CloneOf(m)
			m.Role = typev1.TextSpan_ROLE_UNSPECIFIED // the field has said it
		}
		return Span(m), true
	case *typev1.TimePeriod:
		text := Period(m)
		if printed := m.GetPrinted(); printed != nil {
			text += ", printed as “" + printed.GetText() + "”"
			if printed.GetSpan() != nil {
				text += " at " + place(printed.GetSpan())
			}
		}
		return text, true
	case *metricsv1.Unit:
		return m.GetCode() + " (" + m.GetSystem().String() + ")", true
	case *metricsv1.Bound:
		if m.GetInclusive() {
			return m.GetValue().GetValue() + ", inclusive", true
		}
		return m.GetValue().GetValue() + ", exclusive", true
	case *metricsv1.Fraction:
		return m.GetNumerator().GetValue() + "/" + m.GetDenominator().GetValue(), true
	default:
		return "", false
	}
}

// place is a span without its words.
func place(span *typev1.TextSpan) string {
	return Span(&typev1.TextSpan{Start: span.Start, End: span.GetEnd(), AnchorState: span.GetAnchorState()})
}

func join(path, field string) string { return strings.TrimPrefix(path+"."+field, ".") }
