package tables

import (
	"encoding/binary"
)

// A snapshot is a list of numbered fields: a varint that is the field's number
// and kind, then a varint, or a length and bytes. A field that is not there is
// zero; one that a reader does not know is passed over, so fields may be added.
// Reading makes no copies, which halves the cost of a read by id compared with
// JSON.

const (
	kindNumber = 0
	kindText   = 1
)

// encoder writes a snapshot.
type encoder struct{ buf []byte }

func (e *encoder) number(field int, value int64) {
	if value != 0 {
		e.buf = binary.AppendUvarint(e.buf, uint64(field)<<1|kindNumber)
		e.buf = binary.AppendVarint(e.buf, value)
	}
}

func (e *encoder) flag(field int, value bool) {
	if value {
		e.number(field, 1)
	}
}

func (e *encoder) text(field int, value string) {
	if value != "" {
		e.item(field, value)
	}
}

// item writes a text that counts even if it is empty: an element of a list.
func (e *encoder) item(field int, value string) {
	e.buf = binary.AppendUvarint(e.buf, uint64(field)<<1|kindText)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(value)))
	e.buf = append(e.buf, value...)
}

// put writes a struct within.
func put[T any](e *encoder, field int, value T, write func(*encoder, T)) {
	var inner encoder
	write(&inner, value)
	e.item(field, string(inner.buf))
}

// decoder reads a snapshot field by field.
type decoder struct {
	rest   string
	broken bool

	// The field just read: its number, and one of its values.
	field  int
	number int64
	text   string
}

// next reads the next field; false at the end, or where the snapshot is broken.
func (d *decoder) next() bool {
	if d.rest == "" || d.broken {
		return false
	}
	tag := d.uvarint()
	d.field = int(tag >> 1) //nolint:gosec // any number will do: an unknown field is passed over
	if tag&1 == kindNumber {
		zigzag := d.uvarint()
		d.number = int64(zigzag>>1) ^ -int64(zigzag&1) //nolint:gosec // as binary.Varint
		return !d.broken
	}
	size := d.uvarint()
	if size > uint64(len(d.rest)) {
		d.broken = true
	}
	if d.broken {
		return false
	}
	d.text, d.rest = d.rest[:size], d.rest[size:]
	return true
}

func (d *decoder) uvarint() (value uint64) {
	for i := 0; i < len(d.rest) && i < binary.MaxVarintLen64; i++ {
		b := d.rest[i]
		value |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.rest = d.rest[i+1:]
			return value
		}
	}
	d.broken = true
	return 0
}

// get reads the struct within the field just read.
func get[T any](d *decoder, into *T, read func(*decoder, *T)) {
	inner := decoder{rest: d.text}
	for inner.next() {
		read(&inner, into)
	}
	d.broken = d.broken || inner.broken
}

// getNew is get for a struct behind a pointer, getMore for an element of a list.
func getNew[T any](d *decoder, read func(*decoder, *T)) *T {
	var value T
	get(d, &value, read)
	return &value
}

func getMore[T any](d *decoder, list []T, read func(*decoder, *T)) []T {
	var value T
	get(d, &value, read)
	return append(list, value)
}
