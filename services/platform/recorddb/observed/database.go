package observed

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// database is a database whose use is observed.
type database struct {
	recorddb.Database
	service, engine     string
	read, write, asking *operation
}

// Wrap returns db with its use counted on the registry, under the name of a service
// ("statements"), and with a span for each use that a recorded span leads to.
func Wrap(db recorddb.Database, service string, registry prometheus.Registerer) recorddb.Database {
	counts := newCounts(service, registry)
	d := &database{
		Database: db, service: service,
		read: counts.operation("read", resultOf), write: counts.operation("write", resultOfWrite), asking: counts.operation("present", resultOf),
	}
	gauged, _ := db.(recorddb.Gauged)
	if gauged != nil {
		d.engine = gauged.Usage().Engine
	}
	registry.MustRegister(newCollector(service, db, gauged))
	return d
}

// Present implements recorddb.Engine.
func (d *database) Present(ctx context.Context) (recordtime.Present, error) {
	began := time.Now()
	ctx, of := d.start(ctx, "present")
	present, err := d.Database.Present(ctx)
	of.end(err)
	d.asking.done(began, err)
	return present, err
}

// Read implements recorddb.Database.
func (d *database) Read(ctx context.Context, fn func(recorddb.Conn) error) error {
	began := time.Now()
	err := d.tracedRead(ctx, fn)
	d.read.done(began, err)
	return err
}

func (d *database) tracedRead(ctx context.Context, fn func(recorddb.Conn) error) error {
	ctx, of := d.start(ctx, "read")
	if !of.recording() {
		return d.Database.Read(ctx, fn)
	}
	err := d.Database.Read(ctx, func(inner recorddb.Conn) error {
		of.begun()
		return fn(&conn{inner, ctx, d})
	})
	of.end(err)
	return err
}

// Write implements recorddb.Database.
func (d *database) Write(ctx context.Context, fn func(recorddb.Tx) error) error {
	began := time.Now()
	err := d.tracedWrite(ctx, fn)
	d.write.done(began, err)
	return err
}

func (d *database) tracedWrite(ctx context.Context, fn func(recorddb.Tx) error) error {
	ctx, of := d.start(ctx, "write")
	if !of.recording() {
		return d.Database.Write(ctx, fn)
	}
	err := d.Database.Write(ctx, func(inner recorddb.Tx) error {
		of.begun() // until then it waited for its turn
		t := &tx{Tx: inner, conn: conn{inner, ctx, d}}
		err := fn(t)
		of.ran(t.statements) // what follows is the commit, which others share
		return err
	})
	of.end(err)
	return err
}
