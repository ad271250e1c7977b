package pgdb

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// row is the current row of a query, read from the bytes that the server sent:
// decoding into any values costs as much as the rest of a small query.
type row struct {
	fields []pgconn.FieldDescription
	values [][]byte
	types  *pgtype.Map
	err    error // the first column that could not be read
}

// Text implements recorddb.Row.
func (r *row) Text(column int) (text string) {
	raw := r.values[column]
	if raw == nil {
		return ""
	}
	field := &r.fields[column]
	switch field.DataTypeOID {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.NameOID:
		return string(raw)
	case pgtype.ByteaOID:
		if field.Format == pgtype.BinaryFormatCode {
			return string(raw)
		}
	}
	if field.Format == pgtype.TextFormatCode {
		return string(raw)
	}
	return fmt.Sprint(r.Int64(column))
}

// Int64 implements recorddb.Row.
func (r *row) Int64(column int) (value int64) {
	raw := r.values[column]
	if raw == nil {
		return 0
	}
	if field := &r.fields[column]; field.Format == pgtype.BinaryFormatCode {
		switch field.DataTypeOID {
		case pgtype.Int8OID:
			return int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // the sign is in the bits
		case pgtype.Int4OID:
			return int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // the sign is in the bits
		case pgtype.Int2OID:
			return int64(int16(binary.BigEndian.Uint16(raw))) //nolint:gosec // the sign is in the bits
		case pgtype.BoolOID:
			return int64(raw[0])
		}
	} else if field.DataTypeOID == pgtype.BoolOID {
		if raw[0] == 't' {
			value = 1
		}
		return value
	}
	r.scan(column, &value)
	return value
}

// Bool implements recorddb.Row.
func (r *row) Bool(column int) bool { return r.Int64(column) != 0 }

// Bytes implements recorddb.Row.
func (r *row) Bytes(column int) (value []byte) {
	raw := r.values[column]
	if raw == nil {
		return nil
	}
	if field := &r.fields[column]; field.DataTypeOID == pgtype.ByteaOID && field.Format == pgtype.TextFormatCode {
		r.scan(column, &value)
		return value
	}
	return append([]byte{}, raw...)
}

// IsNull implements recorddb.Row.
func (r *row) IsNull(column int) bool { return r.values[column] == nil }

func (r *row) scan(column int, into any) {
	field := &r.fields[column]
	err := r.types.Scan(field.DataTypeOID, field.Format, r.values[column], into)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("column %s: %w", field.Name, err)
	}
}

// cursor walks over the rows of a query. A connection runs one query at a time:
// when another one is asked for from inside a row callback, the rest is read
// ahead.
type cursor struct {
	rows  pgx.Rows
	row   row
	outer *cursor

	drained bool
	rest    [][][]byte
}

func (c *cursor) next() bool {
	if c.drained {
		if len(c.rest) == 0 {
			return false
		}
		c.row.values, c.rest = c.rest[0], c.rest[1:]
		return true
	}
	if !c.rows.Next() {
		return false
	}
	if c.row.fields == nil {
		c.row.fields, c.row.types = c.rows.FieldDescriptions(), c.rows.TypeMap()
	}
	c.row.values = c.rows.RawValues()
	return true
}

func (c *cursor) drain() error {
	if c.drained {
		return nil
	}
	c.drained = true
	c.row.fields = slices.Clone(c.row.fields)
	c.row.values = keep(c.row.values)
	for c.rows.Next() {
		c.rest = append(c.rest, keep(c.rows.RawValues()))
	}
	return c.rows.Err()
}

// keep copies values out of the buffer of the connection.
func keep(values [][]byte) [][]byte {
	size := 0
	for _, value := range values {
		size += len(value)
	}
	buffer, kept := make([]byte, 0, size), make([][]byte, len(values))
	for i, value := range values {
		if value != nil {
			from := len(buffer)
			buffer = append(buffer, value...)
			kept[i] = buffer[from:len(buffer):len(buffer)]
		}
	}
	return kept
}
