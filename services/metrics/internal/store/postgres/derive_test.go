package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/tsvector"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// words takes the entries back to what the migration that makes their table leaves: none.
func words(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	storetest.DerivedWords(t, st, db, func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DELETE FROM search_entries"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'figure_words'")
	}, reopen)
}

// withoutGaps takes the database back to the schema without gaps of vintages.
func withoutGaps(t *testing.T, tx recorddb.Tx) {
	t.Helper()
	must.OK(t, tx.Exec("DROP TABLE metrics.vintage_gaps"))
	must.OK(t, tx.Exec("ALTER TABLE metrics.vintages DROP COLUMN figures, DROP COLUMN public_figures"))
	must.OK(t, tx.Exec("DELETE FROM derived WHERE name = 'vintage_gaps'"))
}

func TestPrintedFiguresOfAnOldRecordAreFoundOnceDerived(t *testing.T) {
	url := pgtest.Database(t)
	old := must.Get(postgres.Open(t.Context(), url, postgres.Options{Migrate: true}))(t)
	storetest.DerivedPrintedWords(t, old, old.Database, tsvector.Engine, func(tx recorddb.Tx) error {
		withoutGaps(t, tx)
		return tx.Exec("UPDATE schema_version SET version = 14")
	}, func() store.Store {
		must.OK(t, old.Close())
		return openAt(t, url)
	})
}

func TestOldRecordsAreServedOnceDerived(t *testing.T) {
	for name, check := range map[string]func(*testing.T, store.Store, recorddb.Database, func() store.Store){
		"figures": storetest.DerivedFigures, "metrics": storetest.DerivedMetrics, "columns": storetest.DerivedColumns, "words": words,
		"vintages": storetest.DerivedVintages,
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
