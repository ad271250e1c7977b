package snapshot

import (
	"encoding/binary"
	"slices"
)

const (
	kindNumber = 0
	kindText   = 1
)

// Encoder writes a snapshot.
type Encoder struct{ buf []byte }

// NewEncoder starts a snapshot with a byte that says in which format the fields
// are numbered.
func NewEncoder(format byte) *Encoder {
	return &Encoder{buf: append(make([]byte, 0, 1024), format)}
}

// Bytes returns what was written.
func (e *Encoder) Bytes() []byte { return e.buf }

// Number writes a number that is not zero.
func (e *Encoder) Number(field int, value int64) {
	if value != 0 {
		e.tag(field, kindNumber)
		e.buf = binary.AppendVarint(e.buf, value)
	}
}

// Flag writes a flag that is set, as the number 1.
func (e *Encoder) Flag(field int, value bool) {
	if value {
		e.Number(field, 1)
	}
}

// Text writes a text that is not empty.
func (e *Encoder) Text(field int, value string) {
	if value != "" {
		e.Item(field, value)
	}
}

// Item writes a text that counts even if it is empty: an element of a list.
func (e *Encoder) Item(field int, value string) {
	e.tag(field, kindText)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(value)))
	e.buf = append(e.buf, value...)
}

// Pair writes an entry of a map.
func (e *Encoder) Pair(field int, key, value string) {
	var size [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(size[:], uint64(len(key)))
	e.tag(field, kindText)
	e.buf = binary.AppendUvarint(e.buf, uint64(n+len(key)+len(value))) //nolint:gosec // not negative
	e.buf = append(e.buf, size[:n]...)
	e.buf = append(e.buf, key...)
	e.buf = append(e.buf, value...)
}

// Put writes a struct within; one that is behind a pointer or in a list counts
// even if it is zero.
func Put[T any](e *Encoder, field int, value T, write func(*Encoder, T)) {
	e.tag(field, kindText)
	start := len(e.buf)
	write(e, value)
	var size [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(size[:], uint64(len(e.buf)-start))
	e.buf = slices.Insert(e.buf, start, size[:n]...)
}

func (e *Encoder) tag(field int, kind uint64) {
	e.buf = binary.AppendUvarint(e.buf, uint64(field)<<1|kind) //nolint:gosec // numbers of fields are positive
}
