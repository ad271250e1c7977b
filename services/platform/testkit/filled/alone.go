package filled

import (
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Alone goes over the fields of a value, and of what it holds: for each it gives the name,
// and a value in which it alone is set, as Of does. A field always gets the same.
func Alone[T any](special ...any) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, path := range (&filler{special: special}).paths(reflect.TypeFor[T]()) {
			var value T
			field, names := reflect.ValueOf(&value).Elem(), []string(nil)
			for _, i := range path {
				field = within(field)
				names = append(names, field.Type().Field(i).Name)
				field = field.Field(i)
			}
			(&filler{special: special}).fill(field)
			if !yield(strings.Join(names, "."), value) {
				return
			}
		}
	}
}

// paths are the numbers of the fields on the way to each that has no fields itself.
func (f *filler) paths(t reflect.Type) (all [][]int) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || f.specialOf(t) != nil {
		return [][]int{nil}
	}
	for i := range t.NumField() {
		for _, path := range f.paths(t.Field(i).Type) {
			all = append(all, slices.Insert(path, 0, i))
		}
	}
	return all
}

// within is the struct that a value is, or points to, or is a list of: made, if it is not there.
func within(value reflect.Value) reflect.Value {
	for {
		switch value.Kind() {
		case reflect.Pointer:
			value.Set(reflect.New(value.Type().Elem()))
			value = value.Elem()
		case reflect.Slice:
			value.Set(reflect.MakeSlice(value.Type(), 1, 1))
			value = value.Index(0)
		default:
			return value
		}
	}
}
