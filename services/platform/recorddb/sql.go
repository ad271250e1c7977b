package recorddb

import (
	"slices"
	"strings"
)

// Limit is a LIMIT with a parameter. After a plain "LIMIT ?" SQLite compiles the
// statement anew each time that the parameter is bound, to plan for the number;
// the cast keeps it from that.
const Limit = "LIMIT CAST(? AS BIGINT)"

// NullText is the argument that stores "" as NULL.
func NullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Placeholders returns "?,?,?" for n values, for an IN list.
func Placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// chunkSizes are the lengths of IN lists: few, so that there are few texts of
// SQL to prepare.
var chunkSizes = []int{1, 8, 64, 512}

// In calls query with values in pieces for an IN list: list is its placeholders,
// args its values. A piece may repeat its last value, which changes no IN list.
// Without values query is not called.
func In[T any](values []T, query func(list string, args []any) error) error {
	for len(values) > 0 {
		size := chunkSizes[len(chunkSizes)-1]
		if i := slices.IndexFunc(chunkSizes, func(s int) bool { return s >= len(values) }); i >= 0 {
			size = chunkSizes[i]
		}
		args := make([]any, size)
		for i := range args {
			args[i] = values[min(i, len(values)-1)]
		}
		if err := query(Placeholders(size), args); err != nil {
			return err
		}
		values = values[min(size, len(values)):]
	}
	return nil
}
