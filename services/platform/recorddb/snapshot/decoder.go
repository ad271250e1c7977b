package snapshot

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Decoder reads a snapshot field by field. A read function gets it once for each
// field and puts the value where it belongs; of a field that it does not know it says
// so by Unknown.
type Decoder struct {
	// Field is the number of the field just read.
	Field int
	// Number and Text are its value; the other one is zero.
	Number int64
	Text   string

	snapshot string
	at, end  int // of what is left of the struct that is being read: an index moves cheaper than a string
	broken   bool
	unknown  bool
}

// Read reads a snapshot, the byte of its format left out, into a resource.
//
// FAILED_PRECONDITION, reason SCHEMA_TOO_NEW, if it has a field that is not known: a
// newer program wrote it, and who answered without it would answer less than is on
// record, and lose it with the next change. Or it is damaged, which looks the same.
func Read[T any](fields string, into *T, read func(*Decoder, *T)) error {
	d := decoders.Get().(*Decoder) //nolint:forcetypeassert // there is nothing else in it
	*d = Decoder{snapshot: fields, end: len(fields)}
	for d.next() {
		read(d, into)
	}
	broken, unknown, field := d.broken, d.unknown, d.Field
	*d = Decoder{} // keeps no snapshot alive
	decoders.Put(d)
	switch {
	case unknown:
		return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW",
			"the record has a %T with a field %d that this program does not know: a newer program wrote it, then run that one;"+
				" if there never was one, the database is damaged, then restore a backup", *into, field)
	case broken:
		return fmt.Errorf("broken snapshot of a %T", *into)
	}
	return nil
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// Get reads the struct within the field just read. One decoder reads all of a
// snapshot, and each struct where it belongs: a page decodes hundreds of them.
func Get[T any](d *Decoder, into *T, read func(*Decoder, *T)) {
	after, end := d.at, d.end
	for d.at, d.end = after-len(d.Text), after; d.next(); {
		read(d, into)
	}
	d.at, d.end = after, end
}

// GetNew is Get for a struct behind a pointer.
func GetNew[T any](d *Decoder, read func(*Decoder, *T)) *T {
	value := new(T)
	Get(d, value, read)
	return value
}

// GetMore is Get for one more element of a list.
func GetMore[T any](d *Decoder, list []T, read func(*Decoder, *T)) []T {
	var zero T
	list = append(list, zero)
	Get(d, &list[len(list)-1], read)
	return list
}

// Pair is the field just read, as an entry of a map.
func (d *Decoder) Pair() (key, value string) {
	after, end := d.at, d.end
	d.at, d.end = after-len(d.Text), after
	size := d.uvarint()
	if size > uint64(d.end-d.at) { //nolint:gosec // not negative
		d.broken = true
	}
	if !d.broken {
		from := d.at + int(size) //nolint:gosec // no more than is left
		key, value = d.snapshot[d.at:from], d.snapshot[from:d.end]
	}
	d.at, d.end = after, end
	return key, value
}

// Fail marks the snapshot as broken: the value of a field cannot be.
func (d *Decoder) Fail() { d.broken = true }

// Unknown says that the field just read is none that the read function knows.
func (d *Decoder) Unknown() { d.broken, d.unknown = true, true }

// next reads the next field; false at the end, or where the snapshot is broken.
func (d *Decoder) next() bool {
	if d.at >= d.end || d.broken {
		return false
	}
	tag := d.uvarint()
	d.Field = int(tag >> 1) //nolint:gosec // any number will do: an unknown field is refused
	value := d.uvarint()
	if tag&1 == kindNumber {
		d.Number, d.Text = int64(value>>1)^-int64(value&1), "" //nolint:gosec // as binary.Varint
		return !d.broken
	}
	if d.broken || value > uint64(d.end-d.at) { //nolint:gosec // not negative
		d.broken = true
		return false
	}
	from := d.at
	d.at += int(value) //nolint:gosec // no more than is left
	d.Number, d.Text = 0, d.snapshot[from:d.at]
	return true
}

func (d *Decoder) uvarint() (value uint64) {
	rest := d.snapshot[d.at:d.end]
	if rest != "" && rest[0] < 0x80 { // nearly all
		d.at++
		return uint64(rest[0])
	}
	for i := 0; i < len(rest) && i < binary.MaxVarintLen64; i++ {
		b := rest[i]
		value |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.at += i + 1
			return value
		}
	}
	d.broken = true
	return 0
}
