package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func TestOldRecordsAreServedOnceDerived(t *testing.T) {
	for name, check := range map[string]func(*testing.T, store.Store, recorddb.Database, func() store.Store){
		"figures": storetest.DerivedFigures, "metrics": storetest.DerivedMetrics, "columns": storetest.DerivedColumns,
	} {
		t.Run(name, func(t *testing.T) {
			url := pgtest.Database(t)
			old, err := postgres.Open(t.Context(), url, postgres.Options{Migrate: true})
			must.OK(t, err)
			check(t, old, old.Database, func() store.Store {
				must.Equal(t, errs.ReasonOf(tables.CheckDerived(t.Context(), old)), "SCHEMA_TOO_OLD")
				must.OK(t, old.Close())
				st := openAt(t, url)
				return st
			})
		})
	}
}
