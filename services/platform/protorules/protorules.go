// Package protorules says in plain words which rule of its proto a message
// breaks and what would be right.
//
// What protovalidate itself says is for whoever reads the .proto ("must not be
// in list [0]", a regular expression); the caller of an API has a form to fill
// in. Only words belong here: the rules stand in the .proto files.
package protorules

import (
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Reasons of broken rules. A rule written in CEL has its id in UPPER_SNAKE:
// "text_span.end_after_start" is TEXT_SPAN_END_AFTER_START.
const (
	// FieldRequired is a field that must be set and is not.
	FieldRequired = "FIELD_REQUIRED"
	// TooLong is a text over its limit.
	TooLong = "TEXT_TOO_LONG"
	// TooManyItems is a list or map over its limit.
	TooManyItems = "TOO_MANY_ITEMS"
	// DuplicateItem is a list with the same value twice.
	DuplicateItem = "DUPLICATE_ITEM"
	// NumberOutOfRange is a number outside its limits.
	NumberOutOfRange = "NUMBER_OUT_OF_RANGE"
	// MalformedValue is a text that has not the form it must have.
	MalformedValue = "MALFORMED_VALUE"
	// UnknownEnumValue is a number that no value of the enum has, or a text that is none
	// of those that a field may hold.
	UnknownEnumValue = "UNKNOWN_ENUM_VALUE"
)

type explanation struct {
	reason string
	text   func(*protovalidate.Violation) string
}

// byRule explains the standard rules that the .proto files use. Any other is
// MALFORMED_VALUE, as protovalidate words it; one written in CEL has its own reason.
var byRule = map[string]explanation{
	"required":           {FieldRequired, required},
	"enum.not_in":        {FieldRequired, required},
	"enum.defined_only":  {UnknownEnumValue, definedOnly},
	"string.min_len":     {FieldRequired, required},
	"string.max_len":     {TooLong, atMost("must have at most %d characters")},
	"string.in":          {UnknownEnumValue, oneOf},
	"string.pattern":     {MalformedValue, pattern},
	"string.uuid":        {MalformedValue, says("must be a UUID, such as 0199f4e2-7b5c-7d0a-9c3e-2f1b8a6d4c55")},
	"string.uuid_empty":  {FieldRequired, says("is required: a UUID")},
	"string.uri":         {MalformedValue, says("must be an absolute URI, such as https://example.org/article")},
	"string.uri_empty":   {FieldRequired, says("is required: an absolute URI")},
	"int32.gte_lte":      {NumberOutOfRange, between},
	"int32.gt_lte":       {NumberOutOfRange, between},
	"repeated.min_items": {FieldRequired, required},
	"repeated.max_items": {TooManyItems, atMost("must have at most %d items")},
	"repeated.unique":    {DuplicateItem, says("must not have the same value twice")},
	"map.max_pairs":      {TooManyItems, atMost("must have at most %d entries")},
}

// Explain returns a violation with the path of its field, in words and with a
// reason.
func Explain(v *protovalidate.Violation) errs.Violation {
	id := v.Proto.GetRuleId()
	out := errs.Violation{Field: protovalidate.FieldPathString(v.Proto.GetField())}
	known, ok := byRule[id]
	if !ok {
		out.Reason, out.Description = MalformedValue, v.Proto.GetMessage()
		if isOwn(v) {
			out.Reason = upperSnake(id)
		}
		if out.Description == "" {
			out.Description = "breaks the rule " + id
		}
		return out
	}
	out.Reason, out.Description = known.reason, known.text(v)
	switch form, isForm := strings.CutPrefix(out.Description, "must be "); {
	case v.Proto.GetForKey():
		out.Description = "the key " + out.Description
	case known.reason == MalformedValue && isForm && isEmptyText(v):
		out.Reason, out.Description = FieldRequired, "is required: "+form
	}
	return out
}

// isOwn says whether a rule is one of the .proto files, written in CEL, and none of
// protovalidate's, whose ids are no reasons.
func isOwn(v *protovalidate.Violation) bool {
	path := v.Proto.GetRule().GetElements()
	return len(path) == 0 || path[len(path)-1].GetFieldName() == "cel"
}

func says(text string) func(*protovalidate.Violation) string {
	return func(*protovalidate.Violation) string { return text }
}

func atMost(format string) func(*protovalidate.Violation) string {
	return func(v *protovalidate.Violation) string { return fmt.Sprintf(format, v.RuleValue.Uint()) }
}

func isEmptyText(v *protovalidate.Violation) bool {
	text, ok := v.FieldValue.Interface().(string)
	return ok && text == ""
}

// required also lists the values that an enum can have.
func required(v *protovalidate.Violation) string {
	if names := enumNames(v.FieldDescriptor); names != "" {
		return "is required: one of " + names
	}
	return "is required"
}

// oneOf lists the texts that a field may hold; "" among them is a field left empty.
func oneOf(v *protovalidate.Violation) string {
	list := v.RuleValue.List()
	var texts []string
	for i := range list.Len() {
		if text := list.Get(i).String(); text != "" {
			texts = append(texts, text)
		}
	}
	words := "must be " + strings.Join(texts, ", ")
	if len(texts) > 1 {
		words = "must be one of " + strings.Join(texts, ", ")
	}
	if len(texts) < list.Len() {
		words += ", or empty"
	}
	return words
}

func definedOnly(v *protovalidate.Violation) string {
	return "must be one of " + enumNames(v.FieldDescriptor)
}

// enumNames lists the values of an enum field but the one that means "not set".
func enumNames(field protoreflect.FieldDescriptor) string {
	if field == nil || field.Enum() == nil {
		return ""
	}
	values := field.Enum().Values()
	var names []string
	for i := range values.Len() {
		if value := values.Get(i); value.Number() != 0 {
			names = append(names, string(value.Name()))
		}
	}
	return strings.Join(names, ", ")
}

func between(v *protovalidate.Violation) string {
	rules, err := protovalidate.ResolveFieldRules(v.FieldDescriptor)
	if err != nil || !rules.HasInt32() {
		return v.Proto.GetMessage()
	}
	limits := rules.GetInt32()
	low := limits.GetGte()
	if limits.HasGt() {
		low = limits.GetGt() + 1
	}
	return fmt.Sprintf("must be between %d and %d", low, limits.GetLte())
}

// upperSnake writes a rule id as an UPPER_SNAKE word.
func upperSnake(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, id)
}
