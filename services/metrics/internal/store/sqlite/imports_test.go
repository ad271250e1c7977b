package sqlite_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	engine "github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/testkit/baresqlite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// maxObservationBytes is what an imported observation may take on disk, with indexes, history and change feed.
const maxObservationBytes = 150

// TestImportedObservationsAreSmall adds up what each table and index takes for each observation: of many series with one release, and of
// few with many, whose rows lie between each other.
func TestImportedObservationsAreSmall(t *testing.T) {
	const count = 10 * storetest.ImportRows
	for name, fill := range map[string]func(*testing.T, store.Store){
		"one release":  func(t *testing.T, st store.Store) { storetest.FillImported(t, st, count) },
		"ten releases": func(t *testing.T, st store.Store) { storetest.FillReleases(t, st, count) },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "store.db")
			empty := size(t, file)
			st, err := engine.Open(t.Context(), file, engine.Options{})
			must.OK(t, err)
			fill(t, st)
			must.OK(t, st.Close())
			info, err := os.Stat(file)
			must.OK(t, err)
			each := float64(info.Size()-empty) / count
			for table, bytes := range breakdown(t, file) {
				if bytes >= count {
					t.Logf("%-28s %6.1f B", table, float64(bytes)/count)
				}
			}
			t.Logf("%-28s %6.1f B", "all", each)
			must.True(t, each <= maxObservationBytes, "an observation takes", each, "bytes")
		})
	}
}

// size makes an empty store and returns its size.
func size(t testing.TB, file string) int64 {
	t.Helper()
	st, err := engine.Open(t.Context(), file, engine.Options{Migrate: true})
	must.OK(t, err)
	must.OK(t, st.Close())
	info, err := os.Stat(file)
	must.OK(t, err)
	return info.Size()
}

// breakdown is the bytes of the pages of each table and index.
func breakdown(t testing.TB, file string) map[string]int64 {
	t.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadOnly)
	must.OK(t, err)
	defer func() { must.OK(t, conn.Close()) }()
	sizes := map[string]int64{}
	must.OK(t, sqlitex.Execute(conn, "SELECT name, SUM(pgsize) FROM dbstat GROUP BY name", &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		sizes[row.ColumnText(0)] = row.ColumnInt64(1)
		return nil
	}}))
	return sizes
}

// BenchmarkBulkImport compares an import, 10,000 observations a transaction, with every row of every table that it writes, written by
// prepared statements in one transaction, with the same indexes.
func BenchmarkBulkImport(b *testing.B) {
	const count = 10 * storetest.ImportRows
	var imports [][]domain.Figure
	for first := 0; first < count; first += storetest.ImportRows {
		imports = append(imports, storetest.ImportedRows(b, first))
	}
	fill := func(b *testing.B, file string) {
		st, err := engine.Open(b.Context(), file, engine.Options{})
		must.OK(b, err)
		for _, rows := range imports {
			storetest.Import(b, st, rows)
		}
		must.OK(b, st.Close())
	}
	filled := filepath.Join(b.TempDir(), "filled.db")
	size(b, filled)
	fill(b, filled)
	tables := baresqlite.Read(b, filled,
		baresqlite.Whole("series"), baresqlite.Whole("series_dimensions"), baresqlite.Whole("abouts"), baresqlite.Whole("vintages"),
		baresqlite.Whole("vintage_numbers"), baresqlite.Whole("imports"), baresqlite.Whole("observations"))
	for name, write := range map[string]func(*testing.B, string){
		"store": fill, "bare": func(b *testing.B, file string) { baresqlite.Write(b, file, tables) },
	} {
		b.Run(name, func(b *testing.B) {
			for round := 0; b.Loop(); round++ {
				b.StopTimer()
				file := filepath.Join(b.TempDir(), strconv.Itoa(round)+".db")
				size(b, file)
				b.StartTimer()
				write(b, file)
			}
			b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

// BenchmarkGrowthOfImports reads series of 200 observations of a small and of a large record, by turns, each series twice before: what is
// compared is what the reading costs, not where the file lies.
func BenchmarkGrowthOfImports(b *testing.B) {
	sizes := []int{100_000, 10_000_000}
	var stores []store.Store
	for _, count := range sizes {
		file := filepath.Join(b.TempDir(), "store.db")
		empty := size(b, file)
		st, err := engine.Open(b.Context(), file, engine.Options{})
		must.OK(b, err)
		b.Cleanup(func() { must.OK(b, st.Close()) })
		storetest.FillImported(b, st, count)
		stores = append(stores, st)
		info, err := os.Stat(file)
		must.OK(b, err)
		b.Logf("%d observations: %.1f B each", count, float64(info.Size()-empty)/float64(count))
	}
	for round := range 3 {
		for i, count := range sizes {
			b.Run(strconv.Itoa(count)+"/"+strconv.Itoa(round), func(b *testing.B) {
				read := func(n int) {
					must.Equal(b, len(storetest.ImportedSeries(b, stores[i], n%100*(count/storetest.Months/100))), storetest.Months)
				}
				for n := range 200 {
					read(n)
				}
				for n := 0; b.Loop(); n++ {
					read(n)
				}
			})
		}
	}
}
