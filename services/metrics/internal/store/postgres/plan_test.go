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
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
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
	opened, err := Open(t.Context(), pgtest.Database(t), Options{Migrate: true})
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
	t.Run("write", func(t *testing.T) {
		must.OK(t, st.Try(t.Context(), func(w store.Writer) error {
			figure := aFigure(t, "new")
			figure.Meta = figure.First(w.RecordTime())
			must.OK(t, w.PutFigures([]domain.Figure{figure}, "ana"))
			figure.Meta = figure.Next(w.RecordTime())
			figure.Comment = "changed"
			must.OK(t, w.PutFigure(figure, "ana"))
			return writeImports(t, w)
		}))
		check(t)
	})
}

// reads are the hot queries by name.
func reads(t *testing.T, at recordtime.Time) map[string]func(store.Reader) error {
	t.Helper()
	all := map[string]func(store.Reader) error{
		"by id": func(r store.Reader) error {
			_, found, err := r.Figure("f77", at)
			must.True(t, found)
			_, err2 := r.FiguresByID([]string{"f1", "f2", "f3", "f99"}, at)
			must.OK(t, err2)
			_, err2 = r.MetricsByID([]string{"m1", "m2"}, at)
			must.OK(t, err2)
			return err
		},
		"revisions": func(r store.Reader) error {
			found, err := r.FigureRevisions("f77", at, 0, 20)
			must.Equal(t, len(found), 1)
			return err
		},
		"newest correction": func(r store.Reader) error {
			_, found, err := r.NewestCorrection("figures/f7", at)
			must.True(t, found)
			return err
		},
		"citing": func(r store.Reader) error {
			found, err := r.Citing([]string{"f7"}, 10)
			must.Equal(t, len(found), 10)
			return err
		},
		"has figures": func(r store.Reader) error {
			_, err := r.HasFigures("m7", at)
			return err
		},
		"words": func(r store.Reader) error {
			found, err := r.ResolveMetrics(domain.NewMetricQuery("mzq pzk"), at)
			must.True(t, len(found) > 40)
			return err
		},
		"availability": func(r store.Reader) error {
			found, err := r.Availability([]store.Observations{{Metric: "seed", At: at, Dimensions: map[string]string{"REF_AREA": "A777"}}})
			must.True(t, found.Series > 0)
			return err
		},
		"search": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("trade word77"))(t)
			found, err := r.SearchFigures(store.Search{At: at, Query: query, Limit: 20})
			must.Equal(t, len(found.Results), 20)
			return err
		},
		"search for what half have": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("trade half1"))(t)
			found, err := r.SearchFigures(store.Search{At: at, Query: query, Limit: 20})
			must.True(t, found.Matches > store.RankLimit)
			return err
		},
		"search by period": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("word77"))(t)
			found, err := r.SearchFigures(store.Search{
				At: at, Query: query, Order: store.ByTimePeriod, Limit: 20, Facets: domain.Facets,
				Filter: must.Get(listquery.ParseFilter(domain.FigureFields, `metric = "metrics/m27"`))(t),
			})
			must.True(t, found.Matches > 0)
			return err
		},
		"corrections of some": func(r store.Reader) error {
			found, err := r.CorrectionsOf([]string{"figures/f7", "figures/f8", "figures/none"}, at, 10)
			must.Equal(t, len(found), 20)
			return err
		},
		"series": func(r store.Reader) error {
			found, err := r.SeriesOf(store.Observations{Metric: "seed", At: at}, store.SeriesPlace{}, 20)
			must.Equal(t, len(found), 20)
			return err
		},
		"observations": func(r store.Reader) error {
			found, err := r.Observations(store.Observations{Metric: "seed", At: at, Dimensions: map[string]string{"REF_AREA": "A777"}, Limit: 50})
			must.Equal(t, len(found), 50)
			after := found[49].Place
			_, err2 := r.Observations(store.Observations{
				Metric: "seed", At: at, Dimensions: map[string]string{"REF_AREA": "A777", "FLOW": "TOTAL"}, Limit: 50, After: &after,
				Window: &store.Window{Start: 0, End: recordtime.Forever},
			})
			must.OK(t, err2)
			return err
		},
	}
	list := func(schema listquery.Schema, filter, order string, page func(store.Reader, store.List) (int, error)) {
		parsed, err := listquery.ParseFilter(schema, filter)
		must.OK(t, err)
		by, err := listquery.ParseOrder(schema, order)
		must.OK(t, err)
		all["list "+filter+" by "+order] = func(r store.Reader) error {
			rows, err := page(r, store.List{At: at, Filter: parsed, Order: by, Limit: 20})
			must.True(t, rows > 0)
			return err
		}
	}
	metrics := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Metrics(query)
		return len(rows), err
	}
	figures := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Figures(query)
		return len(rows), err
	}
	for _, order := range []string{"", "create_time", "update_time desc", "time_period", "name"} {
		list(domain.FigureFields, "", order, figures)
	}
	list(domain.FigureFields, `metric = "metrics/m7"`, "", figures)
	list(domain.FigureFields, `document_version = "documents/d7/versions/1"`, "", figures)
	list(domain.FigureFields, `claimant = "statements/s7"`, "", figures)
	list(domain.MetricFields, "", "", metrics)
	corrections := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Corrections(query)
		return len(rows), err
	}
	for _, filter := range []string{"", `subject = "figures/f7"`, `document = "documents/d7"`, "kind = ERROR"} {
		list(domain.CorrectionFields, filter, "", corrections)
	}
	list(domain.MetricFields, "", "display_name", metrics)
	list(domain.MetricFields, `replaced_by = "metrics/m7"`, "name", metrics)
	return all
}
