package sqlite

import (
	"context"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// explained is a database whose readers learn the plan of each query instead of
// its rows.
type explained struct {
	recorddb.Database
	plans *[]string
}

func (e explained) Read(ctx context.Context, fn func(recorddb.Conn) error) error {
	return e.Database.Read(ctx, func(conn recorddb.Conn) error { return fn(explainedConn{conn, e.plans}) })
}

type explainedConn struct {
	recorddb.Conn
	plans *[]string
}

func (c explainedConn) Query(sql string, _ func(recorddb.Row) error, args ...any) error {
	plan := ""
	err := c.Conn.Query("EXPLAIN QUERY PLAN "+sql, func(row recorddb.Row) error {
		plan += row.Text(3) + "\n"
		return nil
	}, args...)
	*c.plans = append(*c.plans, plan)
	return err
}

// Changes are read from indexes by record time: the cost of a page does not grow
// with the record. Only the revisions of one transaction are sorted.
func TestChangesAreReadFromIndexes(t *testing.T) {
	s := empty(t)
	for kind := range store.ReattributionChange + 1 { // 0: the start of a time
		var plans []string
		watched := tables.New(explained{s.Database, &plans}, dialect)
		must.OK(t, watched.Read(t.Context(), func(r store.Reader) error {
			_, err := r.Changes(store.Changes{
				After: changefeed.Place{Time: 5, Kind: kind, ID: "a", Revision: 1}, UpTo: 9, Limit: 10,
			})
			return err
		}))
		must.Equal(t, len(plans), store.ReattributionChange+1) // versions are in two tables
		for _, plan := range plans {
			must.Contains(t, plan, "SEARCH")
			must.Contains(t, plan, "record_from")
			sorted := strings.ReplaceAll(plan, "FOR LAST TERM OF ORDER BY", "")
			must.False(t, strings.Contains(sorted, "FOR ORDER BY") || strings.Contains(plan, "SCAN"), plan)
		}
	}
}
