// Package filled makes values of which every field is set, so that a test sees a field that
// is forgotten.
package filled

import (
	"reflect"
	"time"
)

// Of sets every field of a value, and of what it holds, to what is not zero: those of some
// types to the special values.
func Of[T any](special ...any) (value T) {
	fill(reflect.ValueOf(&value).Elem(), special)
	return value
}

func fill(value reflect.Value, special []any) {
	for _, s := range append(special, time.Unix(-5, 7).UTC()) {
		if value.Type() == reflect.TypeOf(s) {
			value.Set(reflect.ValueOf(s))
			return
		}
	}
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			fill(value.Field(i), special)
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(value.Elem(), special)
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		fill(value.Index(0), special) // the second stays zero
	case reflect.Map:
		value.Set(reflect.ValueOf(map[string]string{"a": "b", "c": ""}))
	case reflect.String:
		value.SetString("\u00e9\x00 of " + value.Type().String())
	case reflect.Bool:
		value.SetBool(true)
	default:
		value.SetInt(-1 << 40)
	}
}
