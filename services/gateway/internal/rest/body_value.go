package rest

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// value checks one value of a field, an item of a list or a value of a map. Its
// first token was read.
func (c *bodyCheck) value(field protoreflect.FieldDescriptor, path *bodyPath, token token) {
	if token.kind == nullToken {
		c.add(path, wrongType, "must not be null here")
		return
	}
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		c.messageValue(field, path, token)
	case protoreflect.StringKind:
		c.stringValue(path, token)
	case protoreflect.BoolKind:
		if token.kind != boolToken {
			c.mistyped(path, "true or false", token)
		}
	case protoreflect.EnumKind:
		c.textValue(field, path, token, stringToken, "the name of a value, as a string", unknownEnumValue)
	case protoreflect.Int32Kind, protoreflect.Int64Kind:
		c.textValue(field, path, token, numberToken, "a whole number", malformedValue)
	default:
		// The contract has no floating-point numbers, unsigned integers or bytes;
		// refusing them keeps the promise that what passes can be converted.
		c.mistyped(path, "left out: REST cannot carry this kind of field", token)
	}
}

// mistyped reports a wrong type and reads past the value.
func (c *bodyCheck) mistyped(path *bodyPath, want string, token token) {
	c.add(path, wrongType, "must be %s, not %s", want, kindOf(token))
	c.rest(token)
}

func (c *bodyCheck) messageValue(field protoreflect.FieldDescriptor, path *bodyPath, token token) {
	message := field.Message()
	switch message.FullName() {
	case timestampName:
		c.textValue(field, path, token, stringToken, "a time as a string", malformedValue)
		return
	case fieldMaskName:
		c.maskValue(path, token)
		return
	}
	if token.kind == '{' {
		switch {
		case message.FullName() == structName:
			c.anyValue(path, token)
		case c.masked != nil && field.FullName() == c.masked.FullName():
			c.object(message, path, &c.summary.masked)
		default:
			c.object(message, path, nil)
		}
		return
	}
	want := "an object"
	if message.FullName() == decimalName {
		want = `an object that holds the number as a string, such as {"value":"1.10"}`
	}
	c.mistyped(path, want, token)
}

func (c *bodyCheck) stringValue(path *bodyPath, token token) {
	if token.kind != stringToken {
		c.mistyped(path, "a string", token)
		return
	}
	if problem := stringProblem(token); problem != "" {
		reason := malformedValue
		if strings.ContainsRune(token.text, 0) {
			reason = nulCharacter
		}
		c.add(path, reason, "%s", problem)
	}
}

// textValue checks a value that is written as a token of a kind, as checkText does.
func (c *bodyCheck) textValue(field protoreflect.FieldDescriptor, path *bodyPath, token token, kind byte, want, reason string) {
	if token.kind != kind {
		c.mistyped(path, want, token)
		return
	}
	if problem := checkText(token.text, field); problem != "" {
		c.add(path, reason, "%s", problem)
	}
}

func (c *bodyCheck) maskValue(path *bodyPath, token token) {
	if token.kind != stringToken {
		c.mistyped(path, "field paths in one string, separated by commas", token)
		return
	}
	for one := range strings.SplitSeq(token.text, ",") {
		if token.text != "" && !maskPath.MatchString(one) {
			c.add(path, malformedValue, "%s is not a field path in lowerCamelCase", quote(one))
		}
	}
}

// stringProblem returns what is wrong with a string, "" if nothing. The decoder
// turns half of a surrogate pair into U+FFFD without a word, so the raw text is
// searched for one.
func stringProblem(token token) string {
	if strings.ContainsRune(token.text, 0) {
		return "has a NUL character"
	}
	if strings.ContainsRune(token.text, '\uFFFD') && hasLoneSurrogate(token.raw) {
		return "has half of a surrogate pair"
	}
	return ""
}

// kindOf names the JSON type of a value by its first token.
func kindOf(token token) string {
	switch token.kind {
	case '[':
		return "an array"
	case '{', '}', ']':
		return "an object"
	case stringToken:
		return "a string"
	case numberToken:
		return "a number"
	case boolToken:
		return "true or false"
	default:
		return "null"
	}
}
