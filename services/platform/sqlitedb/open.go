package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// busyTimeout is how long a statement waits for a lock held from outside this
// process (a backup tool, the sqlite3 shell). Inside it nothing competes.
const busyTimeout = 5 * time.Second

var _ recorddb.Database = (*DB)(nil)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	log     *zap.Logger
	given   string // the path of Open
	path    string // where that leads
	lock    *processLock
	file    *dbFile
	now     func() time.Time
	clock   *recordtime.Clock
	restore *handClock // nil unless the database is being restored
	changed signal
	readers *pool
	commits recorddb.Commits
	writer  *Conn                       // nil until it can be opened again
	wal     atomic.Pointer[os.FileInfo] // the log that it has open
	refusal atomic.Pointer[errs.Error]  // why the disk takes no writes; nil if it does
	lost    atomic.Pointer[lostError]   // why there are no writes any more; nil if there are

	logSaved bool // of the writer, see saveLog

	schemaHave, schemaWant int // the file has less than the program wants: it is too old to use

	mu         sync.RWMutex // guards closed and sending on queue
	closed     bool
	queue      chan *job
	writerDone chan struct{}
}

// Open opens or creates the database file at path, with its folder, and starts
// its writer. ctx bounds the migration and the wait for another process only. Close
// must be called.
//
// Errors, which name the path: FAILED_PRECONDITION with reason DATABASE_IN_USE (another
// process has it), DATABASE_GONE (there was one), DATABASE_REPLACED (the log beside it
// is that of another), SCHEMA_TOO_NEW or DATABASE_FOREIGN; UNAVAILABLE STORAGE_UNAVAILABLE when
// the file cannot be used, STORAGE_READ_ONLY when its disk takes no writes;
// RESOURCE_EXHAUSTED STORAGE_FULL when a full disk leaves no room to open it. One
// that was open on this disk before opens on a full one and answers reads.
func Open(ctx context.Context, path string, schema Schema, opts Options) (_ *DB, err error) {
	opts = opts.withDefaults()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fileError(err, "cannot create the folder of the database")
	}
	resolved, err := realPath(path)
	if err != nil {
		return nil, fileError(err, "cannot find the folder of the database")
	}
	db := &DB{
		log: opts.Log, given: path, path: resolved, schemaWant: schema.version(),
		queue: make(chan *job, maxBatch), writerDone: make(chan struct{}),
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("open %s: %w", path, db.explain(err))
			_ = db.release()
		}
	}()
	if db.lock, err = awaitLock(ctx, resolved, opts); err != nil {
		return nil, err
	}
	lost := db.lock.lostLog(resolved) // before SQLite makes a new one
	if db.file, err = openFile(resolved, schema.AppID, db.lock); err != nil {
		return nil, err
	}
	if err = db.openWriter(); err != nil && db.makeRoom(err) {
		err = db.openWriter()
	}
	if err != nil {
		return nil, err
	}
	if db.schemaHave, err = prepareSchema(ctx, db.writer, schema, opts); err != nil {
		return nil, err
	}
	last, err := loadClock(db.writer)
	if err != nil {
		return nil, err
	}
	if lost {
		db.log.Error("the write-ahead log of a database that was not closed is gone: writes that were acknowledged may be missing",
			zap.String("path", path), zap.Stringer("newest_record_time", last))
	}
	db.noteLog()
	if err := db.lock.mark(true); err != nil {
		return nil, fileError(err, "cannot write the lock file of the database")
	}
	db.lock.takeRoom()
	if opts.Restore {
		db.restore = &handClock{}
		opts.Now = db.restore.now
	}
	db.now, db.clock = opts.Now, recordtime.New(last, opts.Now)
	db.readers = newPool(opts.Readers, db.openReader)
	go db.runWriter()
	return db, nil
}

// Check says whether the database can serve: its schema is right and a query
// is answered within ctx. It is the readiness check. While only reads are answered,
// because the disk is full or takes no writes, its error is health.Degraded. It cannot once
// one of its files was deleted, moved or replaced: reason DATABASE_GONE or DATABASE_REPLACED.
func (db *DB) Check(ctx context.Context) error {
	if err := db.usable(); err != nil {
		return err
	}
	if lost := db.findLost(); lost != nil {
		_ = db.Write(ctx, func(recorddb.Tx) error { return nil }) // is refused, and saves the log
		return lost.unready()
	}
	err := db.Read(ctx, func(conn recorddb.Conn) error {
		return conn.Query("SELECT 1 FROM record_clock", nil)
	})
	if err != nil {
		return err
	}
	return db.refused()
}

