package wirejson

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxDepth is how deep messages may be within each other, as protobuf has it.
const maxDepth = 10_000

var (
	errDepth     = errors.New("wirejson: messages are within each other too deep")
	errMalformed = errors.New("wirejson: the bytes are not a message")
)

// Append appends a message, given by its wire bytes, to dst as ProtoJSON without
// insignificant white space: names in lowerCamelCase, in the order of the proto,
// fields that are not set left out. With a mask only the fields that it names are
// written, and others are passed over without a look at what is in them; nil
// names all.
//
// It fails where proto.Unmarshal followed by protojson.Marshal would: on bytes
// that are not a message, text that is not UTF-8, a time out of range. Then what
// was appended to dst is of no use.
func Append(dst []byte, message protoreflect.MessageDescriptor, wire []byte, mask *Mask) ([]byte, error) {
	e, _ := encoders.Get().(*encoder)
	out, err := e.message(dst, planOf(message), wire, nil, mask, maxDepth)
	e.parts, e.choices, e.items, e.checking = e.parts[:0], e.choices[:0], e.items[:0], false
	encoders.Put(e)
	return out, err
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// encoder has the stacks of what is found in the messages that are being written,
// each message's on top of that around it.
type encoder struct {
	parts   []part
	choices []choice
	items   []item
	// checking says that what is written will be thrown away: only what Unmarshal
	// refuses is a fault then.
	checking bool
}

// part is one occurrence of a field: the bytes of its value.
type part struct {
	field  int32
	wire   protowire.Type
	start  int // of the value in the message; for bytes, behind their length
	end    int
	scalar uint64 // of varints and fixed numbers
}

// choice is the member that a oneof has last, and where that began to be so.
type choice struct {
	field int32
	since int
}

// message writes one message. If it came in pieces, to be merged, wire has them one
// behind the other, and ends has where each ends.
func (e *encoder) message(dst []byte, p *plan, wire []byte, ends []int, mask *Mask, depth int) ([]byte, error) {
	if depth == 0 {
		return dst, errDepth
	}
	switch p.form {
	case timestamp:
		return appendTimestamp(dst, wire, ends, e.checking)
	case foreign:
		return appendForeign(dst, p.descriptor, wire, ends, e.checking)
	case object:
	}
	partsFrom, choicesFrom := len(e.parts), len(e.choices)
	for range p.oneofs {
		e.choices = append(e.choices, choice{field: -1})
	}
	inOrder, at := true, 0
	for _, end := range ends {
		if _, err := e.scan(p, wire[:end], at, mask, choicesFrom); err != nil {
			return dst, err
		}
		inOrder, at = false, end
	}
	alone, err := e.scan(p, wire, at, mask, choicesFrom)
	if err != nil {
		return dst, err
	}
	if !inOrder || !alone {
		slices.SortStableFunc(e.parts[partsFrom:], func(a, b part) int { return int(a.field - b.field) })
	}
	dst = append(dst, '{')
	open := len(dst)
	for at, end := partsFrom, len(e.parts); at < end; {
		next := at + 1
		for next < end && e.parts[next].field == e.parts[at].field {
			next++
		}
		index := e.parts[at].field
		f := &p.fields[index]
		from := at
		if f.oneof >= 0 {
			from = e.chosen(e.choices[choicesFrom+f.oneof], at, next)
		}
		if dst, err = e.check(dst, f, wire, at, from, depth); err != nil {
			return dst, err
		}
		if from < next {
			if dst, err = e.field(dst, open, f, wire, [2]int{from, next}, mask.at(int(index)), depth); err != nil {
				return dst, err
			}
		}
		at = next
	}
	e.parts, e.choices = e.parts[:partsFrom], e.choices[:choicesFrom]
	return append(dst, '}'), nil
}

// chosen returns the first part, of those of one member of a oneof, that no other
// member has replaced.
func (e *encoder) chosen(c choice, from, to int) int {
	for from < to && (e.parts[from].field != c.field || e.parts[from].start < c.since) {
		from++
	}
	return from
}

// scan notes where the fields of a message are, from a place in it on, and reports
// whether they come in the order of the proto.
func (e *encoder) scan(p *plan, wire []byte, at int, mask *Mask, choicesFrom int) (inOrder bool, err error) {
	inOrder = true
	last := int32(-1)
	for at < len(wire) {
		number, wireType, n := protowire.ConsumeTag(wire[at:])
		if n < 0 || number > protowire.MaxValidNumber || wireType == protowire.EndGroupType {
			return false, errMalformed
		}
		at += n
		one, n, err := consume(number, wireType, wire[at:])
		if err != nil {
			return false, err
		}
		index := p.find(number)
		if index >= 0 && p.fields[index].takes(wireType) {
			one.field = int32(index)
			one.start, one.end = at+one.start, at+n
			if oneof := p.fields[index].oneof; oneof >= 0 && e.choices[choicesFrom+oneof].field != one.field {
				e.choices[choicesFrom+oneof] = choice{field: one.field, since: one.start}
			}
			if mask.has(index) {
				e.parts = append(e.parts, one)
				inOrder = inOrder && one.field >= last
				last = one.field
			}
		}
		at += n
	}
	return inOrder, nil
}

// takes says whether a field can come in a wire type. What comes in another is
// unknown, and left out.
func (f *field) takes(wireType protowire.Type) bool {
	return wireType == f.wire || (f.packed && wireType == protowire.BytesType)
}

// consume reads a value: a number, or where its bytes start.
func consume(number protowire.Number, wireType protowire.Type, wire []byte) (one part, n int, err error) {
	one.wire = wireType
	switch wireType {
	case protowire.VarintType:
		one.scalar, n = protowire.ConsumeVarint(wire)
	case protowire.Fixed32Type:
		var value uint32
		value, n = protowire.ConsumeFixed32(wire)
		one.scalar = uint64(value)
	case protowire.Fixed64Type:
		one.scalar, n = protowire.ConsumeFixed64(wire)
	case protowire.BytesType:
		var content []byte
		content, n = protowire.ConsumeBytes(wire)
		one.start = n - len(content)
	default:
		n = protowire.ConsumeFieldValue(number, wireType, wire)
	}
	if n < 0 {
		return one, 0, fmt.Errorf("%w: %w", errMalformed, protowire.ParseError(n))
	}
	return one, n, nil
}

// check refuses what is wrong in occurrences of a field that do not count because
// a later one replaces them.
func (e *encoder) check(dst []byte, f *field, wire []byte, from, to, depth int) ([]byte, error) {
	around := e.checking
	e.checking = true
	for i := from; i < to; i++ {
		out, err := e.single(dst, f, wire, [2]int{i, i + 1}, nil, depth)
		if err != nil {
			return dst, err
		}
		dst = out[:len(dst)]
	}
	e.checking = around
	return dst, nil
}

// field writes a field, with its name, from the occurrences in a range of parts.
func (e *encoder) field(dst []byte, open int, f *field, wire []byte, parts [2]int, mask *Mask, depth int) (_ []byte, err error) {
	before := len(dst)
	if before == open {
		dst = append(dst, f.comma[1:]...)
	} else {
		dst = append(dst, f.comma...)
	}
	switch {
	case f.key != nil:
		return e.mapping(dst, f, wire, parts, mask, depth)
	case f.list:
		dst, written, err := e.list(dst, f, wire, parts, mask, depth)
		if err != nil || written {
			return dst, err
		}
		return dst[:before], nil
	}
	last := parts[1] - 1
	if f.kind == protoreflect.MessageKind {
		return e.single(dst, f, wire, parts, mask, depth)
	}
	if dst, err = e.check(dst, f, wire, parts[0], last, depth); err != nil {
		return dst, err
	}
	if !f.presence && f.zero(&e.parts[last]) {
		return dst[:before], nil
	}
	return e.single(dst, f, wire, [2]int{last, last + 1}, nil, depth)
}

// single writes one value, which of a message may be in several parts, to be
// merged.
func (e *encoder) single(dst []byte, f *field, wire []byte, parts [2]int, mask *Mask, depth int) ([]byte, error) {
	one := e.parts[parts[0]]
	if f.kind != protoreflect.MessageKind {
		if f.wire == protowire.BytesType {
			return f.appendBytes(dst, wire[one.start:one.end])
		}
		return f.appendNumber(dst, one.scalar), nil
	}
	if parts[1]-parts[0] == 1 {
		return e.message(dst, f.message, wire[one.start:one.end], nil, mask, depth-1)
	}
	var merged []byte
	var ends []int
	for _, piece := range e.parts[parts[0]:parts[1]] {
		merged = append(merged, wire[piece.start:piece.end]...)
		ends = append(ends, len(merged))
	}
	return e.message(dst, f.message, merged, ends, mask, depth-1)
}

// list writes a repeated field and reports whether it has elements.
func (e *encoder) list(dst []byte, f *field, wire []byte, parts [2]int, mask *Mask, depth int) (_ []byte, written bool, err error) {
	dst = append(dst, '[')
	open := len(dst)
	for i := parts[0]; i < parts[1]; i++ {
		one := e.parts[i]
		if f.packed && one.wire == protowire.BytesType {
			if dst, err = f.appendPacked(dst, open, wire[one.start:one.end]); err != nil {
				return dst, false, err
			}
			continue
		}
		if len(dst) > open {
			dst = append(dst, ',')
		}
		if dst, err = e.single(dst, f, wire, [2]int{i, i + 1}, mask, depth); err != nil {
			return dst, false, err
		}
	}
	return append(dst, ']'), len(dst) > open, nil
}
