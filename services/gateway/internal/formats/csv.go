package formats

import (
	"bytes"
	"encoding/csv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// table writes CSV with a header. A text stands as it is, line ends in it too: a
// cell of CSV can hold them.
type table struct {
	columns []column
	out     bytes.Buffer
	csv     *csv.Writer
	line    []string
}

func newTable(columns []column) *table {
	t := &table{columns: columns, line: make([]string, len(columns))}
	t.csv = csv.NewWriter(&t.out)
	for i, c := range columns {
		t.line[i] = c.name
	}
	t.write()
	return t
}

// newCSV is the table of the flat columns.
func newCSV(metric *metricsv1.Metric) *table { return newTable(csvColumns(metric)) }

func csvColumns(metric *metricsv1.Metric) []column {
	var out []column
	for _, c := range columns(metric) {
		if !c.rowsOnly {
			out = append(out, c)
		}
	}
	return out
}

func (t *table) add(r *record) {
	for i, c := range t.columns {
		t.line[i] = c.get(r).text
	}
	t.write()
}

func (t *table) write() { _ = t.csv.Write(t.line) } // a bytes.Buffer takes every write

func (t *table) finish() []byte {
	t.csv.Flush()
	return t.out.Bytes()
}
