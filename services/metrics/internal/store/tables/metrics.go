package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

var metricTable = revtable.New("metric_revisions",
	"create_time", "display_name", "measured_property", "population_type", "coverage", "stat_type", "aliases",
	"temporal_kind", "replaced_by")

// metricColumns are the columns of domain.MetricFields but for those of a Dialect.
var metricColumns = listquery.Columns{
	"name":              {Expr: "s.id"},
	"create_time":       {Expr: "s.create_time"},
	"update_time":       {Expr: "s.record_from"},
	"display_name":      {Expr: "s.display_name"},
	"measured_property": {Expr: "s.measured_property"},
	"population_type":   {Expr: "s.population_type"},
	"coverage":          {Expr: "s.coverage"},
	"stat_type":         {Expr: "s.stat_type"},
	"temporal_kind":     {Expr: "s.temporal_kind"},
	"replaced_by":       {Expr: "s.replaced_by"},
}

// Metric reads one metric.
func (r reader) Metric(id string, at recordtime.Time) (metric domain.Metric, found bool, err error) {
	found, err = readAt(r, metricTable, id, at, &metric, metricFields)
	return metric, found, err
}

// MetricsByID reads many metrics.
func (r reader) MetricsByID(ids []string, at recordtime.Time) (map[string]domain.Metric, error) {
	return byID(r, metricTable, ids, at, metricFields)
}

// Metrics lists metrics.
func (r reader) Metrics(query store.List) ([]domain.Metric, error) {
	return list(r, query, revtable.Source{Table: "metric_revisions s", Columns: r.metricColumns, Order: r.metricColumns}, metricFields)
}

// PutMetric puts the next revision of a metric on record.
func (w writer) PutMetric(metric domain.Metric, caller string) error {
	if err := w.putMetricKeys(metric, w.Tx.RecordTime()); err != nil {
		return err
	}
	err := metricTable.Append(w.Tx, revtable.Row{
		ID: metric.ID, Revision: metric.Revision, Deleted: metric.Retracted(), Caller: caller, Snapshot: encode(&metric, metricFields),
	}, metricValues(metric)...)
	if err != nil {
		return err
	}
	return w.renamed(metric.ID)
}

// metricValues are the values of metricTable's own columns.
func metricValues(m domain.Metric) []any {
	return []any{
		m.CreateTime, m.DisplayName, m.MeasuredProperty, recorddb.NullText(m.PopulationType), recorddb.NullText(m.Coverage), m.StatType,
		jsonArray(m.Aliases), recorddb.NullText(m.TemporalKind), recorddb.NullText(m.ReplacedBy),
	}
}
