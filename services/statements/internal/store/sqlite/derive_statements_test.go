package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

func TestOldStatementsAreFilteredOnceDerived(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statements.db")
	old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	storetest.DerivedStatements(t, old, old.Database, func() store.Store {
		must.Equal(t, errs.ReasonOf(tables.CheckDerived(t.Context(), old)), "SCHEMA_TOO_OLD")
		must.OK(t, old.Close())
		st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
		must.OK(t, err)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}
