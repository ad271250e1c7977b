package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// oldRecord is a store that is made old, and what closes it and opens it anew.
func oldRecord(t *testing.T) (old *tables.Store, again func() store.Store) {
	url := pgtest.Database(t)
	old = must.Get(postgres.Open(t.Context(), url, postgres.Options{Migrate: true}))(t)
	return old, func() store.Store {
		must.OK(t, old.Close())
		return openAt(t, url)
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
	storetest.DerivedEntries(t, old, old.Database, "", again)
}

func TestCorrectionsOfEntitiesAreFoundInAnOldRecord(t *testing.T) {
	old, again := oldRecord(t)
	storetest.CorrectionsOfOldRecord(t, old, old.Database, func(tx recorddb.Tx) error {
		must.OK(t, storetest.WithoutEmbargoes(tx, "statements."))
		must.OK(t, tx.Exec("DROP TABLE statements.correction_entities"))
		return tx.Exec("UPDATE schema_version SET version = 7") // the schema without it
	}, again)
}
