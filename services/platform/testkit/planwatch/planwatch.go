// Package planwatch shows tests how PostgreSQL carries out the queries of a
// store: it explains each one before it runs.
//
// Why: that a page is read from an index, whatever the size of the record, is a
// promise about every query of a store and not about those that a test repeats.
//
// What may go here: explaining. What a plan should look like says the test.
package planwatch

import (
	"context"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// Plan is how a query was carried out.
type Plan struct{ SQL, Text string }

// Uses says whether a step of the plan is of a kind, such as "Seq Scan".
func (p Plan) Uses(step string) bool { return strings.Contains(p.Text, step) }

// Database explains the queries that run through it. It is for one goroutine.
type Database struct {
	recorddb.Database
	plans []Plan
}

// New watches an open PostgreSQL database.
func New(db recorddb.Database) *Database { return &Database{Database: db} }

// Take returns the plans since the last call.
func (d *Database) Take() []Plan {
	plans := d.plans
	d.plans = nil
	return plans
}

// Read runs fn and explains its queries.
func (d *Database) Read(ctx context.Context, fn func(recorddb.Conn) error) error {
	return d.Database.Read(ctx, func(conn recorddb.Conn) error { return fn(watched{conn, d}) })
}

// Write runs fn and explains its queries.
func (d *Database) Write(ctx context.Context, fn func(recorddb.Tx) error) error {
	return d.Database.Write(ctx, func(tx recorddb.Tx) error { return fn(watchedTx{tx, watched{tx, d}}) })
}

func (d *Database) explain(conn recorddb.Conn, sql string, args []any) error {
	var text strings.Builder
	err := conn.Query("EXPLAIN "+sql, func(row recorddb.Row) error {
		text.WriteString(row.Text(0) + "\n")
		return nil
	}, args...)
	d.plans = append(d.plans, Plan{SQL: sql, Text: text.String()})
	return err
}

type watched struct {
	conn recorddb.Conn
	db   *Database
}

// Query implements recorddb.Conn.
func (w watched) Query(sql string, row func(recorddb.Row) error, args ...any) error {
	if err := w.db.explain(w.conn, sql, args); err != nil {
		return err
	}
	return w.conn.Query(sql, row, args...)
}

// QueryOne implements recorddb.Conn.
func (w watched) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (bool, error) {
	if err := w.db.explain(w.conn, sql, args); err != nil {
		return false, err
	}
	return w.conn.QueryOne(sql, row, args...)
}

type watchedTx struct {
	recorddb.Tx
	watched watched
}

// Query implements recorddb.Conn.
func (w watchedTx) Query(sql string, row func(recorddb.Row) error, args ...any) error {
	return w.watched.Query(sql, row, args...)
}

// QueryOne implements recorddb.Conn.
func (w watchedTx) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (bool, error) {
	return w.watched.QueryOne(sql, row, args...)
}
