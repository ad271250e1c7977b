package tables

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// fill sets every field of a struct to a value that is not zero, so that a field
// that the codec forgets is seen.
func fill(value reflect.Value) {
	switch value.Kind() {
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[time.Time]() {
			value.Set(reflect.ValueOf(time.Unix(-5, 7).UTC()))
			return
		}
		for i := range value.NumField() {
			fill(value.Field(i))
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(value.Elem())
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		fill(value.Index(0)) // the second stays zero
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

func TestSnapshotsKeepEveryField(t *testing.T) {
	var s domain.Statement
	fill(reflect.ValueOf(&s).Elem())
	roundTrip(t, s)
	var e domain.Entity
	fill(reflect.ValueOf(&e).Elem())
	roundTrip(t, e)
	var d domain.Document
	fill(reflect.ValueOf(&d).Elem())
	roundTrip(t, d)
	var v domain.Version
	fill(reflect.ValueOf(&v).Elem())
	v.Text = "" // kept apart
	roundTrip(t, v)
	var c domain.Correction
	fill(reflect.ValueOf(&c).Elem())
	roundTrip(t, c)
	roundTrip(t, domain.Statement{})
	roundTrip(t, domain.Version{AccessTime: time.Unix(0, 0).UTC()})
}

func roundTrip[T any](t *testing.T, resource T) {
	t.Helper()
	stored, err := encode(resource)
	must.OK(t, err)
	var got T
	must.OK(t, decode(string(stored), &got))
	must.Equal(t, got, resource)
}

// A snapshot of a newer program has fields that this one does not know, and must not
// lose.
func TestUnknownFieldsAreRefused(t *testing.T) {
	unknown := snapshot.NewEncoder(format)
	unknown.Number(900, -7)
	stored := string(unknown.Bytes())
	for _, resource := range []any{
		new(domain.Document), new(domain.Version), new(domain.Entity), new(domain.Statement), new(domain.Correction), new(domain.Review),
		new(domain.Reattribution),
	} {
		must.Equal(t, errs.ReasonOf(decode(stored, resource)), "SCHEMA_TOO_NEW")
	}
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	for _, stored := range [][]byte{nil, {}, {99}, {format, 0x80}, {format, 3, 200, 1}, {format, 3, 2, 'a'}} {
		must.Err(t, decode(string(stored), new(domain.Statement)))
	}
	must.Err(t, decode(string([]byte{format}), new(string)))
	_, err := encode("text")
	must.Err(t, err)
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = decode("\x01"+string(rapid.SliceOf(rapid.Byte()).Draw(t, "snapshot")), new(domain.Statement))
	})
}
