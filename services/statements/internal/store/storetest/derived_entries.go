package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// OldEntries is how many statements a record from before there were stems has.
const OldEntries = 600 // more than are derived in one transaction

// DerivedEntries checks that the words of a record whose entries have none are found
// once it is brought up to date, at every time. forget takes them away; reopen closes
// the database and opens it.
func DerivedEntries(t *testing.T, st store.Store, db recorddb.Database, forget string, reopen func() store.Store) {
	t.Helper()
	f := fixture{Store: st, t: t}
	f.write(func(w store.Writer) error {
		for i := range OldEntries {
			if err := w.PutStatement(statement(fmt.Sprint("s", i), w.RecordTime(), says("They promised coal")), caller); err != nil {
				return err
			}
		}
		return nil
	})
	first := f.put("z", says("wind promises"))
	second := f.revise(first, says("gas"))
	gone := f.retract(second)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("UPDATE search_entries SET tokens = ''"))
		if forget != "" {
			must.OK(t, tx.Exec(forget))
		}
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'statements'")
	}))
	f.Store = reopen()
	for query, want := range map[string][3]int{"promise": {OldEntries + 1, OldEntries, OldEntries}, "wind": {1, 0, 0}, "gas": {0, 1, 0}} {
		for i, at := range []recordtime.Time{first.Updated, second.Updated, gone.Updated, f.Settled()} {
			_, matches := f.find(query, func(s *store.Search) { s.At = at })
			must.Equal(t, matches, want[min(i, 2)])
		}
	}
}
