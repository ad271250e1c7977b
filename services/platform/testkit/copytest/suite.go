// Package copytest checks that a copy of a service's record, and a backup, is that record:
// at every time, whatever was interrupted on the way.
//
// What is on record, and what a store says of it, is for the service to say.
package copytest

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TB is a test, or one check of a property.
type TB interface {
	must.TB
	Context() context.Context
}

// Suite is what a service says of its record: S is its store, C a change.
type Suite[S io.Closer, C any] struct {
	// Copy and Backup are those of the service, from a database.
	Copy   func(ctx context.Context, from, to string, options recordcopy.Options) (recordcopy.Report, error)
	Backup func(ctx context.Context, from, path string) error
	// Empty makes a file with nothing on record.
	Empty func(t must.TB, path string)
	// Open opens a file, which it makes if there is none, OpenPostgres a database.
	Open, OpenPostgres func(t TB, at string) S
	// Draw draws transactions of a history that New begins.
	Draw func(t *rapid.T) [][]C
	New  func() History[S, C]
	// Put puts a resource of a collection on record, by who.
	Put        func(t TB, st S, id, who string)
	Collection string
	// Answers are what a store says of the record as it stood at a time, Changes what was
	// recorded up to then, in that order.
	Answers, Changes func(t TB, st S, at recordtime.Time) any
}

// History is a record that grows.
type History[S, C any] interface {
	// Write puts transactions on record.
	Write(t TB, st S, transactions [][]C)
	// Times are when something was recorded.
	Times() []recordtime.Time
	// Work is what a store keeps beside the record.
	Work(t TB, st S) []any
}

func (s Suite[S, C]) copyFiles(ctx context.Context, from, to string, options recordcopy.Options) (recordcopy.Report, error) {
	return s.Copy(ctx, "sqlite:"+from, "sqlite:"+to, options)
}

// same checks that two stores answer alike, at every time, and closes them.
func (s Suite[S, C]) same(t TB, h History[S, C], a, b S) {
	for _, at := range h.Times() {
		must.Equal(t, s.Answers(t, b, at), s.Answers(t, a, at))
	}
	must.Equal(t, s.Changes(t, b, recordtime.Forever), s.Changes(t, a, recordtime.Forever))
	must.Equal(t, h.Work(t, b), h.Work(t, a))
	must.OK(t, a.Close())
	must.OK(t, b.Close())
}

// filled is a file with some resources, written by who.
func (s Suite[S, C]) filled(t *testing.T, who string, ids ...string) string {
	path := filepath.Join(t.TempDir(), "filled.db")
	st := s.Open(t, path)
	defer func() { must.OK(t, st.Close()) }()
	for _, id := range ids {
		s.Put(t, st, id, who)
	}
	return path
}
