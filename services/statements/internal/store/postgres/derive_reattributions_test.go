package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

func TestOldReattributionsAreFoundOnceDerived(t *testing.T) {
	url := pgtest.Database(t)
	old, err := postgres.Open(t.Context(), url, postgres.Options{Migrate: true})
	must.OK(t, err)
	storetest.DerivedReattributions(t, old, old.Database, func() store.Store {
		must.OK(t, old.Close())
		return openAt(t, url)
	})
}
