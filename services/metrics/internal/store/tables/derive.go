package tables

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/derived"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// derivations are all kinds: the columns of figures and the points of series, what metrics are found by, columns that came
// later, the words of figures, and the gaps of vintages. Figures that are made anew list their vintages, so a migration that
// asks for that asks for the gaps too.
func derivations(d *dialect) []derived.Kind {
	with := func(derive func(w writer, row revtable.Row) error) func(recorddb.Tx) func(revtable.Row) error {
		return func(tx recorddb.Tx) func(revtable.Row) error {
			w := newWriter(tx, d)
			return func(row revtable.Row) error { return derive(w, row) }
		}
	}
	return []derived.Kind{
		{Name: "figures", Table: figureTable, Deriver: with(writer.deriveFigure)},
		{Name: "metrics", Table: metricTable, Deriver: with(writer.deriveMetric)},
		{Name: "figure_columns", Table: figureTable, Deriver: with(writer.deriveFigureColumns)},
		{Name: "metric_columns", Table: metricTable, Deriver: with(writer.deriveMetricColumns)},
		{Name: "figure_words", Table: figureTable, Deriver: with(writer.deriveWords)},
		{
			Name: vintageGaps, Table: figureTable, Deriver: with(writer.deriveGaps),
			Begin: func(tx recorddb.Tx) error { return newWriter(tx, d).beginDerivingGaps() },
		},
	}
}

// Derive makes anew what a migration asked for. See derived.Make.
func Derive(ctx context.Context, st *Store, dialect Dialect, log *zap.Logger, progress recorddb.Progress) error {
	return derived.Make(ctx, st.Database, derivations(dialect.prepare()), log, progress)
}

// CheckDerived is an error while there is something to make anew. See derived.Check.
func CheckDerived(ctx context.Context, st *Store) error {
	return derived.Check(ctx, st.Database, derivations(nil)) // nothing is derived
}

// deriveFigure makes anew the columns of one revision of a figure and its point, which older code did not make for every revision.
func (w writer) deriveFigure(row revtable.Row) error {
	var figure domain.Figure
	if err := decode(string(row.Snapshot), &figure, figureFields); err != nil {
		return err
	}
	if figure.Compute() != nil { // its unit, or its size, would be refused now: what it amounts to stays
		figure = domain.Figure{}
		if err := decode(string(row.Snapshot), &figure, figureFields); err != nil {
			return err
		}
		figure.ComputePrinted()
	}
	row.Snapshot = encode(&figure, figureFields)
	if err := figureTable.Rewrite(w.Tx, row, figureValues(figure)...); err != nil {
		return err
	}
	if err := w.deriveVintage(&figure, row.From); err != nil {
		return err
	}
	if row.Revision == 1 {
		err := w.Tx.Exec("DELETE FROM series_points WHERE series = ? AND period_start = ? AND figure = ?",
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
	if err := decode(string(row.Snapshot), &figure, figureFields); err != nil {
		return err
	}
	return figureTable.Rewrite(w.Tx, row, figureValues(figure)...)
}

// deriveMetricColumns makes anew the columns of one revision of a metric.
func (w writer) deriveMetricColumns(row revtable.Row) error {
	var metric domain.Metric
	if err := decode(string(row.Snapshot), &metric, metricFields); err != nil {
		return err
	}
	return metricTable.Rewrite(w.Tx, row, metricValues(metric)...)
}

// insertPoint puts a point on record for a time.
func (w writer) insertPoint(figure domain.Figure, observation []byte, from, to recordtime.Time) error {
	end := domain.Undated
	if figure.Period.Dated() {
		end = figure.Period.End
	}
	return w.Tx.Insert(insertPoint, figure.Series().Text(), figure.Period.SortKey(), figure.ID, from, to, end, observation, figure.Restricted)
}
