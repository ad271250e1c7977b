package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

func TestCorrectionsOfEntitiesAreFoundInAnOldRecord(t *testing.T) {
	url := pgtest.Database(t)
	old, err := postgres.Open(t.Context(), url, postgres.Options{Migrate: true})
	must.OK(t, err)
	storetest.CorrectionsOfOldRecord(t, old, old.Database, func(tx recorddb.Tx) error {
		must.OK(t, storetest.WithoutEmbargoes(tx, "statements."))
		must.OK(t, tx.Exec("DROP TABLE statements.correction_entities"))
		return tx.Exec("UPDATE schema_version SET version = 7") // the schema without it
	}, func() store.Store {
		must.OK(t, old.Close())
		return openAt(t, url)
	})
}
