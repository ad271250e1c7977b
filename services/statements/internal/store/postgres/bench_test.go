package postgres_test

import (
	"fmt"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
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
	pool := bare(b, at)
	storetest.Fill(b, st, bareRows)
	now := st.Settled()

	b.Run("get/store", func(b *testing.B) {
		client(b, func(i int) {
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
		client(b, func(i int) { must.Equal(b, fetch(b, pool, sql, fmt.Sprint("s", i*7919%bareRows), int64(now)), 1) })
	})
	query := list(b, now, `speaker:"entities/e7"`)
	b.Run("newest-20/store", func(b *testing.B) {
		client(b, func(int) {
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
		client(b, func(int) { must.Equal(b, fetch(b, pool, sql, args...), 21) })
	})
}

// BenchmarkBulk compares an import with COPY of every row of every table that it
// writes, with the same indexes: 1,000 statements a transaction.
func BenchmarkBulk(b *testing.B) {
	cluster := pgtest.Cluster(b)
	at := cluster.Database()
	st, err := postgres.Open(b.Context(), at, postgres.Options{Migrate: true})
	must.OK(b, err)
	b.Cleanup(func() { must.OK(b, st.Close()) })
	pool := bare(b, at)
	next := 0
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			storetest.FillFrom(b, st, next, 1000)
			next += 1000
		}
		b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "facts/s")
	})
	tables := map[string][][]any{}
	columns := map[string][]string{}
	for _, table := range []string{"statement_revisions", "statement_refs", "search_entries"} {
		rows, err := pool.Query(b.Context(), "SELECT * FROM "+table+" WHERE id >= 's1' AND id < 's2' AND length(id) = 5")
		must.OK(b, err)
		for _, field := range rows.FieldDescriptions() {
			columns[table] = append(columns[table], field.Name)
		}
		tables[table], err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		must.OK(b, err)
	}
	b.Run("copy", func(b *testing.B) {
		round, facts := 0, len(tables["search_entries"])
		for b.Loop() {
			round++
			must.OK(b, pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
				for table, rows := range tables {
					for i := range rows {
						rows[i][0] = fmt.Sprint("copy-", round, "-", i) // the id comes first in each
					}
					if _, err := tx.CopyFrom(b.Context(), pgx.Identifier{table}, columns[table], pgx.CopyFromRows(rows)); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		b.ReportMetric(float64(facts*b.N)/b.Elapsed().Seconds(), "facts/s")
	})
}

// bare is a pool of pgx in the mode of the store, that finds the tables.
func bare(b *testing.B, at string) *pgxpool.Pool {
	b.Helper()
	where, err := url.Parse(at)
	must.OK(b, err)
	values := where.Query()
	values.Set("search_path", "statements")
	values.Set("default_query_exec_mode", "cache_describe")
	where.RawQuery = values.Encode()
	pool, err := pgxpool.New(b.Context(), where.String())
	must.OK(b, err)
	b.Cleanup(pool.Close)
	return pool
}

// fetch reads all values of a query and counts its rows.
func fetch(b *testing.B, pool *pgxpool.Pool, sql string, args ...any) (count int) {
	b.Helper()
	rows, err := pool.Query(b.Context(), sql, args...)
	must.OK(b, err)
	defer rows.Close()
	for rows.Next() {
		_, err := rows.Values()
		must.OK(b, err)
		count++
	}
	must.OK(b, rows.Err())
	return count
}

// client runs a benchmark and reports the CPU of this process.
func client(b *testing.B, call func(i int)) {
	b.Helper()
	call(0)
	before, n := cpu(b), 0
	for b.Loop() {
		n++
		call(n)
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(n), "client-ns/op")
}

func cpu(b *testing.B) int64 {
	b.Helper()
	var usage syscall.Rusage
	must.OK(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
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
