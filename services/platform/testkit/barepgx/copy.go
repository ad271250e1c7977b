package barepgx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Table is rows of a table that were read to be copied into it again under
// other keys.
type Table struct {
	Name string
	// Key is the place of the column that gets a new text in each copy.
	Key int

	columns []string
	rows    [][]any
}

// Read reads rows of a table.
func Read(b *testing.B, pool *pgxpool.Pool, name string, key int, where string) Table {
	b.Helper()
	t := Table{Name: name, Key: key}
	columns, err := pool.Query(b.Context(), `SELECT attname::text FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`, name)
	must.OK(b, err)
	t.columns, err = pgx.CollectRows(columns, pgx.RowTo[string])
	must.OK(b, err)
	rows, err := pool.Query(b.Context(), "SELECT "+strings.Join(t.columns, ", ")+" FROM "+name+" WHERE "+where)
	must.OK(b, err)
	t.rows, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	must.OK(b, err)
	must.True(b, len(t.rows) > 0)
	return t
}

// Copy measures the COPY of the rows of all tables in one transaction, in facts
// per second: facts is how many they make.
func Copy(b *testing.B, pool *pgxpool.Pool, facts int, tables ...Table) {
	b.Helper()
	round := 0
	for b.Loop() {
		round++
		must.OK(b, pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
			for _, table := range tables {
				for i, row := range table.rows {
					row[table.Key] = fmt.Sprint("copy-", round, "-", i)
				}
				if _, err := tx.CopyFrom(b.Context(), pgx.Identifier{table.Name}, table.columns, pgx.CopyFromRows(table.rows)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	b.ReportMetric(float64(facts*b.N)/b.Elapsed().Seconds(), "facts/s")
}
