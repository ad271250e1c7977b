package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxDepth is the greatest depth of objects and arrays in a body.
const maxDepth = 64

// maxViolations is how many violations of one body are reported.
const maxViolations = 100

// bodySummary is what the headers and the update mask need to know of a body.
type bodySummary struct {
	// fields are the top-level fields in the body, by proto name.
	fields []string
	// masked are the fields in the resource of an update mask, where the body has
	// both.
	masked []string
	// name, etag and requestID are texts of the body, "" if it has none.
	name, etag, requestID string
}

// checkBody checks that a body is exactly one JSON object of the message's
// shape: no unknown or repeated field, no wrong type, no value that does not
// exist, nothing that the conversion would change. Paths start at prefix, the
// body's field in the request. masked is the field with the resource of an
// update mask, nil if there is none. What passes, protojson accepts.
func checkBody(body []byte, message protoreflect.MessageDescriptor, prefix string, masked protoreflect.FieldDescriptor) (bodySummary, error) {
	if err := checkJSON(body); err != nil {
		return bodySummary{}, err
	}
	check := &bodyCheck{tokens: newTokens(body), masked: masked}
	check.top(message, root(prefix))
	return check.summary, check.violations.Err()
}

// checkJSON checks what needs no descriptor, before anything recurses.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return errs.Invalid("", invalidUTF8, "the body is not valid UTF-8")
	}
	if tooDeep(body) {
		return errs.Invalid("", jsonTooDeep, "the body nests objects and arrays more than %d deep", maxDepth)
	}
	if json.Valid(body) {
		return nil
	}
	var whole json.RawMessage
	err := json.Unmarshal(body, &whole)
	var syntax *json.SyntaxError
	switch {
	case endsEarly(body):
		return errs.Invalid("", malformedJSON, "the body is not one JSON value: it ends in the middle of one")
	case errors.As(err, &syntax):
		line, column := position(body, syntax.Offset)
		return errs.Invalid("", malformedJSON, "the body is not one JSON value: it is broken at line %d, character %d", line, column)
	default:
		return errs.Invalid("", malformedJSON, "the body is not one JSON value")
	}
}

