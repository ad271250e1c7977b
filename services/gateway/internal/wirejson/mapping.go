package wirejson

import (
	"cmp"
	"slices"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// item is one entry of a map.
type item struct {
	text  []byte // a key that is text
	key   uint64 // any other key, such that a smaller one comes first
	name  uint64 // that key as it came
	entry []byte
}

// mapping writes a map in the order of its keys. Of several entries with one key
// the last counts.
func (e *encoder) mapping(dst []byte, f *field, wire []byte, parts [2]int, mask *Mask, depth int) ([]byte, error) {
	from := len(e.items)
	for i := parts[0]; i < parts[1]; i++ {
		one, err := f.readKey(wire[e.parts[i].start:e.parts[i].end])
		if err != nil {
			return dst, err
		}
		e.items = append(e.items, one)
	}
	slices.SortStableFunc(e.items[from:], compareKeys)
	dst = append(dst, '{')
	open, to := len(dst), len(e.items)
	for i := from; i < to; i++ {
		before := len(dst)
		if before > open {
			dst = append(dst, ',')
		}
		one := e.items[i]
		dst = f.key.appendKey(dst, one)
		dst = append(dst, ':')
		replaced := i+1 < to && compareKeys(one, e.items[i+1]) == 0
		around := e.checking
		e.checking = around || replaced
		var err error
		if dst, err = e.value(dst, f.value, one.entry, mask, depth); err != nil {
			return dst, err
		}
		e.checking = around
		if replaced {
			dst = dst[:before]
		}
	}
	e.items = e.items[:from]
	return append(dst, '}'), nil
}

func compareKeys(a, b item) int {
	if order := cmp.Compare(a.key, b.key); order != 0 {
		return order
	}
	return cmp.Compare(string(a.text), string(b.text))
}

const (
	keyNumber   protowire.Number = 1
	valueNumber protowire.Number = 2
)

// readKey finds the key of an entry; one without has the key zero.
func (f *field) readKey(entry []byte) (item, error) {
	found := item{entry: entry}
	for rest := entry; len(rest) > 0; {
		number, wireType, n := protowire.ConsumeTag(rest)
		if n < 0 || number > protowire.MaxValidNumber || wireType == protowire.EndGroupType {
			return found, errMalformed
		}
		rest = rest[n:]
		one, n, err := consume(number, wireType, rest)
		if err != nil {
			return found, err
		}
		if number == keyNumber && wireType == f.key.wire {
			found.text, found.name = nil, one.scalar
			if f.key.kind == protoreflect.StringKind {
				if found.text = rest[one.start:n]; !utf8.Valid(found.text) {
					return found, errUTF8
				}
			}
		}
		rest = rest[n:]
	}
	found.key = f.key.sortKey(&found.name)
	return found, nil
}

// sortKey brings a number into the bits of its kind and returns what it is sorted
// by.
func (f *field) sortKey(value *uint64) uint64 {
	const sign = 1 << 63
	switch f.kind {
	case protoreflect.BoolKind:
		if *value != 0 {
			*value = 1
		}
		return *value
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		*value = uint64(int64(int32(*value)))
	case protoreflect.Sint32Kind:
		*value = uint64(int64(int32(protowire.DecodeZigZag(*value & 0xffffffff))))
	case protoreflect.Sint64Kind:
		*value = uint64(protowire.DecodeZigZag(*value))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		*value = uint64(uint32(*value))
		return *value
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return *value
	default: // 64 bits with a sign
	}
	return *value ^ sign
}

// appendKey writes a key as a name, which is always text.
func (f *field) appendKey(dst []byte, one item) []byte {
	switch f.kind {
	case protoreflect.StringKind:
		return appendQuoted(dst, one.text)
	case protoreflect.BoolKind:
		return strconv.AppendQuote(dst, strconv.FormatBool(one.name != 0))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return strconv.AppendQuote(dst, strconv.FormatUint(one.name, 10))
	default:
		return strconv.AppendQuote(dst, strconv.FormatInt(int64(one.name), 10))
	}
}

// value writes the value of an entry. One that is not there is zero; those of a
// message are merged.
func (e *encoder) value(dst []byte, f *field, entry []byte, mask *Mask, depth int) ([]byte, error) {
	from := len(e.parts)
	for at := 0; at < len(entry); {
		number, wireType, n := protowire.ConsumeTag(entry[at:])
		at += n // readKey has found that all is well
		one, n, err := consume(number, wireType, entry[at:])
		if err != nil {
			return dst, err
		}
		if number == valueNumber && wireType == f.wire {
			one.start, one.end = at+one.start, at+n
			e.parts = append(e.parts, one)
		}
		at += n
	}
	to := len(e.parts)
	if from == to {
		e.parts = append(e.parts, part{wire: f.wire})
		to++
	}
	counts := from
	if f.kind != protoreflect.MessageKind {
		counts = to - 1
	}
	dst, err := e.check(dst, f, entry, from, counts, depth)
	if err != nil {
		return dst, err
	}
	dst, err = e.single(dst, f, entry, [2]int{counts, to}, mask, depth)
	e.parts = e.parts[:from]
	return dst, err
}
