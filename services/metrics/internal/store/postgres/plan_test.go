package postgres

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/planwatch"
)

func TestColumns(t *testing.T) {
	metrics, figures := dialect.Columns()
	must.OK(t, metrics.Check(domain.MetricFields))
	must.OK(t, figures.Check(domain.FigureFields))
}

// TestPlace checks that places are as different as dimensions and fit an index.
func TestPlace(t *testing.T) {
	must.Equal(t, place("{}"), "{}")
	long := strings.Repeat("x", 3000)
	must.Equal(t, len(place(long+"a")), maxPlace)
	must.False(t, place(long+"a") == place(long+"b"))
}

// aFigure is a figure of one series.
func aFigure(t *testing.T, id string) domain.Figure {
	t.Helper()
	period, err := domain.ParsePeriod("2020")
	must.OK(t, err)
	value := decimal.FromInt64(5)
	return domain.Figure{
		Meta: domain.Meta{ID: id}, Metric: "seed", Period: period, Kind: domain.Point, Value: &value, Unit: units.One,
		Dimensions: map[string]string{"REF_AREA": "MX", "FLOW": "TOTAL"}, Frequency: "A", DocumentVersion: "documents/d/versions/1",
		Normalized: domain.Normalized{Value: &value, Unit: units.One},
	}
}

// copies makes 100,000 figures of the seed of 50 metrics and in 500 series, and 20,000 metrics.
var copies = []string{
	`INSERT INTO metric_revisions SELECT 'm' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, display_name || g,
		measured_property, population_type, coverage, stat_type, aliases, NULL, 'm' || g % 100 FROM metric_revisions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO figure_revisions SELECT 'f' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, 'm' || g % 50,
		'd' || g % 50, 'documents/d' || g % 50 || '/versions/1', dimensions, value_kind, approximator, missing_reason, frequency, value,
		reported_value, normalized_value, normalized_lower, normalized_upper, unit, normalized_unit, unit_symbol, producer, counted_object,
		period_start, period_end, period_order + g, 'statements/s' || g % 50 FROM figure_revisions CROSS JOIN generate_series(1, {rows}) AS g`,
	"UPDATE figure_revisions SET reported_text = '5' WHERE hashtext(id) % 1000 = 0",
	`INSERT INTO series SELECT metric, replace(place, 'MX', 'A' || g), frequency, replace(dimensions, 'MX', 'A' || g), series || g % 500
		FROM series CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO series_dimensions SELECT metric, dimension, replace(code, 'MX', 'A' || g), replace(place, 'MX', 'A' || g), frequency,
		replace(dimensions, 'MX', 'A' || g), series || g % 500 FROM series_dimensions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO series_points SELECT series || g % 500, period_start + g, 'f' || g, record_from, record_to, period_end + g, observation
		FROM series_points CROSS JOIN generate_series(1, {rows}) AS g`,
	`INSERT INTO metric_keys SELECT 'm' || g, value || chr(97 + g % 26) || chr(97 + g / 26 % 26), record_from, record_to FROM metric_keys CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO corrections SELECT 'c' || g, record_from - g, kind, 'figures/f' || g % 50, 'documents/d' || g % 50, caller, snapshot
		FROM corrections CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO search_entries (id, record_from, record_to, create_time, tokens)
		SELECT 'f' || g, record_from - g, record_to, create_time - g, 'word' || g % ({rows} / 100) || ' trade deficit' || g || ' half' || g % 2
		FROM search_entries CROSS JOIN generate_series(1, {rows}) AS g`,
	"INSERT INTO erasures SELECT 'd' || g, g, 'ana', '' FROM generate_series(1, 20000) AS g",
	"INSERT INTO derived SELECT 'kind' || g, 1, '', 0 FROM generate_series(1, 20000) AS g",
	"INSERT INTO figure_inputs SELECT 'f' || g % 1000, 'f' || g FROM generate_series(1, 20000) AS g",
}

