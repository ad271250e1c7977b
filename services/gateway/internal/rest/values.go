package rest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	timestampName = protoreflect.FullName("google.protobuf.Timestamp")
	fieldMaskName = protoreflect.FullName("google.protobuf.FieldMask")
	structName    = protoreflect.FullName("google.protobuf.Struct")
	decimalName   = protoreflect.FullName("google.type.Decimal")
)

// Reasons of the strict checks.
const (
	unknownParameter   = "UNKNOWN_PARAMETER"
	duplicateParameter = "DUPLICATE_PARAMETER"
	malformedParameter = "MALFORMED_PARAMETER"
	malformedQuery     = "MALFORMED_QUERY"
	malformedPath      = "MALFORMED_PATH"
	malformedHeader    = "MALFORMED_HEADER"
	unknownField       = "UNKNOWN_FIELD"
	duplicateField     = "DUPLICATE_FIELD"
	wrongType          = "WRONG_TYPE"
	unknownEnumValue   = "UNKNOWN_ENUM_VALUE"
	malformedValue     = "MALFORMED_VALUE"
	malformedJSON      = "MALFORMED_JSON"
	jsonTooDeep        = "JSON_TOO_DEEP"
	invalidUTF8        = "INVALID_UTF8"
	nulCharacter       = "NUL_CHARACTER"
	bodyRequired       = "BODY_REQUIRED"
	bodyNotAllowed     = "BODY_NOT_ALLOWED"
)

// checkText returns what is wrong with the text of an enum value, an integer or a time, "" if
// nothing, and of any other field.
func checkText(text string, field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.EnumKind:
		return checkEnum(text, field.Enum())
	case protoreflect.Int32Kind:
		return checkInteger(text, 32)
	case protoreflect.Int64Kind:
		return checkInteger(text, 64)
	case protoreflect.MessageKind:
		if field.Message().FullName() == timestampName {
			return checkTimestamp(text)
		}
	default:
	}
	return ""
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// checkInteger returns what is wrong with the text of an integer, "" if nothing.
func checkInteger(text string, bits int) string {
	if !wholeNumber.MatchString(text) {
		return "must be a whole number, written in digits"
	}
	if _, err := strconv.ParseInt(text, 10, bits); err != nil {
		limit := uint64(1) << (bits - 1)
		return fmt.Sprintf("must be between -%d and %d", limit, limit-1)
	}
	return ""
}

// timestampText is RFC 3339 as ProtoJSON takes it: at most nine decimals.
var timestampText = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$`)

var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// checkTimestamp returns what is wrong with the text of a time, "" if nothing.
func checkTimestamp(text string) string {
	const want = `must be a time in RFC 3339, such as "2023-11-18T09:30:00Z"`
	if !timestampText.MatchString(text) {
		return want
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return want + ", of a day and an hour that exist"
	}
	if at.Before(earliest) || !at.Before(latest) {
		return "must lie in the years 0001 to 9999, UTC"
	}
	return ""
}

// checkEnum returns what is wrong with the name of an enum value, "" if
// nothing. Numbers are refused: they would let in values that do not exist.
func checkEnum(text string, enum protoreflect.EnumDescriptor) string {
	values := enum.Values()
	if values.ByName(protoreflect.Name(text)) != nil {
		return ""
	}
	var names []string
	for i := range values.Len() {
		if value := values.Get(i); value.Number() != 0 {
			names = append(names, string(value.Name()))
		}
	}
	return fmt.Sprintf("%s is not one of %s", quote(text), strings.Join(names, ", "))
}

// quote shows text that a client sent, shortened.
func quote(text string) string {
	const limit = 64
	runes := []rune(text)
	if len(runes) > limit {
		return strconv.Quote(string(runes[:limit])) + "…"
	}
	return strconv.Quote(text)
}

// camelPath turns a path of proto field names into the lowerCamelCase of JSON:
// "statement.source_mentions[2].end". What stands in brackets stays.
func camelPath(path string) string {
	if !strings.Contains(path, "_") {
		return path
	}
	var out strings.Builder
	depth, raise := 0, false
	for i := range len(path) {
		c := path[i]
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0 && c == '_':
			raise = true
			continue
		case raise && c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		}
		raise = false
		out.WriteByte(c)
	}
	return out.String()
}
