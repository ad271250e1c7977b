package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

func TestOldEntriesAreFoundOnceDerived(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statements.db")
	old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	const forget = "INSERT INTO search_words (search_words) VALUES ('delete-all')"
	storetest.DerivedEntries(t, old, old.Database, forget, func() store.Store {
		must.OK(t, old.Database.Write(t.Context(), func(tx recorddb.Tx) error {
			// The schema from before an entry's number told of it; what comes after has to ask for the entries to be made anew.
			must.OK(t, tx.Exec("UPDATE search_entries SET rowid = rowid / 4096"))
			must.OK(t, tx.Exec("UPDATE derived SET code = 1"))
			return tx.Exec("PRAGMA user_version = 11")
		}))
		must.OK(t, old.Close())
		st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
		must.OK(t, err)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}
