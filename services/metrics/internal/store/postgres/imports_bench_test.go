package postgres_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/testkit/barepgx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// importTables are the tables that an import writes.
var importTables = []string{"series", "series_dimensions", "abouts", "vintages", "vintage_numbers", "imports", "observations"}

// importedTable is the rows of one of them.
type importedTable struct {
	name    string
	columns []string
	rows    [][]any
}

// BenchmarkBulkImport compares an import, 10,000 observations a transaction, with every row of every table that it writes, written by
// prepared statements in pipelines of 1,000, and by COPY, in one transaction each, with the same indexes.
func BenchmarkBulkImport(b *testing.B) {
	const count = 10 * storetest.ImportRows
	var imports [][]domain.Figure
	for first := 0; first < count; first += storetest.ImportRows {
		imports = append(imports, storetest.ImportedRows(b, first))
	}
	cluster := pgtest.Cluster(b)
	filled := cluster.Database()
	st := openAt(b, filled)
	rate := func(b *testing.B) { b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "facts/s") }
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			empty(b, barepgx.Pool(b, filled, "metrics"))
			b.StartTimer()
			for _, rows := range imports {
				storetest.Import(b, st, rows)
			}
		}
		rate(b)
	})
	pool := barepgx.Pool(b, filled, "metrics")
	var tables []importedTable
	for _, name := range importTables {
		tables = append(tables, readTable(b, pool, name))
	}
	for name, write := range map[string]func(*testing.B, pgx.Tx, importedTable){"prepared": insertTable, "copy": copyTable} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				empty(b, pool)
				b.StartTimer()
				must.OK(b, pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
					for _, table := range tables {
						write(b, tx, table)
					}
					return nil
				}))
			}
			rate(b)
		})
	}
}

// empty empties the tables of imports.
func empty(b *testing.B, pool *pgxpool.Pool) {
	b.Helper()
	_, err := pool.Exec(b.Context(), "TRUNCATE "+strings.Join(importTables, ", "))
	must.OK(b, err)
}

func readTable(b *testing.B, pool *pgxpool.Pool, name string) (table importedTable) {
	b.Helper()
	rows, err := pool.Query(b.Context(), "SELECT * FROM "+name)
	must.OK(b, err)
	table.name = name
	for _, field := range rows.FieldDescriptions() {
		table.columns = append(table.columns, field.Name)
	}
	table.rows, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	must.OK(b, err)
	must.True(b, len(table.rows) > 0)
	return table
}

func copyTable(b *testing.B, tx pgx.Tx, table importedTable) {
	b.Helper()
	_, err := tx.CopyFrom(b.Context(), pgx.Identifier{table.name}, table.columns, pgx.CopyFromRows(table.rows))
	must.OK(b, err)
}

func insertTable(b *testing.B, tx pgx.Tx, table importedTable) {
	b.Helper()
	marks := make([]string, len(table.columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	_, err := tx.Prepare(b.Context(), "bare_"+table.name, "INSERT INTO "+table.name+" ("+strings.Join(table.columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	must.OK(b, err)
	for rows := table.rows; len(rows) > 0; rows = rows[min(1000, len(rows)):] {
		batch := &pgx.Batch{}
		for _, row := range rows[:min(1000, len(rows))] {
			batch.Queue("bare_"+table.name, row...)
		}
		must.OK(b, tx.SendBatch(b.Context(), batch).Close())
	}
}

// BenchmarkGrowthOfImports reads series of 200 observations of a small and of a large record, by turns.
func BenchmarkGrowthOfImports(b *testing.B) {
	sizes := []int{100_000, 10_000_000}
	var stores []store.Store
	for _, count := range sizes {
		stores = append(stores, openAt(b, pgtest.Cluster(b).Database()))
		storetest.FillImported(b, stores[len(stores)-1], count)
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
