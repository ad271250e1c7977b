package tables

import (
	"fmt"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb/history"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
)

// changeTables are all tables of revisions. The public is told that a figure is restricted from now on, not how it is.
var changeTables = []*history.Table{
	history.NewTable(store.MetricChange, "metric_revisions", "id", "revision"),
	history.NewTable(store.FigureChange, "figure_revisions", "id", "revision").Hiding(revtable.Restricted("") + " AND withdrawn = 0"),
	history.NewTable(store.CorrectionChange, "corrections", "id", onlyRevision).Hiding("restricted = 1"),
	// A document may be one that the public never knew of.
	history.NewTable(store.ErasureChange, "erasures", "document", onlyRevision).Hiding("1 = 1"),
}

// Changes reads the record in the order in which it was made.
func (r reader) Changes(query store.Changes) ([]store.Change, error) {
	rows, err := history.Read(r.Conn, changeTables, history.Query{
		After: query.After, UpTo: query.UpTo, Limit: query.Limit, Public: !r.showRestricted,
	})
	if err != nil {
		return nil, err
	}
	changes := make([]store.Change, len(rows))
	for i, row := range rows {
		if changes[i], err = changeOf(row); err != nil {
			return nil, err
		}
	}
	imported, err := r.importedChanges(query)
	return merged(changes, imported, query.Limit), err
}

// changeOf decodes a row.
func changeOf(row history.Row) (change store.Change, err error) {
	change = store.Change{Place: row.Place, Caller: row.Caller}
	stored := string(row.Snapshot)
	switch row.Place.Kind {
	case store.MetricChange:
		change.Metric = new(domain.Metric)
		return change, decode(stored, change.Metric, metricFields)
	case store.FigureChange:
		change.Figure = new(domain.Figure)
		return change, decode(stored, change.Figure, figureFields)
	case store.CorrectionChange:
		change.Correction = new(domain.Correction)
		return change, decode(stored, change.Correction, correctionFields)
	case store.ErasureChange:
		change.Erased = row.Place.ID
		return change, nil
	default:
		return change, fmt.Errorf("unknown kind of change %d", row.Place.Kind)
	}
}
