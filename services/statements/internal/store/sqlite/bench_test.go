package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/baresqlite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

// bulkRows is how many statements an import of the comparison has.
const bulkRows = 10_000

// BenchmarkBulk compares an import, 1,000 statements a transaction, with every row
// of every table that it writes, written by prepared statements in one transaction
// of 10,000 statements, with the same indexes.
func BenchmarkBulk(b *testing.B) {
	file := empty(b)
	fill(b, file)
	tables := baresqlite.Read(b, file,
		baresqlite.Whole("statement_revisions"), baresqlite.Whole("statement_refs"), baresqlite.Whole("search_entries"),
		baresqlite.Table{
			Read:  "SELECT rowid, tokens FROM search_entries",
			Write: "INSERT INTO search_words (rowid, tokens)",
		})
	for name, write := range map[string]func(*testing.B, string){
		"store": fill, "bare": func(b *testing.B, file string) { baresqlite.Write(b, file, tables) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				file := empty(b)
				b.StartTimer()
				write(b, file)
			}
			b.ReportMetric(float64(bulkRows*b.N)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

// empty is a file with the tables and nothing in them.
func empty(b *testing.B) (file string) {
	b.Helper()
	file = filepath.Join(b.TempDir(), "store.db")
	st, err := sqlite.Open(b.Context(), file, sqlite.Options{Migrate: true})
	must.OK(b, err)
	must.OK(b, st.Close())
	return file
}

// fill imports statements into a file.
func fill(b *testing.B, file string) {
	b.Helper()
	st, err := sqlite.Open(b.Context(), file, sqlite.Options{})
	must.OK(b, err)
	for first := 0; first < bulkRows; first += 1000 {
		storetest.FillFrom(b, st, first, 1000)
	}
	must.OK(b, st.Close())
}
