package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/barepgx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

// bareRows is how many statements the comparisons read among.
const bareRows = 20_000

// BenchmarkBare compares what the store costs this process with what pgx alone
// costs for the same rows: client-ns/op is CPU, of which PostgreSQL's is no part.
func BenchmarkBare(b *testing.B) {
	at := pgtest.Cluster(b).Database()
	st, err := postgres.Open(b.Context(), at, postgres.Options{Migrate: true})
	must.OK(b, err)
	b.Cleanup(func() { must.OK(b, st.Close()) })
	pool := barepgx.Pool(b, at, "statements")
	storetest.Fill(b, st, bareRows)
	now := st.Settled()

	b.Run("get/store", func(b *testing.B) {
		barepgx.Client(b, func(i int) {
			must.OK(b, st.Read(b.Context(), func(r store.Reader) error {
				_, found, err := r.Statement(fmt.Sprint("s", i*7919%bareRows), now)
				must.True(b, found)
				return err
			}))
		})
	})
	b.Run("get/pgx", func(b *testing.B) {
		const sql = `SELECT id, revision, record_from, record_to, deleted, caller, snapshot FROM statement_revisions
			WHERE id = $1 AND record_from <= $2 ORDER BY revision DESC LIMIT 1`
		barepgx.Client(b, func(i int) {
			must.Equal(b, barepgx.Fetch(b, pool, sql, fmt.Sprint("s", i*7919%bareRows), int64(now)), 1)
		})
	})
	query := list(b, now, `speaker:"entities/e7"`)
	b.Run("newest-20/store", func(b *testing.B) {
		barepgx.Client(b, func(int) {
			must.OK(b, st.Read(b.Context(), func(r store.Reader) error {
				rows, err := r.Statements(query)
				must.Equal(b, len(rows), 21)
				return err
			}))
		})
	})
	b.Run("newest-20/pgx", func(b *testing.B) {
		sql, args, err := postgres.Plans().Statements(query)
		must.OK(b, err)
		sql, args = numbered(sql), plain(args)
		barepgx.Client(b, func(int) { must.Equal(b, barepgx.Fetch(b, pool, sql, args...), 21) })
	})
}

// BenchmarkBulk compares an import with COPY of every row of every table that it
// writes, with the same indexes: 1,000 statements a transaction.
func BenchmarkBulk(b *testing.B) {
	at := pgtest.Cluster(b).Database()
	st, err := postgres.Open(b.Context(), at, postgres.Options{Migrate: true})
	must.OK(b, err)
	b.Cleanup(func() { must.OK(b, st.Close()) })
	pool := barepgx.Pool(b, at, "statements")
	next := 0
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			storetest.FillFrom(b, st, next, 1000)
			next += 1000
		}
		b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "facts/s")
	})
	const made = "id >= 's1' AND id < 's2' AND length(id) = 5" // 1,000 of them
	tables := []barepgx.Table{
		barepgx.Read(b, pool, "statement_revisions", 0, made), barepgx.Read(b, pool, "statement_refs", 0, made),
		barepgx.Read(b, pool, "search_entries", 0, made),
	}
	b.Run("copy", func(b *testing.B) { barepgx.Copy(b, pool, 1000, tables...) })
}

func list(b *testing.B, at recordtime.Time, text string) store.List {
	b.Helper()
	filter, err := listquery.ParseFilter(domain.StatementFields, text)
	must.OK(b, err)
	order, err := listquery.ParseOrder(domain.StatementFields, "")
	must.OK(b, err)
	return store.List{At: at, Filter: filter, Order: order, Limit: 21}
}

// numbered writes the parameters as PostgreSQL does.
func numbered(sql string) string {
	for n := 1; strings.Contains(sql, "?"); n++ {
		sql = strings.Replace(sql, "?", fmt.Sprint("$", n), 1)
	}
	return sql
}

func plain(args []any) []any {
	for i, arg := range args {
		if at, ok := arg.(recordtime.Time); ok {
			args[i] = int64(at)
		}
	}
	return args
}
