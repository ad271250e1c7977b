package wirejson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

// The times that JSON can have: the years 1 to 9999.
const (
	minSeconds = -62135596800
	maxSeconds = 253402300799
	maxNanos   = 999999999
)

// appendTimestamp writes a google.protobuf.Timestamp.
func appendTimestamp(dst, wire []byte, ends []int, checking bool) ([]byte, error) {
	var seconds int64
	var nanos int32
	for from := range pieces(wire, ends) {
		for piece := from; len(piece) > 0; {
			number, wireType, n := protowire.ConsumeTag(piece)
			if n < 0 || number > protowire.MaxValidNumber || wireType == protowire.EndGroupType {
				return dst, errMalformed
			}
			piece = piece[n:]
			one, n, err := consume(number, wireType, piece)
			if err != nil {
				return dst, err
			}
			piece = piece[n:]
			switch {
			case number == 1 && wireType == protowire.VarintType:
				seconds = int64(one.scalar)
			case number == 2 && wireType == protowire.VarintType:
				nanos = int32(one.scalar)
			}
		}
	}
	if checking {
		return dst, nil
	}
	if seconds < minSeconds || seconds > maxSeconds {
		return dst, fmt.Errorf("wirejson: a time is out of range: %d seconds", seconds)
	}
	if nanos < 0 || nanos > maxNanos {
		return dst, fmt.Errorf("wirejson: a time is out of range: %d nanoseconds", nanos)
	}
	return appendTime(dst, time.Unix(seconds, 0).UTC(), nanos), nil
}

// appendTime writes RFC 3339 with 0, 3, 6 or 9 digits of a second's fraction.
func appendTime(dst []byte, t time.Time, nanos int32) []byte {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = append(dst, '"')
	dst = appendPair(appendPair(dst, year/100), year%100)
	dst = appendPair(append(dst, '-'), int(month))
	dst = appendPair(append(dst, '-'), day)
	dst = appendPair(append(dst, 'T'), hour)
	dst = appendPair(append(dst, ':'), minute)
	dst = appendPair(append(dst, ':'), second)
	if nanos != 0 {
		digits := 9
		for digits > 3 && nanos%1000 == 0 {
			nanos, digits = nanos/1000, digits-3
		}
		var text [9]byte
		for i := digits - 1; i >= 0; i-- {
			text[i] = byte('0' + nanos%10)
			nanos /= 10
		}
		dst = append(append(dst, '.'), text[:digits]...)
	}
	return append(dst, 'Z', '"')
}

func appendPair(dst []byte, value int) []byte {
	return append(dst, byte('0'+value/10), byte('0'+value%10))
}

// pieces are what a message came in: all of wire if ends has none.
func pieces(wire []byte, ends []int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(ends) == 0 {
			yield(wire)
			return
		}
		from := 0
		for _, end := range ends {
			if !yield(wire[from:end]) {
				return
			}
			from = end
		}
	}
}

// appendForeign writes a message by protojson.
func appendForeign(dst []byte, descriptor protoreflect.MessageDescriptor, wire []byte, ends []int, checking bool) ([]byte, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	if errors.Is(err, protoregistry.NotFound) {
		kind = dynamicpb.NewMessageType(descriptor)
	} else if err != nil {
		return dst, fmt.Errorf("wirejson: %w", err)
	}
	message := kind.New().Interface()
	for piece := range pieces(wire, ends) {
		if err := (proto.UnmarshalOptions{Merge: true}).Unmarshal(piece, message); err != nil {
			return dst, fmt.Errorf("wirejson: %w", err)
		}
	}
	if checking {
		return dst, nil
	}
	text, err := protojson.Marshal(message)
	if err != nil {
		return dst, fmt.Errorf("wirejson: %w", err)
	}
	out := bytes.NewBuffer(dst)
	if err := json.Compact(out, text); err != nil {
		return dst, fmt.Errorf("wirejson: %w", err)
	}
	return out.Bytes(), nil
}
