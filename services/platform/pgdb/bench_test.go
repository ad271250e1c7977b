package pgdb_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// cpu returns the CPU time that this process, the client, has used, in ns.
func cpu(b *testing.B) int64 {
	var usage syscall.Rusage
	must.OK(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func reportCPU(b *testing.B, run func()) {
	before := cpu(b)
	b.ResetTimer()
	b.ReportAllocs()
	run()
	b.ReportMetric(float64(cpu(b)-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkQueryByKey is a read by key, beside the driver without this package.
func BenchmarkQueryByKey(b *testing.B) {
	url := pgtest.Database(b)
	db := must.Get(pgdb.Open(b.Context(), url, schema, pgdb.Options{Migrate: true}))(b)
	defer db.Close()
	add(b.Context(), b, db, "a")
	b.Run("pgdb", func(b *testing.B) {
		reportCPU(b, func() {
			for b.Loop() {
				must.OK(b, db.Read(b.Context(), func(conn recorddb.Conn) error {
					_, err := conn.QueryOne("SELECT id, record_time FROM notes WHERE id = ?", func(row recorddb.Row) error {
						_, _ = row.Text(0), row.Int64(1)
						return nil
					}, "a")
					return err
				}))
			}
		})
	})
	config := must.Get(pgxpool.ParseConfig(url))(b)
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	pool := must.Get(pgxpool.NewWithConfig(b.Context(), config))(b)
	defer pool.Close()
	b.Run("pgx", func(b *testing.B) {
		reportCPU(b, func() {
			for b.Loop() {
				var id string
				var at int64
				must.OK(b, pool.QueryRow(b.Context(), "SELECT id, record_time FROM notes.notes WHERE id = $1", "a").Scan(&id, &at))
			}
		})
	})
	b.Run("present", func(b *testing.B) {
		reportCPU(b, func() {
			for b.Loop() {
				must.Get(db.Present(b.Context()))(b)
			}
		})
	})
}

// BenchmarkPresent is the question of 64 readers at once.
func BenchmarkPresent(b *testing.B) {
	db := must.Get(pgdb.Open(b.Context(), pgtest.Database(b), schema, pgdb.Options{Migrate: true}))(b)
	defer db.Close()
	b.SetParallelism(32) // of two cores
	reportCPU(b, func() {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := db.Present(context.Background()); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkWrite is a small write, by so many at a time.
func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			db := must.Get(pgdb.Open(b.Context(), pgtest.Database(b), schema, pgdb.Options{Migrate: true}))(b)
			defer db.Close()
			var next atomic.Int64
			b.SetParallelism(max(writers/2, 1)) // of two cores
			reportCPU(b, func() {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						id := fmt.Sprint(next.Add(1))
						if err := db.Write(context.Background(), insert(id)); err != nil {
							b.Error(err)
						}
					}
				})
			})
		})
	}
}