// Close lets queued writes and running reads end, records the settled time,
// and closes the file. Later calls of any method answer UNAVAILABLE; a second
// Close does nothing. Reads end early only if their contexts do.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.mu.Unlock()
	db.changed.broadcast()

	<-db.writerDone
	if lost := db.findLost(); lost != nil {
		return errors.Join(lost.refusal(), db.closeLost())
	}
	var err error
	if db.schemaHave >= db.schemaWant && db.restore == nil && db.writer != nil {
		err = db.saveSettled()
	}
	// What is to come only puts the log away.
	_ = db.lock.mark(false)
	if closeErr := db.release(); err == nil {
		err = closeErr
	}
	return err
}

// closeLost closes what is open when a file of it was lost. SQLite does not put the log
// away of a database file that was moved.
func (db *DB) closeLost() error {
	err := db.readers.close()
	saved := db.saveLog()
	if db.logSaved { // else the next start must tell that a log is missing
		_ = db.lock.mark(false)
	}
	return errors.Join(err, saved, db.release())
}

// release closes what is open, last opened first, and returns the first error.
func (db *DB) release() (err error) {
	if db.readers != nil {
		err = db.readers.close()
	}
	if db.writer != nil {
		if closeErr := db.writer.close(); err == nil {
			err = closeErr
		}
	}
	if db.file != nil {
		if closeErr := db.file.Close(); err == nil {
			err = closeErr
		}
	}
	if db.lock != nil {
		if db.closed {
			db.lock.takeRoom() // what the log took is free now
		}
		if closeErr := db.lock.file.Close(); err == nil {
			err = closeErr
		}
	}
	return err
}

// saveSettled puts the settled time on record. A full disk may have no room for it, and
// one may take no writes any more. That is no failure, since nothing that was acknowledged is lost.
func (db *DB) saveSettled() error {
	err := mapError(saveClock(db.writer, db.clock.Settled()))
	if err != nil && db.makeRoom(err) {
		err = mapError(saveClock(db.writer, db.clock.Settled()))
	}
	switch errs.ReasonOf(db.explain(err)) {
	case reasonFull:
		db.log.Warn("closed on a full disk, without the settled time", zap.Error(err))
		return nil
	case reasonReadOnly:
		db.log.Warn("closed on a disk that takes no writes, without the settled time", zap.Error(err))
		return nil
	}
	return err
}

// makeRoom gives up the room of the lock file if an error is that of a full disk,
// and says whether that may help.
func (db *DB) makeRoom(err error) bool {
	return errs.ReasonOf(db.explain(err)) == reasonFull && db.lock.giveRoom()
}

// usable returns the error that Read and Write answer when the database cannot
// be used.
func (db *DB) usable() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return errClosed()
	}
	if db.schemaHave < db.schemaWant {
		return errTooOld(db.schemaHave, db.schemaWant)
	}
	return nil
}

func errClosed() *errs.Error {
	return errs.New(errs.Unavailable, "DATABASE_CLOSED", "the database is closed").NotWritten()
}

// Settings of the connections. FULL makes an acknowledged write survive a loss
// of power; the journal limit gives disk space back after a bulk load; what is
// deleted, because the law demands it, leaves no bytes behind in the file.
var (
	writerPragmas = []string{
		"journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF",
		"cache_size=-16384", "journal_size_limit=67108864", "temp_store=MEMORY", "secure_delete=ON",
	}
	readerPragmas = []string{
		"query_only=ON", "trusted_schema=OFF", "cache_size=-8192", "temp_store=MEMORY",
	}
)

// openReader opens a connection that reads the files that the writer writes.
func (db *DB) openReader() (*Conn, error) {
	if lost := db.findLost(); lost != nil {
		return nil, lost.refusal()
	}
	return openConn(db.path, readerPragmas)
}

func openConn(path string, pragmas []string) (_ *Conn, err error) {
	raw, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, mapError(err)
	}
	raw.SetBusyTimeout(busyTimeout)
	for _, pragma := range pragmas {
		if err := sqlitex.ExecuteTransient(raw, "PRAGMA "+pragma, nil); err != nil {
			_ = raw.Close()
			return nil, mapError(fmt.Errorf("set %s: %w", pragma, err))
		}
	}
	return newConn(raw), nil
}
