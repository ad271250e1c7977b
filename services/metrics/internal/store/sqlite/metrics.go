package sqlite

import (
	"encoding/json"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
)

var metricTable = revtable.New("metric_revisions",
	"create_time", "display_name", "measured_property", "population_type", "coverage", "stat_type", "aliases")

// metricColumns are the columns of domain.MetricFields.
var metricColumns = listquery.Columns{
	"name":              {Expr: "s.id"},
	"create_time":       {Expr: "s.create_time"},
	"update_time":       {Expr: "s.record_from"},
	"display_name":      {Expr: "s.display_name"},
	"measured_property": {Expr: "s.measured_property"},
	"population_type":   {Expr: "s.population_type"},
	"coverage":          {Expr: "s.coverage"},
	"stat_type":         {Expr: "s.stat_type"},
	"aliases": {
		Has: "EXISTS (SELECT 1 FROM json_each(s.aliases) a WHERE a.value = ?)",
		Set: "s.aliases <> '[]'",
	},
}

// Metric reads one metric.
func (r reader) Metric(id string, at recordtime.Time) (metric domain.Metric, found bool, err error) {
	found, err = at1(r.conn, metricTable, id, at, &metric)
	return metric, found, err
}

// Metrics lists metrics.
func (r reader) Metrics(query store.List) ([]domain.Metric, error) {
	return list[domain.Metric](r.conn, query, revtable.Source{Table: "metric_revisions s", Columns: metricColumns, Order: metricColumns})
}

// PutMetric puts the next revision of a metric on record.
func (w writer) PutMetric(metric domain.Metric, caller string) error {
	aliases, err := json.Marshal(append([]string{}, metric.Aliases...))
	if err != nil {
		return err
	}
	return appendRevision(w.tx, metricTable, metric.Meta, caller, metric,
		metric.CreateTime, metric.DisplayName, metric.MeasuredProperty, sqlitedb.NullText(metric.PopulationType),
		sqlitedb.NullText(metric.Coverage), metric.StatType, string(aliases))
}
