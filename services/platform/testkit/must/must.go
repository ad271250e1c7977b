// Package must holds the few assertions that tests share. Each ends the test
// at once. Nothing that knows the domain or a transport may go here.
package must

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
)

// TB is the part of testing.TB that is used, so that *rapid.T fits too.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// OK fails the test when err is not nil.
func OK(t TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// Err fails the test when err is nil.
func Err(t TB, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("want an error, got none")
	}
}

// ErrorIs fails the test unless errors.Is(err, target).
func ErrorIs(t TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("error is %v, want %v", err, target)
	}
}

// Get unwraps a value and an error: doc := must.Get(client.GetDocument(ctx, req))(t).
func Get[T any](value T, err error) func(t TB) T {
	return func(t TB) T {
		t.Helper()
		OK(t, err)
		return value
	}
}

// Equal fails the test with a diff when got and want differ. Proto messages
// are compared by content, other structs field by field, unexported ones too;
// a nil and an empty slice differ unless an option says otherwise.
func Equal[T any](t TB, got, want T, opts ...cmp.Option) {
	t.Helper()
	if diff := Diff(got, want, opts...); diff != "" {
		t.Fatalf("not equal (-want +got):\n%s", diff)
	}
}

// Diff returns the difference that Equal would report, "" when there is none.
func Diff(got, want any, opts ...cmp.Option) string {
	all := append([]cmp.Option{
		protocmp.Transform(),
		cmp.Exporter(func(reflect.Type) bool { return true }),
	}, opts...)
	return cmp.Diff(want, got, all...)
}

// NotEqual fails the test when got equals other.
func NotEqual[T any](t TB, got, other T, opts ...cmp.Option) {
	t.Helper()
	if Diff(got, other, opts...) == "" {
		t.Fatalf("both are %v, want them to differ", got)
	}
}

// True fails the test when cond is false. The optional format and arguments
// say what was expected.
func True(t TB, cond bool, message ...any) {
	t.Helper()
	if !cond {
		t.Fatalf("%s", text("condition is false", message))
	}
}

// False fails the test when cond is true.
func False(t TB, cond bool, message ...any) {
	t.Helper()
	if cond {
		t.Fatalf("%s", text("condition is true", message))
	}
}

// Contains fails the test when text has no part.
func Contains(t TB, s, part string) {
	t.Helper()
	if !strings.Contains(s, part) {
		t.Fatalf("%q is not in:\n%s", part, s)
	}
}

func text(fallback string, message []any) string {
	if len(message) == 0 {
		return fallback
	}
	if format, ok := message[0].(string); ok {
		return fmt.Sprintf(format, message[1:]...)
	}
	return fmt.Sprint(message...)
}