// endsEarly reports whether a broken body could go on to be a JSON value.
func endsEarly(body []byte) bool {
	err := json.NewDecoder(bytes.NewReader(body)).Decode(new(json.RawMessage))
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// tooDeep counts brackets outside strings.
func tooDeep(body []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// position returns the line and the character, from 1, of the byte that was
// read last when offset bytes had been read.
func position(body []byte, offset int64) (line, column int) {
	read := body[:min(max(int(offset)-1, 0), len(body))]
	start := bytes.LastIndexByte(read, '\n') + 1
	return bytes.Count(read, []byte("\n")) + 1, utf8.RuneCount(read[start:]) + 1
}

// bodyCheck walks the tokens of a body along a descriptor. The body is valid
// JSON, so tokens never fail.
type bodyCheck struct {
	tokens
	violations errs.Violations
	summary    bodySummary
	masked     protoreflect.FieldDescriptor
}

func (c *bodyCheck) add(at *bodyPath, reason, format string, args ...any) {
	if c.violations.Len() < maxViolations {
		c.violations.Add(at.String(), reason, format, args...)
	}
}

func (c *bodyCheck) top(message protoreflect.MessageDescriptor, at *bodyPath) {
	if c.next().kind != '{' {
		c.add(at, wrongType, "the body must be a JSON object")
		return
	}
	c.object(message, at, &c.summary.fields)
}

// object checks an object whose "{" was read, and lists its fields in fields if
// that is not nil.
func (c *bodyCheck) object(message protoreflect.MessageDescriptor, path *bodyPath, fields *[]string) {
	top := fields == &c.summary.fields
	seen := make(map[protoreflect.FieldNumber]bool)
	oneofs := make(map[protoreflect.Name]string)
	for c.more() {
		key := c.next()
		if problem := stringProblem(key); problem != "" {
			c.add(path, malformedValue, "a field name %s", problem)
			c.skip()
			continue
		}
		field := fieldOf(message, key.text)
		if field == nil {
			c.add(&bodyPath{outer: path, name: key.text}, unknownField,
				"there is no field %s here; the fields are %s", quote(key.text), fieldNames(message))
			c.skip()
			continue
		}
		at := &bodyPath{outer: path, name: field.JSONName()}
		if seen[field.Number()] {
			c.add(at, duplicateField, "is given more than once")
			c.skip()
			continue
		}
		seen[field.Number()] = true
		if fields != nil {
			*fields = append(*fields, string(field.Name()))
		}
		null := c.field(field, at, top)
		if oneof := field.ContainingOneof(); oneof != nil && !oneof.IsSynthetic() && !null {
			if other, set := oneofs[oneof.Name()]; set {
				c.add(at, duplicateField, "%s and %s exclude each other", other, field.JSONName())
			}
			oneofs[oneof.Name()] = field.JSONName()
		}
	}
	c.next() // "}"
}

func fieldOf(message protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if field := message.Fields().ByJSONName(name); field != nil {
		return field
	}
	return message.Fields().ByTextName(name)
}

func fieldNames(message protoreflect.MessageDescriptor) string {
	fields := message.Fields()
	names := make([]string, fields.Len())
	for i := range names {
		names[i] = fields.Get(i).JSONName()
	}
	return strings.Join(names, ", ")
}

// field checks the value of a field and reports whether it was null, which
// means unset.
func (c *bodyCheck) field(field protoreflect.FieldDescriptor, path *bodyPath, top bool) (null bool) {
	token := c.next()
	switch {
	case token.kind == nullToken:
		return true
	case field.IsList():
		c.list(field, path, token)
	case field.IsMap():
		c.mapping(field, path, token)
	default:
		c.value(field, path, token)
		if token.kind == stringToken && top {
			c.note(field.Name(), token.text)
		}
	}
	return false
}

// note keeps what the summary has of a top-level field.
func (c *bodyCheck) note(name protoreflect.Name, text string) {
	switch name {
	case "name":
		c.summary.name = text
	case "etag":
		c.summary.etag = text
	case "request_id":
		c.summary.requestID = text
	}
}

func (c *bodyCheck) list(field protoreflect.FieldDescriptor, path *bodyPath, token token) {
	if token.kind != '[' {
		c.add(path, wrongType, "must be an array, not %s", kindOf(token))
		c.rest(token)
		return
	}
	for i := 0; c.more(); i++ {
		c.value(field, &bodyPath{outer: path, by: byItem, item: i}, c.next())
	}
	c.next() // "]"
}

func (c *bodyCheck) mapping(field protoreflect.FieldDescriptor, path *bodyPath, opening token) {
	if opening.kind != '{' {
		c.add(path, wrongType, "must be an object, not %s", kindOf(opening))
		c.rest(opening)
		return
	}
	c.members(path, func(at *bodyPath, first token) {
		if field.MapKey().Kind() != protoreflect.StringKind {
			c.add(at, wrongType, "keys of this kind cannot be given")
		}
		c.value(field.MapValue(), at, first)
	})
}

// members checks the keys of an object whose "{" was read, and its values by their first tokens.
func (c *bodyCheck) members(path *bodyPath, value func(at *bodyPath, first token)) {
	seen := make(map[string]bool)
	for c.more() {
		key := c.next()
		at := &bodyPath{outer: path, by: byKey, name: key.text}
		if problem := stringProblem(key); problem != "" {
			c.add(path, malformedValue, "a key %s", problem)
		} else if seen[key.text] {
			c.add(at, duplicateField, "the key is given more than once")
		}
		seen[key.text] = true
		value(at, c.next())
	}
	c.next() // "}"
}

// skip reads past a value that has not been looked at.
func (c *bodyCheck) skip() { c.rest(c.next()) }

// rest reads past what is left of a value whose first token was read.
func (c *bodyCheck) rest(token token) {
	depth := 0
	for {
		switch {
		case token.opens():
			depth++
		case token.closes():
			depth--
		}
		if depth == 0 {
			return
		}
		token = c.next()
	}
}
