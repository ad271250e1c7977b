package planwatch

import (
	"net/url"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// FreeWorkers returns the URL of a database for connections whose plans have parallel
// workers wherever those can be, as they do in a large one.
func FreeWorkers(t *testing.T, at string) string {
	t.Helper()
	where := must.Get(url.Parse(at))(t)
	values := where.Query()
	for _, name := range []string{"parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size", "min_parallel_index_scan_size"} {
		values.Set(name, "0")
	}
	where.RawQuery = values.Encode()
	return where.String()
}
