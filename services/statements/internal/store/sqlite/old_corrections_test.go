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

func TestCorrectionsOfEntitiesAreFoundInAnOldRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statements.db")
	old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	storetest.CorrectionsOfOldRecord(t, old, old.Database, func(tx recorddb.Tx) error {
		must.OK(t, storetest.WithoutEmbargoes(tx, ""))
		must.OK(t, tx.Exec("DROP TABLE correction_entities"))
		return tx.Exec("PRAGMA user_version = 9") // the schema without it
	}, func() store.Store {
		must.OK(t, old.Close())
		st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
		must.OK(t, err)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}
