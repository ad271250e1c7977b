package api

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// DiffStatementRevisions answers what changed from one revision to another.
func (s *statements) DiffStatementRevisions(
	ctx context.Context, req *statementsv1.DiffStatementRevisionsRequest,
) (*statementsv1.DiffStatementRevisionsResponse, error) {
	id, number, err := domain.ParseRevision(req.GetName())
	if err != nil {
		return nil, badName("name", err)
	}
	to, ok := resource.ParseNumber(req.GetTo())
	if !ok {
		return nil, domain.NotFound(domain.RevisionType, revisionNotFound, domain.StatementName(id)+"/revisions/"+req.GetTo())
	}
	at, err := s.readAt(ctx, nil)
	if err != nil {
		return nil, err
	}
	var before, after store.Revision
	err = s.store.Read(ctx, func(r store.Reader) (err error) {
		if before, err = revisionAt(r, id, number, at); err != nil {
			return err
		}
		after, err = revisionAt(r, id, to, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	changed, err := diffStatements(statementToProto(before.Statement), statementToProto(after.Statement))
	return &statementsv1.DiffStatementRevisionsResponse{
		FromRevision: domain.RevisionName(id, number), ToRevision: domain.RevisionName(id, to), Changes: changed,
	}, err
}

// diffStatements compares two states of a statement but for what every revision
// changes.
func diffStatements(before, after *statementsv1.Statement) ([]*statementsv1.DiffStatementRevisionsResponse_Change, error) {
	var values [2]any
	for i, statement := range []*statementsv1.Statement{before, after} {
		statement.Etag, statement.UpdateTime, statement.RevisionId = "", nil, ""
		text, err := protojson.Marshal(statement)
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

// differ collects what differs between two messages of one type, as JSON has them,
// in the order of their fields.
type differ struct {
	changes []*statementsv1.DiffStatementRevisionsResponse_Change
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

// field compares one field: lists item by item, maps key by key.
func (d *differ) field(path string, field protoreflect.FieldDescriptor, before, after any) {
	switch {
	case field.IsList():
		a, _ := before.([]any)
		b, _ := after.([]any)
		for i := range max(len(a), len(b)) {
			d.value(path+"["+strconv.Itoa(i)+"]", field.Message(), item(a, i), item(b, i))
		}
	case field.IsMap():
		a, _ := before.(map[string]any)
		b, _ := after.(map[string]any)
		keys := slices.Sorted(maps.Keys(a))
		keys = append(keys, slices.Sorted(maps.Keys(b))...)
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
		d.changes = append(d.changes, &statementsv1.DiffStatementRevisionsResponse_Change{
			Field: path, OldValue: d.json(before), NewValue: d.json(after),
		})
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
