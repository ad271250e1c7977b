package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// oldRecord is a store that is made old, and what closes it and opens it anew.
func oldRecord(t *testing.T) (old *tables.Store, again func() store.Store) {
	path := filepath.Join(t.TempDir(), "statements.db")
	open := func() *tables.Store {
		return must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true}))(t)
	}
	old = open()
	return old, func() store.Store {
		must.OK(t, old.Close())
		st := open()
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	}
}

func TestOldEntitiesAreResolvedOnceDerived(t *testing.T) {
	old, again := oldRecord(t)
	storetest.DerivedEntities(t, old, old.Database, again)
}

func TestOldReattributionsAreFoundOnceDerived(t *testing.T) {
	old, again := oldRecord(t)
	storetest.DerivedReattributions(t, old, old.Database, again)
}

func TestOldStatementsAreFilteredOnceDerived(t *testing.T) {
	old, again := oldRecord(t)
	storetest.DerivedStatements(t, old, old.Database, func() store.Store {
		must.Equal(t, errs.ReasonOf(tables.CheckDerived(t.Context(), old)), "SCHEMA_TOO_OLD")
		return again()
	})
}

func TestOldEntriesAreFoundOnceDerived(t *testing.T) {
	old, again := oldRecord(t)
	const forget = "INSERT INTO search_words (search_words) VALUES ('delete-all')"
	storetest.DerivedEntries(t, old, old.Database, forget, func() store.Store {
		must.OK(t, old.Database.Write(t.Context(), func(tx recorddb.Tx) error {
			// The schema from before an entry's number told of it; what comes after has to ask for the entries to be made anew.
			must.OK(t, tx.Exec("UPDATE search_entries SET rowid = rowid / 4096"))
			must.OK(t, tx.Exec("UPDATE derived SET code = 1"))
			return tx.Exec("PRAGMA user_version = 11")
		}))
		return again()
	})
}

func TestCorrectionsOfEntitiesAreFoundInAnOldRecord(t *testing.T) {
	old, again := oldRecord(t)
	storetest.CorrectionsOfOldRecord(t, old, old.Database, func(tx recorddb.Tx) error {
		must.OK(t, storetest.WithoutEmbargoes(tx, ""))
		must.OK(t, tx.Exec("DROP TABLE correction_entities"))
		return tx.Exec("PRAGMA user_version = 9") // the schema without it
	}, again)
}
