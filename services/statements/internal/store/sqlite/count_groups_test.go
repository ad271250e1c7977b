package sqlite

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// Few statements are grouped by their snapshots, many by the index of references: the
// groups are the same.
func TestGroupsAreTheSameFromSnapshotsAndReferences(t *testing.T) {
	s := empty(t)
	must.OK(t, s.Write(t.Context(), func(w store.Writer) error {
		for i := range 40 {
			statement := domain.Statement{
				Record: domain.Record{ID: fmt.Sprint("s", i)}, Document: "d", Version: 1, Type: domain.Direct, Text: "words",
				Speakers: []domain.Speaker{{Entity: "entities/ana"}, {Entity: fmt.Sprint("entities/e", i%3)}},
				Time:     domain.Period{Missing: domain.NotStated},
			}
			if i%4 > 0 {
				statement.Topics = []string{fmt.Sprint("entities/t", i%5), "entities/t9"}
			}
			statement.Record = statement.First(w.RecordTime())
			must.OK(t, w.PutStatement(statement, "ana"))
			if i%7 == 0 { // what it was before counts no more
				statement.Topics = []string{"entities/t9"}
				statement.Record = statement.Next(w.RecordTime())
				must.OK(t, w.PutStatement(statement, "ana"))
			}
		}
		return nil
	}))
	indexed := dialect
	indexed.GroupSnapshots = 0
	for _, text := range []string{`speaker:"entities/ana"`, `speaker:"entities/e1" topics:*`, `document = "documents/d" statement_type = WRITTEN`} {
		filter, err := listquery.ParseFilter(domain.StatementFields, text)
		must.OK(t, err)
		for _, by := range domain.GroupFields {
			for _, limit := range []int{1, 2, 100} {
				query := store.Count{At: s.Settled(), Filter: filter, GroupBy: by, Limit: limit}
				count := func(st *tables.Store) (counts store.Counts) {
					must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
						counts, err = r.Count(query)
						return err
					}))
					return counts
				}
				must.Equal(t, count(tables.New(s.Database, indexed)), count(s))
			}
		}
	}
}
