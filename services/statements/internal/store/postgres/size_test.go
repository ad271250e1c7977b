package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

// sizeRows is how many statements are measured.
const sizeRows = 20_000

// BenchmarkSize says how large a fact is on disk, its indexes and the free space
// of their pages included.
func BenchmarkSize(b *testing.B) {
	for b.Loop() {
		url := pgtest.Database(b)
		st, err := postgres.Open(b.Context(), url, postgres.Options{Migrate: true})
		must.OK(b, err)
		storetest.Fill(b, st, sizeRows)
		must.OK(b, st.Close())
		conn, err := pgx.Connect(b.Context(), url)
		must.OK(b, err)
		var size int64
		must.OK(b, conn.QueryRow(b.Context(), `SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
			WHERE relkind = 'r' AND relnamespace = 'statements'::regnamespace`).Scan(&size))
		must.OK(b, conn.Close(b.Context()))
		b.ReportMetric(float64(size)/sizeRows, "B/fact")
	}
}
