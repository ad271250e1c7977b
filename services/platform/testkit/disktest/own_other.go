//go:build !linux

package disktest

import (
	"errors"
	"testing"
)

var errNotHere = errors.New("only Linux gives a process file systems of its own")

// Own fails the test: see the package comment.
func Own(t *testing.T) bool {
	t.Helper()
	t.Fatal(errNotHere)
	return false
}

// Small is never called: see Own.
func Small(t *testing.T, _ string) string {
	t.Helper()
	t.Fatal(errNotHere)
	return ""
}

// ReadOnly is never called: see Own.
func ReadOnly(t *testing.T, _ string) (undo func()) {
	t.Helper()
	t.Fatal(errNotHere)
	return nil
}
