package rpcserver

import (
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxNesting bounds the search; protobuf refuses deeper messages itself.
const maxNesting = 100

// invalidUTF8 returns the path of the first string field that is not valid
// UTF-8, "" when there is none. The decoder knows only that there is one.
func invalidUTF8(data []byte, message protoreflect.MessageDescriptor) string {
	return findInvalid(data, message, maxNesting)
}

func findInvalid(data []byte, message protoreflect.MessageDescriptor, depth int) string {
	seen := make(map[protowire.Number]int)
	for len(data) > 0 && depth > 0 {
		number, wireType, n := protowire.ConsumeTag(data)
		if n < 0 {
			return ""
		}
		size := protowire.ConsumeFieldValue(number, wireType, data[n:])
		if size < 0 {
			return ""
		}
		value := data[n : n+size]
		data = data[n+size:]
		field := message.Fields().ByNumber(number)
		if field == nil || wireType != protowire.BytesType {
			continue
		}
		content, _ := protowire.ConsumeBytes(value)
		name := string(field.Name())
		if field.IsList() {
			name = fmt.Sprintf("%s[%d]", name, seen[number])
			seen[number]++
		}
		if path, bad := checkField(content, field, name, depth); bad {
			return path
		}
	}
	return ""
}

func checkField(content []byte, field protoreflect.FieldDescriptor, name string, depth int) (path string, bad bool) {
	switch {
	case field.Kind() == protoreflect.StringKind:
		return name, !utf8.Valid(content)
	case field.Message() != nil:
		inner := findInvalid(content, field.Message(), depth-1)
		if inner == "" {
			return "", false
		}
		if field.IsMap() { // the entry's "key" and "value" are not part of a path
			return name, true
		}
		return errs.JoinPath(name, inner), true
	default:
		return "", false
	}
}
