package sqlitedb

import (
	"context"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// Read runs fn on a reading connection. Everything fn reads comes from one
// snapshot of the database, taken at its first query; it cannot write. When
// ctx ends, a running query is interrupted and Read answers with the context's
// error. Read waits for a free connection within ctx.
func (db *DB) Read(ctx context.Context, fn func(conn recorddb.Conn) error) error {
	if err := db.usable(); err != nil {
		return err
	}
	conn, err := db.readers.take(ctx)
	if err != nil {
		return err
	}
	disarm := conn.interruptAtEnd(ctx)
	defer func() {
		disarm() // before ROLLBACK, which must run
		db.readers.put(conn, conn.exec("ROLLBACK") == nil)
	}()
	err = conn.exec("BEGIN DEFERRED")
	if err == nil {
		err = fn(conn)
	}
	if err != nil && ctx.Err() != nil && sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt {
		return contextError(ctx.Err())
	}
	return err
}

// pool is a bounded set of connections, opened when first needed; the one used
// last is taken first, so that few connections keep warm caches.
type pool struct {
	open    func() (*Conn, error)
	slots   chan struct{}
	tallies tallies

	mu     sync.Mutex
	idle   []*Conn
	closed bool
}

func newPool(size int, open func() (*Conn, error)) *pool {
	return &pool{open: open, slots: make(chan struct{}, size)}
}

func (p *pool) take(ctx context.Context) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(err)
	}
	if err := p.slot(ctx); err != nil {
		return nil, err
	}
	conn, err := p.idleOrNew()
	if err != nil {
		<-p.slots
		return nil, err
	}
	return conn, nil
}

// slot takes one of the places for connections, and waits for it if it must.
func (p *pool) slot(ctx context.Context) error {
	p.tallies.acquires.Add(1)
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	p.tallies.waits.Add(1)
	began := time.Now()
	defer func() { p.tallies.waited.Add(int64(time.Since(began))) }()
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return contextError(ctx.Err())
	}
}

func (p *pool) idleOrNew() (*Conn, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errClosed()
	}
	if n := len(p.idle); n > 0 {
		conn := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return conn, nil
	}
	p.mu.Unlock()
	return p.open()
}

// put gives a connection back. One that could not end its transaction is
// closed instead.
func (p *pool) put(conn *Conn, healthy bool) {
	if healthy {
		p.mu.Lock()
		p.idle = append(p.idle, conn)
		p.mu.Unlock()
	} else {
		conn.close() //nolint:errcheck // already failed once
	}
	<-p.slots
}

// close waits for the connections in use and closes all. Whoever is late finds
// a free place again, and then that the pool is closed.
func (p *pool) close() (err error) {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	defer func() {
		for range cap(p.slots) {
			<-p.slots
		}
	}()
	for _, conn := range p.idle {
		if closeErr := conn.close(); err == nil {
			err = closeErr
		}
	}
	p.idle = nil
	return err
}

func contextError(err error) *errs.Error {
	if err == context.Canceled { //nolint:errorlint // Context.Err returns exactly this
		return errs.New(errs.Canceled, "CANCELLED", "the caller gave up").NotWritten().Wrap(err)
	}
	return errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "the store did not answer in time").NotWritten().Wrap(err)
}
