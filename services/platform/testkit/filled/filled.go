// Package filled makes values of which every field is set, or one alone, so that a test sees
// a field that is forgotten, or taken for another.
package filled

import (
	"fmt"
	"reflect"
	"time"
)

// Of sets every field of a value, and of what it holds, to what is not zero: those of some
// types to the special values, numbers and texts each to another one.
func Of[T any](special ...any) (value T) {
	f := filler{special: special}
	f.fill(reflect.ValueOf(&value).Elem())
	return value
}

type filler struct {
	special []any
	filled  int
}

func (f *filler) fill(value reflect.Value) {
	if special := f.specialOf(value.Type()); special != nil {
		value.Set(reflect.ValueOf(special))
		return
	}
	f.filled++
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			f.fill(value.Field(i))
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		f.fill(value.Elem())
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		f.fill(value.Index(0)) // the second stays zero
	case reflect.Map:
		value.Set(reflect.ValueOf(map[string]string{"a": "b", "c": fmt.Sprint(f.filled)}))
	case reflect.String:
		value.SetString(fmt.Sprintf("\u00e9\x00 %d", f.filled))
	case reflect.Bool:
		value.SetBool(true)
	default:
		value.SetInt(-1<<40 - int64(f.filled))
	}
}

// specialOf is the special value of a type, nil if there is none.
func (f *filler) specialOf(t reflect.Type) any {
	for _, special := range append(f.special, time.Unix(-5, 7).UTC()) {
		if t == reflect.TypeOf(special) {
			return special
		}
	}
	return nil
}
