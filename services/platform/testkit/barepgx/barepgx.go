// Package barepgx is pgx without a store above it, for benchmarks that say what
// the store costs: a bound that a store must keep is a multiple of this.
//
// What may go here: what such comparisons share. It is imported by benchmarks
// only.
package barepgx

import (
	"net/url"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/platform/heapfloor"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Pool is a pool of pgx in the mode of the stores, that finds the tables of a
// schema without naming it.
func Pool(b *testing.B, at, schema string) *pgxpool.Pool {
	b.Helper()
	where, err := url.Parse(at)
	must.OK(b, err)
	values := where.Query()
	values.Set("search_path", schema)
	values.Set("default_query_exec_mode", "cache_describe")
	where.RawQuery = values.Encode()
	pool, err := pgxpool.New(b.Context(), where.String())
	must.OK(b, err)
	b.Cleanup(pool.Close)
	return pool
}

// Fetch reads all values of a query and counts its rows.
func Fetch(b *testing.B, pool *pgxpool.Pool, sql string, args ...any) (count int) {
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

// Client runs a benchmark and reports the CPU that this process takes for a
// call, as client-ns/op: PostgreSQL's is no part of it. The collector has the
// pace that it has in the programs.
func Client(b *testing.B, call func(i int)) {
	b.Helper()
	heapfloor.Raise()
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
