package planwatch

import (
	"os"
	"strconv"
	"strings"
)

// rowsVariable says for how many rows plans are looked at; 100,000 if it is
// unset. `make bench-large` sets 1,000,000.
const rowsVariable = "ONRECORD_PLAN_ROWS"

// Large is the number of rows that the variable asks for; 0 if it is unset, or no
// number.
func Large() int {
	rows, err := strconv.Atoi(os.Getenv(rowsVariable))
	if err != nil {
		return 0
	}
	return rows
}

// Sized writes the number of rows in place of {rows}.
func Sized(sql string) string {
	rows := os.Getenv(rowsVariable)
	if rows == "" {
		rows = "100000"
	}
	return strings.ReplaceAll(sql, "{rows}", rows)
}
