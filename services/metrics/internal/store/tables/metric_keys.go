package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

var insertMetricKey = recorddb.NewInsert("metric_keys", "metric", "value", "record_from", "record_to")

// ResolveMetrics finds metrics by what they are called. The name counts as more than all words.
func (r reader) ResolveMetrics(query domain.MetricQuery, at recordtime.Time) ([]domain.Metric, error) {
	at = visible(at)
	var ids []string
	scan := func(row recorddb.Row) error {
		ids = append(ids, row.Text(0))
		return nil
	}
	const visibleKeys = " AND record_from <= ? AND ? < record_to"
	err := r.Conn.Query("SELECT metric FROM metric_keys WHERE value = ?"+visibleKeys+" ORDER BY metric "+recorddb.Limit, scan,
		query.NameKey(), at, at, store.ResolveLimit)
	if err != nil {
		return nil, err
	}
	err = recorddb.In(query.Words, func(list string, args []any) error {
		return r.Conn.Query("SELECT metric FROM metric_keys WHERE value IN ("+list+")"+visibleKeys+
			" GROUP BY metric ORDER BY COUNT(*) DESC, metric "+recorddb.Limit, scan, append(args, at, at, store.ResolveLimit)...)
	})
	if err != nil {
		return nil, err
	}
	metrics, err := r.MetricsByID(distinct(ids, store.ResolveLimit), at)
	return slices.Collect(maps.Values(metrics)), err
}

// distinct returns up to limit different texts, in the order in which they come.
func distinct(texts []string, limit int) (found []string) {
	seen := make(map[string]bool, len(texts))
	for _, text := range texts {
		if !seen[text] && len(found) < limit {
			seen[text] = true
			found = append(found, text)
		}
	}
	return found
}

// putMetricKeys ends the keys of the revision before and begins those of one that is on record from a time on.
func (w writer) putMetricKeys(metric domain.Metric, from recordtime.Time) error {
	var wanted, present []string
	if !metric.Retracted() {
		wanted = metric.SearchKeys()
	}
	err := w.Conn.Query("SELECT value FROM metric_keys WHERE metric = ? AND record_to = ? ORDER BY value", func(row recorddb.Row) error {
		present = append(present, row.Text(0))
		return nil
	}, metric.ID, recordtime.Forever)
	if err != nil {
		return err
	}
	for _, value := range present {
		if _, stays := slices.BinarySearch(wanted, value); stays {
			continue
		}
		const key = " WHERE metric = ? AND value = ? AND record_to = ?"
		// A key that began in this transaction was never anybody's answer.
		err := w.Tx.Exec("DELETE FROM metric_keys"+key+" AND record_from = ?", metric.ID, value, recordtime.Forever, from)
		if err == nil {
			err = w.Tx.Exec("UPDATE metric_keys SET record_to = ?"+key, from, metric.ID, value, recordtime.Forever)
		}
		if err != nil {
			return err
		}
	}
	for _, value := range wanted {
		if _, found := slices.BinarySearch(present, value); found {
			continue
		}
		if err := w.Tx.Insert(insertMetricKey, metric.ID, value, from, recordtime.Forever); err != nil {
			return err
		}
	}
	return nil
}

// deriveMetric makes anew what a metric is found by from one of its revisions, which come in their order.
func (w writer) deriveMetric(row revtable.Row) error {
	var metric domain.Metric
	if err := decode(string(row.Snapshot), &metric, metricFields); err != nil {
		return err
	}
	if row.Revision == 1 {
		if err := w.Tx.Exec("DELETE FROM metric_keys WHERE metric = ?", row.ID); err != nil {
			return err
		}
	}
	return w.putMetricKeys(metric, row.From)
}
