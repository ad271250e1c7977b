package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

func TestOldReattributionsAreFoundOnceDerived(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statements.db")
	old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	storetest.DerivedReattributions(t, old, old.Database, func() store.Store {
		must.OK(t, old.Close())
		st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
		must.OK(t, err)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}
