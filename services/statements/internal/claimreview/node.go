package claimreview

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// node is an object that is read, by the terms of schema.org.
type node struct {
	path string
	// rest are the properties that nothing has taken yet.
	rest map[string]*structpb.Value
}

// node reads the properties of an object. One that is written twice, with and
// without a prefix, counts once.
func (r *reader) node(in *structpb.Struct, path string) node {
	n := node{path: path, rest: map[string]*structpb.Value{}}
	for _, property := range slices.Sorted(maps.Keys(in.GetFields())) {
		value := in.GetFields()[property]
		if _, none := value.GetKind().(*structpb.Value_NullValue); none {
			continue
		}
		name := term(property)
		if n.rest[name] != nil {
			r.dropped = append(r.dropped, errs.JoinPath(path, property))
			continue
		}
		n.rest[name] = value
	}
	return n
}

// single reads a value that is one object, or a list of one.
func (r *reader) single(value *structpb.Value, path string) (node, bool) {
	list := listOf(value)
	if len(list) != 1 || list[0].GetStructValue() == nil {
		return node{}, false
	}
	return r.node(list[0].GetStructValue(), path), true
}

// take returns a property and takes it out of the rest.
func (n node) take(property string) *structpb.Value {
	value := n.rest[property]
	delete(n.rest, property)
	return value
}

// text takes a property that is one text, "" if it is not there.
func (r *reader) text(n node, property string) string {
	list := listOf(n.take(property))
	if len(list) == 0 {
		return ""
	}
	text := textOf(list[0])
	if len(list) > 1 || text == "" {
		r.malformed(errs.JoinPath(n.path, property), "must be one text")
	}
	return text
}

// is reports whether a node has a type, which it takes.
func (n node) is(want string) bool {
	return slices.ContainsFunc(listOf(n.take("@type")), func(value *structpb.Value) bool { return term(textOf(value)) == want })
}

// textOf reads a text, or a value object of one; "" if it is neither.
func textOf(value *structpb.Value) string {
	if inner, ok := value.GetStructValue().GetFields()["@value"]; ok {
		return strings.TrimSpace(inner.GetStringValue())
	}
	return strings.TrimSpace(value.GetStringValue())
}

// listOf reads a value or a list of them, as JSON-LD has either mean the same.
func listOf(value *structpb.Value) []*structpb.Value {
	switch kind := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return nil
	case *structpb.Value_ListValue:
		return kind.ListValue.GetValues()
	default:
		return []*structpb.Value{value}
	}
}

// vocabularies are the addresses of schema.org.
var vocabularies = []string{"http://schema.org", "https://schema.org"}

// term returns a property or type without the vocabulary that it is of.
func term(name string) string {
	for _, prefix := range []string{"schema:", vocabularies[0] + "/", vocabularies[1] + "/"} {
		if short, found := strings.CutPrefix(name, prefix); found {
			return short
		}
	}
	return name
}

// context refuses what is not written with schema.org's terms.
func (r *reader) context(top node) {
	for _, value := range listOf(top.take("@context")) {
		candidates := []*structpb.Value{value}
		for _, inner := range value.GetStructValue().GetFields() {
			candidates = append(candidates, inner)
		}
		if slices.ContainsFunc(candidates, func(c *structpb.Value) bool {
			return slices.Contains(vocabularies, strings.TrimRight(c.GetStringValue(), "/"))
		}) {
			return
		}
	}
	r.malformed("@context", "must be https://schema.org")
}
