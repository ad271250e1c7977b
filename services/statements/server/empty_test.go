package server_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// emptyFile is a database file with its tables and nothing in them. Most tests begin
// with one, and to make the tables takes longer than the rest of such a test.
var emptyFile = sync.OnceValues(func() (content []byte, err error) {
	folder, err := os.MkdirTemp("", "statements")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "empty.db")
	// Its clock is behind that of every test.
	early := func() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }
	st, err := sqlite.Open(context.Background(), path, sqlite.Options{Migrate: true, Now: early})
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// putEmpty makes a database file with nothing on record, if there is no file.
func putEmpty(t must.TB, path string) {
	if _, err := os.Stat(path); err == nil {
		return
	}
	must.OK(t, os.WriteFile(path, must.Get(emptyFile())(t), 0o600))
}
