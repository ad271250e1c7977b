package pgdb

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// DB is one schema of an open database. It is safe for concurrent use.
type DB struct {
	log     *zap.Logger
	now     func() time.Time
	schema  Schema
	restore bool
	pool    *pgxpool.Pool
	secrets *secrets
	untyped bool // statements are sent without asking for the types of parameters
	texts   *texts
	sql     statements
	oldest  []int                   // of each script, from which schema on programs serve what it makes
	found   atomic.Pointer[version] // of the schema in the database, when it was last looked at
	asks    *asks
	settled latest
	commits recorddb.Commits
	news    news
	room    room

	mu         sync.RWMutex // guards closed and sending on queue
	closed     bool
	stopping   chan struct{} // closed by Close
	queue      chan *job
	writerDone chan struct{}
}

var _ recorddb.Database = (*DB)(nil)

// Open opens the schema of a database and starts its writer. url is a PostgreSQL
// URL (postgres://user@host:port/database?…) of a server that takes writes, or of
// a PgBouncer before it. ctx bounds the migration and the first look at the
// record. Close must be called.
//
// Errors: FAILED_PRECONDITION with reason SCHEMA_TOO_NEW or DATABASE_FOREIGN;
// UNAVAILABLE STORAGE_UNAVAILABLE or STORAGE_BUSY when the database cannot be
// used.
func Open(ctx context.Context, url string, schema Schema, opts Options) (_ *DB, err error) {
	opts = opts.withDefaults()
	oldest, err := schema.check()
	if err != nil {
		return nil, err
	}
	config, secrets, err := poolConfig(url, opts.Log)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
	if err != nil {
		return nil, mapError(ctx, err)
	}
	defer func() {
		if err != nil {
			pool.Close()
		}
	}()
	mode := config.ConnConfig.DefaultQueryExecMode
	db := &DB{
		log: opts.Log, now: opts.Now, schema: schema, oldest: oldest, restore: opts.Restore,
		untyped: mode == pgx.QueryExecModeExec || mode == pgx.QueryExecModeSimpleProtocol,
		pool:    pool, secrets: secrets, texts: newTexts(schema.Name), sql: newStatements(schema.Name),
		asks: newAsks(), news: news{changed: make(chan struct{})},
		stopping: make(chan struct{}), queue: make(chan *job, maxBatch), writerDone: make(chan struct{}),
	}
	if err := db.prepareSchema(ctx, opts); err != nil {
		return nil, err
	}
	if db.usable() == nil {
		if _, err := db.Present(ctx); err != nil {
			return nil, err
		}
	}
	go db.runWriter()
	return db, nil
}

// Check says whether the database can serve: it answers within ctx and its
// schema is right, also when another process has migrated it since. It is the
// readiness check. Whoever writes, or asks for the newest record, finds out by that as
// well: a program that a migration has left behind neither writes nor answers from
// what newer ones wrote. While the server takes no writes, or after one that found its disk
// full, until another is committed but for a minute at most, its error is health.Degraded.
func (db *DB) Check(ctx context.Context) error {
	db.mu.RLock()
	closed := db.closed
	db.mu.RUnlock()
	if closed {
		return errClosed()
	}
	found, err := db.readVersion(ctx)
	if err != nil {
		return err
	}
	if err := db.note(found); err != nil {
		return err
	}
	if err := db.takesWrites(ctx); err != nil {
		return err
	}
	return db.room.check(db.now())
}

// takesWrites is an error if the server says of itself that it takes none, as a standby
// does that was not promoted.
func (db *DB) takesWrites(ctx context.Context) error {
	refuses := false
	err := db.read(ctx, func(conn recorddb.Conn) (err error) {
		refuses, err = conn.QueryOne("SELECT 1 WHERE "+takesNoWrites, nil)
		return err
	})
	if err == nil && refuses {
		err = health.Degraded(errReadOnly())
	}
	return err
}

// note keeps the version that was found in the database and says whether it can be
// used.
func (db *DB) note(found version) error {
	db.setFound(found)
	return db.usable()
}

func (db *DB) setFound(found version) {
	if *db.found.Load() != found {
		db.found.Store(&found)
	}
}

// Close lets queued writes and running reads end and closes the connections.
// Later calls of any method answer UNAVAILABLE; a second Close does nothing.
// Reads end early only if their contexts do. Writes are not tried again.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.stopping)
	close(db.queue)
	db.mu.Unlock()

	<-db.writerDone
	db.news.close()
	db.pool.Close()
	return nil
}

// usable returns the error that Read and Write answer when the database cannot
// be used.
func (db *DB) usable() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return errClosed()
	}
	return db.found.Load().serves(db.schema.version())
}
