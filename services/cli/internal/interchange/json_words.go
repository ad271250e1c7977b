package interchange

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// InWords says what is wrong with JSON to whoever wrote it: package encoding/json names types
// of Go.
func InWords(err error) error {
	wrong, is := errors.AsType[*json.UnmarshalTypeError](err)
	if !is {
		return err
	}
	kind, _, _ := strings.Cut(wrong.Value, " ") // of numbers it says which
	found := map[string]string{"array": "a list", "object": "an object", "string": "a text", "number": "a number", "bool": "true or false"}[kind]
	want := "an object"
	switch wrong.Type.Kind() {
	case reflect.Slice, reflect.Array:
		want = "a list"
	case reflect.String:
		want = "a text"
	case reflect.Bool:
		want = "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		want = "a whole number"
	case reflect.Float64:
		want = "a number"
	default:
	}
	if kind == "number" && strings.HasSuffix(want, "number") {
		want += " that is not too large"
	}
	said := fmt.Errorf("%s stands where %s must stand", cmp.Or(found, wrong.Value), want)
	if wrong.Field != "" {
		return fmt.Errorf("%s: %w", wrong.Field, said)
	}
	return said
}
