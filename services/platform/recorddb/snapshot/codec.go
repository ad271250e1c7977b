package snapshot

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Codec goes over the fields of a resource, to write them or to read them: a function
// of the store names each field once, with its number and where its value is, and
// serves both ways. A reading codec passes over what is not next, so a field costs a
// comparison, and where the fields come in another order it goes over them again.
type Codec struct {
	writing bool
	buf     []byte // what is written

	snapshot string // what is read
	at, end  int    // of what is left of the struct that is being read: an index moves cheaper than a string
	tag      uint64 // the field that is next, with its kind; noField at the end
	number   int64  // its value, or
	text     string // this
	broken   bool
	unknown  uint64 // the field that nobody knows, with its kind; noField if there is none
}

// The kinds of a field, the last bit of its tag.
const (
	kindNumber = 0
	kindText   = 1
)

var kinds = [...]string{kindNumber: "number", kindText: "text or struct"}

// noField says that no field is next. It is the tag of none: next refuses it.
const noField = 1<<64 - 1

var codecs = sync.Pool{New: func() any { return new(Codec) }}

// Append appends the fields of a resource.
func Append[T any](buf []byte, resource *T, fields func(*Codec, *T)) []byte {
	c := codecs.Get().(*Codec) //nolint:forcetypeassert // there is nothing else in it
	*c = Codec{writing: true, buf: buf}
	fields(c, resource)
	buf = c.buf
	*c = Codec{} // keeps no snapshot alive
	codecs.Put(c)
	return buf
}

// Read reads what Append wrote into a resource, whose texts are parts of it.
//
// FAILED_PRECONDITION, reason SCHEMA_TOO_NEW, if it has a field that is not known: a
// newer program wrote it, and who answered without it would answer less than is on
// record, and lose it with the next change. Or it is damaged, which looks the same.
func Read[T any](snapshot string, into *T, fields func(*Codec, *T)) error {
	c := codecs.Get().(*Codec) //nolint:forcetypeassert // there is nothing else in it
	*c = Codec{snapshot: snapshot, end: len(snapshot), unknown: noField}
	readAll(c, into, fields)
	broken, unknown := c.broken, c.unknown
	*c = Codec{}
	codecs.Put(c)
	switch {
	case unknown != noField:
		return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW",
			"the record has a %T with a %s in field %d that this program does not know: a newer program wrote it, then run that one;"+
				" if there never was one, the database is damaged, then restore a backup", *into, kinds[unknown&1], unknown>>1)
	case broken:
		return fmt.Errorf("broken snapshot of a %T", *into)
	}
	return nil
}

// readAll reads the fields of one struct.
func readAll[T any](c *Codec, into *T, fields func(*Codec, *T)) {
	for c.next(); c.tag != noField; {
		before := c.at
		fields(c, into)
		if c.at == before && c.tag != noField { // nobody took it
			c.unknown = c.tag
			c.Fail()
		}
	}
}

// Writing says whether the codec writes.
func (c *Codec) Writing() bool { return c.writing }

// Fail marks the snapshot as broken: the value of a field cannot be.
func (c *Codec) Fail() { c.broken, c.tag = true, noField }

// Text is a text; an empty one is not there. This, as what follows, is inlined where
// it is called: most fields of most resources are not there.
func (c *Codec) Text(field uint64, value *string) {
	if c.writing || c.tag == field<<1|kindText {
		c.moveText(field, value)
	}
}

// Number is a number; zero is not there.
func (c *Codec) Number(field uint64, value *int64) {
	if c.writing || c.tag == field<<1|kindNumber {
		c.moveNumber(field, value)
	}
}

// Int is Number for an int.
func (c *Codec) Int(field uint64, value *int) {
	if c.writing || c.tag == field<<1|kindNumber {
		c.moveInt(field, value)
	}
}

// Time is Number for a time.
func (c *Codec) Time(field uint64, value *recordtime.Time) { c.Number(field, (*int64)(value)) }

// Flag is a flag, the number 1 if it is set.
func (c *Codec) Flag(field uint64, value *bool) {
	if c.writing || c.tag == field<<1|kindNumber {
		c.moveFlag(field, value)
	}
}

// Texts is a list of texts.
func (c *Codec) Texts(field uint64, values *[]string) {
	if c.writing || c.tag == field<<1|kindText {
		c.moveTexts(field, values)
	}
}

// Pairs is a map, written one way for one map.
func (c *Codec) Pairs(field uint64, pairs *map[string]string) {
	if c.writing || c.tag == field<<1|kindText {
		c.movePairs(field, pairs)
	}
}

// Struct is a struct within, which is there even if it is zero.
func Struct[T any](c *Codec, field uint64, value *T, fields func(*Codec, *T)) {
	if c.writing || c.tag == field<<1|kindText {
		moveStruct(c, field, value, fields)
	}
}

// Pointer is Struct for one that may not be there.
func Pointer[T any](c *Codec, field uint64, value **T, fields func(*Codec, *T)) {
	if c.writing || c.tag == field<<1|kindText {
		movePointer(c, field, value, fields)
	}
}

// List is a list of structs.
func List[T any](c *Codec, field uint64, values *[]T, fields func(*Codec, *T)) {
	if c.writing || c.tag == field<<1|kindText {
		moveList(c, field, values, fields)
	}
}

// Put writes a text that counts even if it is empty, for values that are written as
// texts; Take is what reads it.
func (c *Codec) Put(field uint64, text string) {
	c.buf = binary.AppendUvarint(c.buf, tagOf(field, kindText))
	c.buf = binary.AppendUvarint(c.buf, uint64(len(text)))
	c.buf = append(c.buf, text...)
}

// Take reads what Put wrote; not found if another field is next.
func (c *Codec) Take(field uint64) (text string, found bool) {
	if c.tag != tagOf(field, kindText) {
		return "", false
	}
	text = c.text
	c.next()
	return text, true
}

func tagOf(field, kind uint64) uint64 { return field<<1 | kind }
