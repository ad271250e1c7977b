package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestOldRecordsAreServedOnceDerived(t *testing.T) {
	for name, check := range map[string]func(*testing.T, store.Store, recorddb.Database, func() store.Store){
		"figures": storetest.DerivedFigures, "metrics": storetest.DerivedMetrics, "columns": storetest.DerivedColumns,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "metrics.db")
			old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
			must.OK(t, err)
			check(t, old, old.Database, func() store.Store {
				must.Equal(t, errs.ReasonOf(tables.CheckDerived(t.Context(), old)), "SCHEMA_TOO_OLD")
				must.OK(t, old.Close())
				st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
				must.OK(t, err)
				t.Cleanup(func() { must.OK(t, st.Close()) })
				must.OK(t, tables.CheckDerived(t.Context(), st))
				return st
			})
		})
	}
}
