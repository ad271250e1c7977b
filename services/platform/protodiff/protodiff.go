package protodiff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Change is what changed of one field.
type Change struct {
	// Field is its path, such as "lower.value" or "dimensions[REF_AREA]", in the
	// names of the proto.
	Field string
	// Old and New are the values, as in JSON; nil if there is none.
	Old, New *structpb.Value
}

// Compare returns what differs between two messages of one type, in the order of
// their fields. Lists are compared item by item, maps key by key.
func Compare(before, after proto.Message) ([]Change, error) {
	var values [2]any
	for i, message := range []proto.Message{before, after} {
		text, err := protojson.Marshal(message)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &values[i]); err != nil {
			return nil, err
		}
	}
	d := differ{}
	d.message("", before.ProtoReflect().Descriptor(), values[0], values[1])
	return d.changes, d.err
}

// differ collects changes.
type differ struct {
	changes []Change
	err     error
}

// message compares two objects field by field.
func (d *differ) message(path string, message protoreflect.MessageDescriptor, before, after any) {
	a, _ := before.(map[string]any)
	b, _ := after.(map[string]any)
	fields := message.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		d.field(errs.JoinPath(path, string(field.Name())), field, a[field.JSONName()], b[field.JSONName()])
	}
}

// field compares one field.
func (d *differ) field(path string, field protoreflect.FieldDescriptor, before, after any) {
	switch {
	case field.IsList():
		a, _ := before.([]any)
		b, _ := after.([]any)
		for i := range max(len(a), len(b)) {
			d.value(errs.Index(path, i), field.Message(), item(a, i), item(b, i))
		}
	case field.IsMap():
		a, _ := before.(map[string]any)
		b, _ := after.(map[string]any)
		keys := append(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b))...)
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			d.value(path+"["+key+"]", field.MapValue().Message(), a[key], b[key])
		}
	default:
		d.value(path, field.Message(), before, after)
	}
}

// item is an item of a list, nil behind its end.
func item(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// value compares two values, nil if there is none; message is nil if they are none.
// Objects that both have are compared field by field.
func (d *differ) value(path string, message protoreflect.MessageDescriptor, before, after any) {
	_, had := before.(map[string]any)
	_, has := after.(map[string]any)
	switch {
	case message != nil && had && has:
		d.message(path, message, before, after)
	case !reflect.DeepEqual(before, after):
		d.changes = append(d.changes, Change{Field: path, Old: d.json(before), New: d.json(after)})
	}
}

// json writes a value; none stays unset.
func (d *differ) json(value any) *structpb.Value {
	if value == nil {
		return nil
	}
	out, err := structpb.NewValue(value)
	if err != nil {
		d.err = err
	}
	return out
}