func fill(t *testing.T, st *tables.Store) (imported string) {
	t.Helper()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		metric := domain.Metric{Meta: domain.Meta{ID: "seed"}, DisplayName: "M", MeasuredProperty: "P", StatType: "VALUE"}
		metric.Meta = metric.First(w.RecordTime())
		must.OK(t, w.PutMetric(metric, "ana"))
		figure := aFigure(t, "seed")
		figure.Comment = "trade"
		figure.Meta = figure.First(w.RecordTime())
		must.OK(t, w.PutCorrection(domain.Correction{ID: "seed", Kind: domain.Mended, Subject: "figures/seed", Caller: "ana"}))
		must.OK(t, w.PutFigures([]domain.Figure{figure}, "ana"))
		rows := []domain.Figure{anImport(t, "2020")}
		must.OK(t, w.PutImported(rows, "ana"))
		imported = rows[0].ID
		return nil
	}))
	must.OK(t, st.Database.Write(t.Context(), func(tx recorddb.Tx) error {
		for _, statement := range slices.Concat(copies, importedCopies, []string{"ANALYZE"}) {
			if err := tx.Exec(planwatch.Sized(statement)); err != nil {
				return err
			}
		}
		return nil
	}))
	return imported
}

// sortsFew are reads that sort what they found by an index: the metrics with a word, a chunk of series.
var sortsFew = map[string]bool{
	"TestQueriesAreReadFromAnIndex/words":        true,
	"TestQueriesAreReadFromAnIndex/availability": true,
	// What is found is ranked from its words.
	"TestQueriesAreReadFromAnIndex/search":                    true,
	"TestQueriesAreReadFromAnIndex/search_for_what_half_have": true,
	"TestQueriesAreReadFromAnIndex/search_by_period":          true,
	// A page of each kind of change, in the order of an index but for revisions of one transaction.
	"TestQueriesAreReadFromAnIndex/imported_changes": true,
}

// What everybody asks for is read from an index in its order: the cost does not grow with the record.
func TestQueriesAreReadFromAnIndex(t *testing.T) {
	url := pgtest.Database(t)
	opened, err := Open(t.Context(), url, Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	imported := fill(t, opened)
	db := planwatch.New(opened.Database)
	st := tables.New(db, dialect)
	check := func(t *testing.T) {
		t.Helper()
		plans := db.Take()
		must.True(t, len(plans) > 0)
		for _, plan := range plans {
			must.False(t, plan.Uses("Seq Scan") || plan.Uses("Sort") && !sortsFew[t.Name()], "%s\n%s", plan.SQL, plan.Text)
			must.Equal(t, plan.Uses("figures_printed"), strings.Contains(t.Name(), printed))
		}
	}
	all := reads(t, st.Settled())
	maps.Copy(all, importedReads(t, imported, st.Settled()))
	for name, read := range all {
		t.Run(name, func(t *testing.T) {
			must.OK(t, st.Read(t.Context(), read))
			check(t)
		})
	}
	t.Run("without workers", func(t *testing.T) {
		opened := must.Get(Open(t.Context(), planwatch.FreeWorkers(t, url), Options{}))(t)
		defer func() { must.OK(t, opened.Close()) }()
		db := planwatch.New(opened.Database)
		must.OK(t, tables.New(db, dialect).Read(t.Context(), all["search"]))
		for _, plan := range db.Take() {
			must.False(t, plan.Uses("Gather") && strings.Contains(plan.SQL, "search_entries"), "%s\n%s", plan.SQL, plan.Text)
		}
	})
	t.Run("write", func(t *testing.T) {
		must.OK(t, st.Try(t.Context(), func(w store.Writer) error {
			figure := aFigure(t, "new")
			figure.Meta = figure.First(w.RecordTime())
			must.OK(t, w.PutFigures([]domain.Figure{figure}, "ana"))
			figure.Meta = figure.Next(w.RecordTime())
			figure.Comment = "changed"
			must.OK(t, w.PutFigure(figure, "ana"))
			figure.Meta = figure.Next(w.RecordTime())
			figure.Claimant = "entities/other" // another source
			must.OK(t, w.PutFigure(figure, "ana"))
			return writeImports(t, w)
		}))
		for _, tag := range []string{domain.TagImport, domain.TagUpdate} {
			must.OK(t, st.Try(t.Context(), func(w store.Writer) error { return retractImport(t, w, tag) }))
		}
		check(t)
	})
}
