package sqlitedb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// load is writes of two rows each, from several writers.
type load struct {
	wg   sync.WaitGroup
	stop chan struct{}

	mu   sync.Mutex
	more sync.Cond
	done []string // acknowledged
}

func startLoad(t *testing.T, db *sqlitedb.DB) *load {
	l := &load{stop: make(chan struct{})}
	l.more.L = &l.mu
	for writer := range 4 {
		l.wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-l.stop:
					return
				default:
				}
				id := fmt.Sprintf("%d-%d", writer, i)
				err := db.Write(t.Context(), func(tx recorddb.Tx) error {
					body := make([]byte, 2000)
					if err := tx.Exec("INSERT INTO notes (id, body, record_time) VALUES (?, ?, ?)", id, body, tx.RecordTime()); err != nil {
						return err
					}
					return tx.Exec("INSERT INTO links (note) VALUES (?)", id)
				})
				if err != nil {
					t.Error(err)
					return
				}
				l.mu.Lock()
				l.done = append(l.done, id)
				l.mu.Unlock()
				l.more.Broadcast()
			}
		})
	}
	return l
}

// acknowledged waits for a number of writes and returns those that are done.
func (l *load) acknowledged(count int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.done) < count {
		l.more.Wait()
	}
	return l.done[:len(l.done):len(l.done)]
}

func (l *load) end() {
	close(l.stop)
	l.wg.Wait()
}

// TestABackupUnderLoad: every write acknowledged before is in the copy, and only
// whole transactions.
func TestABackupUnderLoad(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	l := startLoad(t, db)
	for round := range 5 {
		before := l.acknowledged(200 * (round + 1))
		to := filepath.Join(t.TempDir(), "copy.db")
		must.OK(t, sqlitedb.Backup(t.Context(), path, to))
		entries := must.Get(os.ReadDir(filepath.Dir(to)))(t)
		must.Equal(t, len(entries), 1) // one file, nothing beside it

		backup := open(t, to, sqlitedb.Options{})
		there := map[string]bool{}
		for _, id := range notes(t.Context(), t, backup) {
			there[id] = true
		}
		for _, id := range before {
			must.True(t, there[id], "%s was acknowledged before the backup and is not in it", id)
		}
		must.OK(t, backup.Read(t.Context(), func(conn recorddb.Conn) error {
			half, err := conn.QueryOne("SELECT 1 FROM notes n LEFT JOIN links l ON l.note = n.id WHERE l.note IS NULL", nil)
			must.False(t, half, "half a transaction is in the backup")
			return err
		}))
	}
	l.end()
}

func TestABackupNeedsNoService(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	add(t.Context(), t, db, "a")
	must.OK(t, db.Close())
	to := filepath.Join(t.TempDir(), "copy.db")
	must.OK(t, sqlitedb.Backup(t.Context(), path, to))
	must.Equal(t, notes(t.Context(), t, open(t, to, sqlitedb.Options{})), []string{"a"})
	must.Equal(t, notes(t.Context(), t, open(t, path, sqlitedb.Options{})), []string{"a"})
}

// TestABackupOfNothing: a file without a record is no source of a copy that somebody relies on.
func TestABackupOfNothing(t *testing.T) {
	path := tempPath(t)
	must.OK(t, open(t, path, sqlitedb.Options{}).Close())
	to := filepath.Join(t.TempDir(), "copy.db")
	must.OK(t, os.Truncate(path, 0))
	statustest.Check(t, sqlitedb.Backup(t.Context(), path, to), codes.FailedPrecondition, "DATABASE_GONE", "")
	must.OK(t, sqlitex.ExecuteTransient(outsider(t, path), "CREATE TABLE theirs (a)", nil))
	statustest.Check(t, sqlitedb.Backup(t.Context(), path, to), codes.FailedPrecondition, "DATABASE_FOREIGN", "")
	must.Equal(t, len(must.Get(os.ReadDir(filepath.Dir(to)))(t)), 0)
}

func TestABackupNeverReplacesAFile(t *testing.T) {
	path := tempPath(t)
	add(t.Context(), t, open(t, path, sqlitedb.Options{}), "a")
	to := filepath.Join(t.TempDir(), "copy.db")
	must.OK(t, os.WriteFile(to, []byte("mine"), 0o600))
	statustest.Check(t, sqlitedb.Backup(t.Context(), path, to), codes.AlreadyExists, "BACKUP_EXISTS", "")
	must.Equal(t, string(must.Get(os.ReadFile(to))(t)), "mine")
}

func TestAFailedBackupLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	to := filepath.Join(folder, "copy.db")
	err := sqlitedb.Backup(t.Context(), filepath.Join(t.TempDir(), "nothing.db"), to)
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")

	path := tempPath(t)
	add(t.Context(), t, open(t, path, sqlitedb.Options{}), "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	statustest.Check(t, sqlitedb.Backup(ctx, path, to), codes.Canceled, "CANCELLED", "")

	statustest.Check(t, sqlitedb.Backup(t.Context(), path, filepath.Join(folder, "none", "copy.db")), codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Equal(t, len(must.Get(os.ReadDir(folder))(t)), 0)
}

func TestABackupOfADamagedFileIsRefused(t *testing.T) {
	path := tempPath(t)
	db := open(t, path, sqlitedb.Options{})
	for i := range 2000 {
		add(t.Context(), t, db, fmt.Sprintf("a note with a long name, number %06d", i))
	}
	must.OK(t, db.Close())
	file := must.Get(os.OpenFile(path, os.O_RDWR, 0))(t)
	size := must.Get(file.Stat())(t).Size()
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = 0x5a
	}
	must.Get(file.WriteAt(noise, size/4096/2*4096))(t)
	must.OK(t, file.Close())
	to := filepath.Join(t.TempDir(), "copy.db")
	statustest.Check(t, sqlitedb.Backup(t.Context(), path, to), codes.Internal, "STORAGE_CORRUPT", "")
	must.Equal(t, len(must.Get(os.ReadDir(filepath.Dir(to)))(t)), 0)
}
