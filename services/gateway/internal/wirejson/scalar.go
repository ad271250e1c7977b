package wirejson

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var errUTF8 = errors.New("wirejson: text is not valid UTF-8")

// zero says whether a value is the zero value of the field's kind, which may have
// fewer bits than the number that came.
func (f *field) zero(one *part) bool {
	switch f.kind {
	case protoreflect.StringKind, protoreflect.BytesKind:
		return one.start == one.end
	case protoreflect.Int32Kind, protoreflect.EnumKind, protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		return uint32(one.scalar) == 0
	default:
		return one.scalar == 0
	}
}

// appendNumber writes a value that is no bytes.
func (f *field) appendNumber(dst []byte, value uint64) []byte {
	switch f.kind {
	case protoreflect.BoolKind:
		return strconv.AppendBool(dst, value != 0)
	case protoreflect.EnumKind:
		return f.appendEnum(dst, int32(value))
	case protoreflect.Int32Kind, protoreflect.Sfixed32Kind:
		return strconv.AppendInt(dst, int64(int32(value)), 10)
	case protoreflect.Sint32Kind:
		return strconv.AppendInt(dst, int64(int32(protowire.DecodeZigZag(value&math.MaxUint32))), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return strconv.AppendUint(dst, uint64(uint32(value)), 10)
	case protoreflect.FloatKind:
		return appendFloat(dst, float64(math.Float32frombits(uint32(value))), 32)
	case protoreflect.DoubleKind:
		return appendFloat(dst, math.Float64frombits(value), 64)
	default:
	}
	// Whole numbers of 64 bits are text: JavaScript has no such numbers.
	dst = append(dst, '"')
	switch f.kind {
	case protoreflect.Sint64Kind:
		dst = strconv.AppendInt(dst, protowire.DecodeZigZag(value), 10)
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		dst = strconv.AppendUint(dst, value, 10)
	default:
		dst = strconv.AppendInt(dst, int64(value), 10)
	}
	return append(dst, '"')
}

func (f *field) appendEnum(dst []byte, value int32) []byte {
	if f.null {
		return append(dst, "null"...)
	}
	if name, known := f.enum[value]; known {
		return append(dst, name...)
	}
	return strconv.AppendInt(dst, int64(value), 10)
}

// appendBytes writes text, or bytes as base64.
func (f *field) appendBytes(dst, content []byte) ([]byte, error) {
	if f.kind == protoreflect.BytesKind {
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, content)
		return append(dst, '"'), nil
	}
	if !utf8.Valid(content) {
		return dst, errUTF8
	}
	return appendQuoted(dst, content), nil
}

// appendPacked writes the elements of a packed list; the list began at open.
func (f *field) appendPacked(dst []byte, open int, packed []byte) ([]byte, error) {
	for len(packed) > 0 {
		one, n, err := consume(f.number, f.wire, packed)
		if err != nil {
			return dst, err
		}
		packed = packed[n:]
		if len(dst) > open {
			dst = append(dst, ',')
		}
		dst = f.appendNumber(dst, one.scalar)
	}
	return dst, nil
}

// appendFloat writes a number in the notation of encoding/json.
func appendFloat(dst []byte, value float64, bits int) []byte {
	switch {
	case math.IsNaN(value):
		return append(dst, `"NaN"`...)
	case math.IsInf(value, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(value, -1):
		return append(dst, `"-Infinity"`...)
	}
	small, large := math.Abs(value) < 1e-6, math.Abs(value) >= 1e21
	if bits == 32 {
		small, large = float32(math.Abs(value)) < 1e-6, float32(math.Abs(value)) >= 1e21
	}
	if value == 0 || (!small && !large) {
		return strconv.AppendFloat(dst, value, 'f', -1, bits)
	}
	dst = strconv.AppendFloat(dst, value, 'e', -1, bits)
	if n := len(dst); n >= 4 && string(dst[n-4:n-1]) == "e-0" { // e-09 is written e-9
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// escaped has, of each byte, whether JSON text has it only escaped.
var escaped = func() (table [256]bool) {
	for c := range ' ' {
		table[c] = true
	}
	table['"'], table['\\'] = true, true
	return table
}()

// appendQuoted writes valid UTF-8 as JSON text.
func appendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); i++ {
		for len(text)-i >= 8 && plain(binary.LittleEndian.Uint64(text[i:])) {
			i += 8
		}
		if i == len(text) {
			break
		}
		c := text[i]
		if !escaped[c] {
			continue
		}
		dst = append(dst, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}

// plain reports whether none of eight bytes is one that is escaped: a control character,
// a quotation mark or a backslash. A byte that is one borrows from the next, which may so
// seem to be one too; the first one never only seems.
func plain(eight uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quotes, slashes := eight^(ones*'"'), eight^(ones*'\\')
	return ((eight-ones*' ')&^eight|(quotes-ones)&^quotes|(slashes-ones)&^slashes)&highs == 0
}
