package tables

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// derivation is one kind of resource from whose snapshots something is derived.
type derivation struct {
	// name is that of its row in the table derived.
	name string
	// code is the number of the code that derives. It goes up with each release that derives in another way.
	code  int64
	table *revtable.Table
	// derive derives one revision anew. Revisions come by id and number.
	derive func(w writer, row revtable.Row) error
}

// derivations are all kinds: the columns of figures and the points of series, what metrics are found by, and columns that came later.
var derivations = []derivation{
	{"figures", 1, figureTable, writer.deriveFigure},
	{"metrics", 1, metricTable, writer.deriveMetric},
	{"figure_columns", 1, figureTable, writer.deriveFigureColumns},
	{"metric_columns", 1, metricTable, writer.deriveMetricColumns},
}

// deriveBatch is how many revisions are derived anew in one transaction: other writers wait for it.
const deriveBatch = 500

// Derive makes anew what is derived from snapshots, if older code made it. It goes in batches, each with the place of the next: one that
// was cut off goes on where it was. What it changes says nothing new, so it is no change of the record.
//
// log says what is done, since it may take minutes; nil says nothing.
func Derive(ctx context.Context, st *Store, dialect Dialect, log *zap.Logger) error {
	if log == nil {
		log = zap.NewNop()
	}
	d := dialect.prepare()
	for _, kind := range derivations {
		if err := deriveKind(ctx, st, d, kind, log.With(zap.String("of", kind.name))); err != nil {
			return err
		}
	}
	return nil
}

func deriveKind(ctx context.Context, st *Store, d *dialect, kind derivation, log *zap.Logger) error {
	// Asked outside of a transaction first: one would take a record time.
	state, err := derivedState(ctx, st, kind)
	if err != nil || state.code >= kind.code {
		return err
	}
	log.Info("making the indexes anew")
	for more := true; more; {
		err = st.Database.Write(ctx, func(tx recorddb.Tx) (err error) {
			more, err = newWriter(tx, d).deriveNext(kind)
			return err
		})
		if err != nil {
			return err
		}
	}
	log.Info("the indexes are made anew")
	return nil
}

// CheckDerived is an error while what is derived from the snapshots was made by older code: FAILED_PRECONDITION, reason SCHEMA_TOO_OLD.
func CheckDerived(ctx context.Context, st *Store) error {
	for _, kind := range derivations {
		state, err := derivedState(ctx, st, kind)
		if err != nil {
			return err
		}
		if state.code < kind.code {
			return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_OLD",
				"the indexes of %s were made by an older program (%d, this one makes %d): run migrate", kind.name, state.code, kind.code).
				NotWritten()
		}
	}
	return nil
}

// progress is how far what is derived goes.
type progress struct {
	code     int64
	id       string
	revision int64
}

func derivedState(ctx context.Context, st *Store, kind derivation) (state progress, err error) {
	err = st.Database.Read(ctx, func(conn recorddb.Conn) error {
		state, err = readProgress(conn, kind)
		return err
	})
	return state, err
}

func readProgress(conn recorddb.Conn, kind derivation) (state progress, err error) {
	_, err = conn.QueryOne("SELECT code, id, revision FROM derived WHERE name = ?", func(row recorddb.Row) error {
		state = progress{row.Int64(0), row.Text(1), row.Int64(2)}
		return nil
	}, kind.name)
	return state, err
}

// deriveNext derives the next batch anew, and says whether there may be more.
func (w writer) deriveNext(kind derivation) (more bool, err error) {
	state, err := readProgress(w.conn, kind)
	if err != nil || state.code >= kind.code {
		return false, err
	}
	var rows []revtable.Row
	err = w.conn.Query("SELECT "+revtable.Columns("")+" FROM "+kind.table.Name()+
		" WHERE (id, revision) > (?, ?) ORDER BY id, revision "+recorddb.Limit, func(row recorddb.Row) error {
		rows = append(rows, revtable.Scan(row, 0))
		return nil
	}, state.id, state.revision, deriveBatch)
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if err := kind.derive(w, row); err != nil {
			return false, err
		}
	}
	if more = len(rows) == deriveBatch; more {
		last := rows[len(rows)-1]
		state.id, state.revision = last.ID, last.Revision
	} else {
		state = progress{code: kind.code}
	}
	return more, w.tx.ExecOne("UPDATE derived SET code = ?, id = ?, revision = ? WHERE name = ?",
		state.code, state.id, state.revision, kind.name)
}

// deriveFigure makes anew the columns of one revision of a figure and its point, which older code did not make for every revision.
func (w writer) deriveFigure(row revtable.Row) error {
	var figure domain.Figure
	if err := decode(string(row.Snapshot), &figure); err != nil {
		return err
	}
	figure.ComputeRounding()
	snapshot, err := encode(figure)
	if err != nil {
		return err
	}
	row.Snapshot = snapshot
	if err := figureTable.Rewrite(w.tx, row, figureValues(figure)...); err != nil {
		return err
	}
	if err := w.deriveVintage(&figure, row.From); err != nil {
		return err
	}
	if row.Revision == 1 {
		err := w.tx.Exec("DELETE FROM series_points WHERE series = ? AND period_start = ? AND figure = ?",
			figure.Series().Text(), figure.Period.SortKey(), figure.ID)
		if err != nil {
			return err
		}
	}
	if figure.Retracted() || row.From == row.To { // one that ended in its transaction was never anybody's answer
		return nil
	}
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return err
	}
	return w.insertPoint(figure, observation, row.From, row.To)
}

// deriveFigureColumns makes anew the columns of one revision of a figure, and nothing else of it.
func (w writer) deriveFigureColumns(row revtable.Row) error {
	var figure domain.Figure
	if err := decode(string(row.Snapshot), &figure); err != nil {
		return err
	}
	return figureTable.Rewrite(w.tx, row, figureValues(figure)...)
}

// deriveMetricColumns makes anew the columns of one revision of a metric.
func (w writer) deriveMetricColumns(row revtable.Row) error {
	var metric domain.Metric
	if err := decode(string(row.Snapshot), &metric); err != nil {
		return err
	}
	return metricTable.Rewrite(w.tx, row, metricValues(metric)...)
}

// insertPoint puts a point on record for a time.
func (w writer) insertPoint(figure domain.Figure, observation []byte, from, to recordtime.Time) error {
	end := domain.Undated
	if figure.Period.Dated() {
		end = figure.Period.End
	}
	return w.tx.Insert(insertPoint, figure.Series().Text(), figure.Period.SortKey(), figure.ID, from, to, end, observation)
}
