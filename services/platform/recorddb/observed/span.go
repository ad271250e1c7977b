package observed

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// scope is the name under which spans are made.
const scope = "github.com/onrecord/onrecord/services/platform/recorddb/observed"

// span is one span, or none.
type span struct{ trace.Span }

// start begins a span below the recorded one of ctx. Where that is none it makes none: a
// use of the database tells nothing by itself.
func (d *database) start(ctx context.Context, name string, attributes ...attribute.KeyValue) (context.Context, span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, span{}
	}
	ctx, made := parent.TracerProvider().Tracer(scope).Start(ctx, d.service+" "+name, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(semconv.DBSystemNameKey.String(d.engine), semconv.DBNamespace(d.service)), trace.WithAttributes(attributes...))
	return ctx, span{made}
}

func (s span) recording() bool { return s.Span != nil }

// begun notes that a connection, or the writer, was there.
func (s span) begun() { s.AddEvent("begun") }

// ran notes that a closure has run, which changed something by so many statements.
func (s span) ran(statements int) {
	s.AddEvent("ran", trace.WithAttributes(attribute.Int("onrecord.db.statements", statements)))
}

// end ends the span. An error is told by its reason: its text may quote what is on
// record.
func (s span) end(err error) {
	if s.Span == nil {
		return
	}
	if err != nil && !errors.Is(err, recorddb.ErrRollback) {
		kind := resultOf(err)
		s.SetAttributes(semconv.ErrorTypeKey.String(kind))
		if kind != refused || errs.Is(err, errs.Internal) {
			s.SetStatus(otelcodes.Error, "")
		}
	}
	s.End()
}

// conn is a connection whose queries have spans.
type conn struct {
	recorddb.Conn
	ctx context.Context //nolint:containedctx // of the closure that the connection is for
	db  *database
}

// Query implements recorddb.Conn.
func (c *conn) Query(sql string, row func(recorddb.Row) error, args ...any) error {
	of := c.begin(sql)
	rows := 0
	counting := row
	if row != nil {
		counting = func(r recorddb.Row) error {
			rows++
			return row(r)
		}
	}
	err := c.Conn.Query(sql, counting, args...)
	of.endRows(rows, err)
	return err
}

// QueryOne implements recorddb.Conn.
func (c *conn) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (found bool, err error) {
	of := c.begin(sql)
	found, err = c.Conn.QueryOne(sql, row, args...)
	rows := 0
	if found {
		rows = 1
	}
	of.endRows(rows, err)
	return found, err
}

func (c *conn) begin(sql string) span {
	does := summary(sql)
	_, of := c.db.start(c.ctx, does, semconv.DBQuerySummary(does))
	return of
}

func (s span) endRows(rows int, err error) {
	if s.Span == nil {
		return // the outer span has ended meanwhile
	}
	s.SetAttributes(semconv.DBResponseReturnedRows(rows))
	s.end(err)
}

// tx is a write transaction whose queries have spans. What it changes is only counted:
// an import has thousands of such statements, and an engine may send them later, many at
// once.
type tx struct {
	recorddb.Tx
	conn       conn
	statements int
}

// Query implements recorddb.Conn.
func (t *tx) Query(sql string, row func(recorddb.Row) error, args ...any) error {
	return t.conn.Query(sql, row, args...)
}

// QueryOne implements recorddb.Conn.
func (t *tx) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (bool, error) {
	return t.conn.QueryOne(sql, row, args...)
}

// Insert implements recorddb.Tx.
func (t *tx) Insert(into *recorddb.Insert, values ...any) error {
	t.statements++
	return t.Tx.Insert(into, values...)
}

// Exec implements recorddb.Tx.
func (t *tx) Exec(sql string, args ...any) error {
	t.statements++
	return t.Tx.Exec(sql, args...)
}

// ExecOne implements recorddb.Tx.
func (t *tx) ExecOne(sql string, args ...any) error {
	t.statements++
	return t.Tx.ExecOne(sql, args...)
}

// ExecCount implements recorddb.Tx.
func (t *tx) ExecCount(sql string, args ...any) (int, error) {
	t.statements++
	return t.Tx.ExecCount(sql, args...)
}
