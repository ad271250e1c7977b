package tables

import (
	"math"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// indexFigure keeps the words of a figure on record, unless only data files made it.
func (w writer) indexFigure(figure *domain.Figure) error {
	if figure.Filed {
		return nil
	}
	now, err := w.nowOf(figure, w.Tx.RecordTime())
	if err != nil {
		return err
	}
	if w.indexed[figure.Metric] == nil {
		w.indexed[figure.Metric] = map[string]domain.Figure{}
	}
	w.indexed[figure.Metric][figure.ID] = *figure
	return w.words.Keep(w.Tx, now)
}

// renamed keeps the words of figures on record whose metric changes after them in their transaction: what a transaction writes is one
// state, in whatever order.
func (w writer) renamed(metric string) error {
	delete(w.metrics, metric)
	for _, figure := range w.indexed[metric] {
		now, err := w.nowOf(&figure, w.Tx.RecordTime())
		if err != nil {
			return err
		}
		now.First = false
		if err := w.words.Keep(w.Tx, now); err != nil {
			return err
		}
	}
	return nil
}

// nowOf is what a figure is found by from a time on. One without words is not in the index, nor is one that only data files made.
func (w writer) nowOf(figure *domain.Figure, at recordtime.Time) (now wordindex.Now, err error) {
	now = wordindex.Now{
		ID: figure.ID, Created: figure.CreateTime, First: figure.Revision == 1, Hidden: figure.Retracted() || figure.Filed,
		Restricted: figure.Restricted,
	}
	if now.Hidden {
		return now, nil
	}
	metric, err := w.metricAt(figure.Metric, at)
	if err != nil {
		return now, err
	}
	now.Tokens = searchtext.Entry(figure.SearchParts(metric)...)
	now.Hidden = now.Tokens == ""
	return now, nil
}

// metricAt reads a metric as it stood at a time; empty if it was not on record.
func (w writer) metricAt(id string, at recordtime.Time) (*domain.Metric, error) {
	all, known := w.metrics[id]
	if !known {
		rows, err := metricTable.Revisions(w.Conn, id, recordtime.Forever, 0, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		all = make([]domain.Metric, len(rows))
		for i, row := range rows {
			if err := decode(string(row.Snapshot), &all[i], metricFields); err != nil {
				return nil, err
			}
			all[i].UpdateTime = row.From
		}
		w.metrics[id] = all
	}
	for i := range all {
		if all[i].UpdateTime <= at {
			return &all[i], nil
		}
	}
	return &domain.Metric{}, nil
}

// deriveWords makes the entries of a figure anew, when it comes to its newest revision.
func (w writer) deriveWords(row revtable.Row) error {
	if row.To != recordtime.Forever {
		return nil
	}
	rows := []revtable.Row{row}
	if row.Revision > 1 {
		var err error
		if rows, err = figureTable.Revisions(w.Conn, row.ID, recordtime.Forever, 0, math.MaxInt32); err != nil {
			return err
		}
	}
	var wanted []wordindex.Entry
	for i := len(rows) - 1; i >= 0; i-- {
		var figure domain.Figure
		if err := decode(string(rows[i].Snapshot), &figure, figureFields); err != nil {
			return err
		}
		now, err := w.nowOf(&figure, rows[i].From)
		if err != nil {
			return err
		}
		wanted = wordindex.Next(wanted, now, rows[i].From)
	}
	return w.words.Replace(w.Tx, row.ID, wanted)
}
