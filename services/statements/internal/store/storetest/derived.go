package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// OldEntities is how many entities a record from before they were resolved has.
const OldEntities = 1100 // more than are derived in one transaction

// DerivedEntities checks that entities of a record from before they were resolved are
// found once it is brought up to date. reopen closes the database and opens it.
func DerivedEntities(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	f := fixture{Store: st, t: t}
	f.write(func(w store.Writer) error {
		for i := range OldEntities {
			e := person(string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676)), "Ana López")
			e.Aliases = []string{"alias"}
			e.Record = e.First(w.RecordTime())
			if err := w.PutEntity(e, caller); err != nil {
				return err
			}
		}
		last := person("zzz", "Old Name")
		last.Record = last.First(w.RecordTime())
		return w.PutEntity(last, caller)
	})
	renamed := person("zzz", "New Name")
	renamed.Record = f.entity("zzz").Record
	renamed = f.putEntity(renamed, domain.Record.Next)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DELETE FROM entity_keys WHERE field <> 'alias'"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'entities'")
	}))
	must.Equal(t, f.resolved(renamed.Updated, "new name", ""), nil)
	f.Store = reopen()
	must.Equal(t, f.resolved(renamed.Updated, "new name", ""), []string{"zzz"})
	must.Equal(t, f.resolved(renamed.Created, "old name", ""), []string{"zzz"})
	must.Equal(t, len(f.resolved(renamed.Updated, "ana lopez", "")), store.ResolveKeyLimit)
}

func (f fixture) entity(id string) (e domain.Entity) {
	f.read(func(r store.Reader) (err error) {
		e, _, err = r.Entity(id, f.Settled())
		return err
	})
	return e
}
