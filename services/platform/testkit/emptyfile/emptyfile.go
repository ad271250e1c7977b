// Package emptyfile gives tests database files with their tables and nothing on record.
// To make the tables takes longer than the rest of most tests that begin with such a
// file, so each process makes them once and copies the file from then on.
//
// The service that owns the tables says how its files are opened; nothing of them goes here.
package emptyfile

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Template is a database file that is copied. It is safe for concurrent use.
type Template struct{ content func() ([]byte, error) }

// New returns the template of the files that open opens and makes. Its clock is behind
// that of every test.
func New[S io.Closer](open func(ctx context.Context, path string, options sqlitedb.Options) (S, error)) *Template {
	return &Template{sync.OnceValues(func() (content []byte, err error) {
		folder, err := os.MkdirTemp("", "empty")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		path := filepath.Join(folder, "empty.db")
		early := func() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }
		made, err := open(context.Background(), path, sqlitedb.Options{Migrate: true, Now: early})
		if err != nil {
			return nil, err
		}
		if err := made.Close(); err != nil { // which leaves all in the one file
			return nil, err
		}
		return os.ReadFile(path)
	})}
}

// Put copies the template to a path, if there is no file.
func (e *Template) Put(t must.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	must.OK(t, os.WriteFile(path, must.Get(e.content())(t), 0o600))
}
