package pgdb

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// bind turns arguments into those of pgx. It refuses what no column holds.
func (db *DB) bind(args []any) ([]any, error) {
	bound := make([]any, len(args))
	for i, arg := range args {
		switch value := arg.(type) {
		case nil, string, int64:
			bound[i] = value
		case int:
			bound[i] = int64(value)
		case int32:
			bound[i] = int64(value)
		case recordtime.Time:
			bound[i] = int64(value)
		case bool:
			bound[i] = db.flag(value)
		case []byte:
			if value != nil {
				bound[i] = value
			}
		default:
			return nil, fmt.Errorf("argument %d has type %T, which cannot be bound", i+1, arg)
		}
	}
	return bound, nil
}

// flag makes a bool that fits columns of booleans and of integers. Where the
// driver does not know which it is, both read the text.
func (db *DB) flag(value bool) any {
	switch {
	case !db.untyped:
		return flag(value)
	case value:
		return "1"
	default:
		return "0"
	}
}

// flag is a bool that fits columns of booleans and, as in SQLite, of integers.
type flag bool

// BoolValue implements pgtype.BoolValuer.
func (f flag) BoolValue() (pgtype.Bool, error) {
	return pgtype.Bool{Bool: bool(f), Valid: true}, nil
}

// Int64Value implements pgtype.Int64Valuer.
func (f flag) Int64Value() (pgtype.Int8, error) {
	value := pgtype.Int8{Valid: true}
	if f {
		value.Int64 = 1
	}
	return value, nil
}

// vectorCodec is the codec of tsvector that also takes the binary form as bytes,
// so that a store can make it without a call of the server.
type vectorCodec struct{ pgtype.TSVectorCodec }

// PlanEncode implements pgtype.Codec.
func (c vectorCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.([]byte); ok && format == pgtype.BinaryFormatCode {
		return encodeBytes{}
	}
	return c.TSVectorCodec.PlanEncode(m, oid, format, value)
}

type encodeBytes struct{}

// Encode implements pgtype.EncodePlan.
func (encodeBytes) Encode(value any, buf []byte) ([]byte, error) {
	raw, ok := value.([]byte)
	if !ok {
		return nil, fmt.Errorf("%T is no tsvector", value)
	}
	return append(buf, raw...), nil
}
