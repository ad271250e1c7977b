package postgres_test

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/barepgx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// BenchmarkBare compares what the store costs this process with what pgx alone
// costs for the same rows: client-ns/op is CPU, of which PostgreSQL's is no part.
func BenchmarkBare(b *testing.B) {
	at := pgtest.Cluster(b).Database()
	st := openAt(b, at)
	pool := barepgx.Pool(b, at, "metrics")
	storetest.Fill(b, st)
	now := st.Settled()
	reading := func(name string, fn func(r store.Reader, i int) (rows int, err error), want int) {
		b.Run(name+"/store", func(b *testing.B) {
			barepgx.Client(b, func(i int) {
				must.OK(b, st.Read(b.Context(), func(r store.Reader) error {
					rows, err := fn(r, i)
					must.Equal(b, rows, want)
					return err
				}))
			})
		})
	}
	bare := func(name string, fetch func(b *testing.B, i int)) {
		b.Run(name+"/pgx", func(b *testing.B) { barepgx.Client(b, func(i int) { fetch(b, i) }) })
	}

	id := func(i int) string { return fmt.Sprintf("f-%d-%d", i%50, i%storetest.Days) }
	reading("get", func(r store.Reader, i int) (int, error) {
		_, _, err := r.Figure(id(i), now)
		return 1, err
	}, 1)
	bare("get", func(b *testing.B, i int) {
		const sql = `SELECT id, revision, record_from, record_to, deleted, caller, snapshot FROM figure_revisions
			WHERE id = $1 AND record_from <= $2 ORDER BY revision DESC LIMIT 1`
		must.Equal(b, barepgx.Fetch(b, pool, sql, id(i), int64(now)), 1)
	})
	query := newest(b, now)
	reading("newest-20", func(r store.Reader, _ int) (int, error) {
		figures, err := r.Figures(query)
		return len(figures), err
	}, 21)
	bare("newest-20", func(b *testing.B, _ int) {
		const sql = `SELECT s.snapshot FROM figure_revisions s WHERE s.record_from <= $1 AND $2 < s.record_to AND s.deleted = 0
			AND s.metric = $3 ORDER BY s.create_time DESC, s.id DESC LIMIT CAST($4 AS BIGINT)`
		must.Equal(b, barepgx.Fetch(b, pool, sql, int64(now), int64(now), "m", 21), 21)
	})
	reading("series-of-200", func(r store.Reader, i int) (int, error) {
		query := store.SeriesQuery{Metric: "m", At: now, Dimensions: map[string]string{"REF_AREA": area(i)}, Frequency: "A"}
		return len(storetest.PointsOf(b, r, query, nil, storetest.Days+1)), nil
	}, storetest.Days)
	bare("series-of-200", func(b *testing.B, i int) {
		const series = `SELECT s.dimensions, s.frequency, s.series FROM series_dimensions s WHERE s.metric = $1 AND s.dimension = $2
			AND s.code = $3 AND s.frequency = $4 AND (s.place, s.frequency) > ($5, $6) ORDER BY s.place, s.frequency LIMIT CAST($7 AS BIGINT)`
		must.Equal(b, barepgx.Fetch(b, pool, series, "m", "REF_AREA", area(i), "A", "", "", 64), 1)
		const points = `SELECT period_start, figure, observation FROM series_points WHERE series = $1 AND (period_start, figure) > ($2, $3)
			AND record_from <= $4 AND $5 < record_to ORDER BY period_start, figure LIMIT CAST($6 AS BIGINT)`
		key := domain.SeriesKey{Metric: "m", Dimensions: map[string]string{"REF_AREA": area(i), "FLOW": "TOTAL"}, Frequency: "A"}
		must.Equal(b, barepgx.Fetch(b, pool, points, key.Text(), int64(domain.Undated), "", int64(now), int64(now), 201), storetest.Days)
	})
}

// BenchmarkBulk compares an import with COPY of every row of every table that it
// writes, with the same indexes: 1,000 figures of five series a transaction.
func BenchmarkBulk(b *testing.B) {
	at := pgtest.Cluster(b).Database()
	st := openAt(b, at)
	pool := barepgx.Pool(b, at, "metrics")
	const areas, facts = 5, 5 * storetest.Days
	next := 0
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			storetest.FillAreas(b, st, next, areas)
			next += areas
		}
		b.ReportMetric(float64(facts*b.N)/b.Elapsed().Seconds(), "facts/s")
	})
	tables := []barepgx.Table{
		barepgx.Read(b, pool, "figure_revisions", 0, "id ~ '^f-[0-4]-'"),
		barepgx.Read(b, pool, "series", 1, `dimensions ~ '"A[0-4]"'`),
		barepgx.Read(b, pool, "series_dimensions", 3, `dimensions ~ '"A[0-4]"'`),
		barepgx.Read(b, pool, "series_points", 2, "figure ~ '^f-[0-4]-'"),
	}
	b.Run("copy", func(b *testing.B) { barepgx.Copy(b, pool, facts, tables...) })
}

func area(i int) string { return fmt.Sprintf("A%d", i%50) }

// newest is the page of the newest figures of the metric.
func newest(b *testing.B, at recordtime.Time) store.List {
	b.Helper()
	filter, err := listquery.ParseFilter(domain.FigureFields, `metric = "metrics/m"`)
	must.OK(b, err)
	order, err := listquery.ParseOrder(domain.FigureFields, "")
	must.OK(b, err)
	return store.List{At: at, Filter: filter, Order: order, Limit: 21}
}
