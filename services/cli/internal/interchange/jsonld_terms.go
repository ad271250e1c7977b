package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/gateway/jsonld"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const contextField = "@context"

// checkTerms refuses what package encoding/json takes for something else: a property that
// is there twice, one in another case, and what follows the object. Syntax is not its matter.
func checkTerms(line []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	if err := checkValue(decoder, "", termNames()); err != nil {
		refused, ok := errors.AsType[*RowError](err)
		if !ok {
			return nil
		}
		return refused
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return malformed("", "something follows the object")
	}
	return nil
}

// checkValue reads one value. Of the context and of the rest it reads no terms.
func checkValue(decoder *json.Decoder, path string, known map[string]bool) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		err = checkObject(decoder, path, known)
	case json.Delim('['):
		for err == nil && decoder.More() {
			err = checkValue(decoder, path, known)
		}
	default:
		return nil
	}
	if err == nil {
		_, err = decoder.Token() // its end
	}
	return err
}

func checkObject(decoder *json.Decoder, path string, known map[string]bool) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		field := errs.JoinPath(path, name)
		switch {
		case seen[name]:
			return &RowError{Reason: ContradictoryRow, Field: field, Message: "it is there twice"}
		case !known[name] && knownOtherwise(name, known):
			return &RowError{Reason: UnknownField, Field: field, Message: "the terms of JSON-LD are not written so: upper and lower case count"}
		}
		seen[name] = true
		if name == restField || name == contextField {
			err = decoder.Decode(&json.RawMessage{})
		} else {
			err = checkValue(decoder, field, known)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// knownOtherwise says that a name is known in another case. Of one that is not known at all
// the reader says more.
func knownOtherwise(name string, known map[string]bool) bool {
	for one := range known {
		if strings.EqualFold(one, name) {
			return true
		}
	}
	return false
}

// termNames are the names of properties in a line.
var termNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	addTerms(reflect.TypeFor[jsonld.Node](), names)
	return names
})

func addTerms(of reflect.Type, names map[string]bool) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return
	}
	for i := range of.NumField() {
		if name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ","); name != "" {
			names[name] = true
		}
		addTerms(of.Field(i).Type, names)
	}
}

// checkContext refuses a context in which what a line uses means something else than in that
// of the record: nothing here applies it. One by its address is known if it is schema.org's
// or that of Web Annotation; one that is written out may say less, and where names are
// relative to.
func checkContext(context json.RawMessage, line []byte) error {
	if len(context) == 0 || bytes.Equal(context, jsonld.Context(jsonld.DefaultBase)) {
		return nil
	}
	var given, whole any
	var ours map[string]any
	if err := errors.Join(json.Unmarshal(context, &given), json.Unmarshal(line, &whole), json.Unmarshal(jsonld.Context(jsonld.DefaultBase), &ours)); err != nil {
		return err
	}
	all, several := given.([]any)
	if !several {
		all = []any{given}
	}
	used := maps.Clone(termNames())
	addTypes(whole, used)
	for _, one := range all {
		switch one := one.(type) {
		case nil:
		case string:
			if !knownContexts[strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(one, "https://"), "http://"), "/")] {
				return malformed(contextField, "%s is not known here: want https://schema.org, or the context of an export", one)
			}
		case map[string]any:
			for _, term := range slices.Sorted(maps.Keys(one)) {
				if !isOurs(term, one[term], ours, used) {
					return malformed(contextField, "%s stands for something else here than in https://schema.org or the context of an export", term)
				}
			}
		default:
			return malformed(contextField, "want an address, an object or a list of them")
		}
	}
	return nil
}

// addTypes adds the types that a line uses: they are terms as properties are.
func addTypes(value any, names map[string]bool) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			addTypes(one, names)
		}
	case map[string]any:
		for key, one := range value {
			if name, is := one.(string); is && key == "@type" {
				names[name] = true
			}
			if key != restField && key != contextField {
				addTypes(one, names)
			}
		}
	}
}

var knownContexts = map[string]bool{"schema.org": true, "schema.org/docs/jsonldcontext.jsonld": true, "www.w3.org/ns/anno.jsonld": true}

// isOurs says that a term means in a context what it means here, or is not used. A keyword
// that changes what is not its own, as @import and @language do, is not ours; nor is a term
// with a context of its own, which changes what stands beside it.
func isOurs(term string, meaning any, ours map[string]any, used map[string]bool) bool {
	text, _ := meaning.(string)
	text = strings.Replace(text, "http:", "https:", 1)
	if want, has := ours[term]; has && term != "@base" && term != "@vocab" {
		return reflect.DeepEqual(meaning, want)
	}
	if strings.HasPrefix(term, "@") {
		return term == "@base" || term == "@protected" || term == "@vocab" && strings.TrimSuffix(text, "/") == "https://schema.org"
	}
	definition, _ := meaning.(map[string]any)
	if _, scoped := definition[contextField]; scoped {
		return false
	}
	return !used[term] || text == "https://schema.org/"+term
}

// contradiction is a field of the rest that a term, or a cell, has made another. path is
// where the rest stands.
func contradiction(path string, rest, whole proto.Message, but ...protoreflect.Name) error {
	var found error
	have := whole.ProtoReflect()
	rest.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if !slices.Contains(but, field.Name()) && !value.Equal(have.Get(field)) {
			found = &RowError{Reason: ContradictoryRow, Field: path + "." + field.JSONName(), Message: "elsewhere in the row stands something else"}
		}
		return found == nil
	})
	return found
}
