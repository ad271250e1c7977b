package planwatch

import (
	"os"
	"strings"
)

// rowsVariable says for how many rows plans are looked at; 100,000 if it is
// unset. `make bench-large` sets 1,000,000.
const rowsVariable = "ONRECORD_PLAN_ROWS"

// Sized writes the number of rows in place of {rows}.
func Sized(sql string) string {
	rows := os.Getenv(rowsVariable)
	if rows == "" {
		rows = "100000"
	}
	return strings.ReplaceAll(sql, "{rows}", rows)
}
