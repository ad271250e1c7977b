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
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/fts5"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// words takes the file back to the schema without an index of words.
func words(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	storetest.DerivedWords(t, st, db, func(tx recorddb.Tx) error {
		for _, table := range []string{"search_entries", "search_words", "search_languages", "erasures"} {
			must.OK(t, tx.Exec("DROP TABLE "+table))
		}
		for _, index := range []string{"figures_printed", "figures_by_embargo", "vintages_by_public_release", "corrections_with_notice"} {
			must.OK(t, tx.Exec("DROP INDEX "+index))
		}
		for _, column := range []string{
			"figure_revisions DROP withdrawn", "figure_revisions DROP embargo_end", "series_points DROP restricted",
			"corrections DROP restricted", "vintages DROP public_from", "vintages DROP public_end", "vintages DROP public_snapshot",
		} {
			must.OK(t, tx.Exec("ALTER TABLE "+column))
		}
		must.OK(t, tx.Exec("DELETE FROM derived WHERE name = 'figure_words'"))
		return tx.Exec("PRAGMA user_version = 6")
	}, reopen)
}

func TestPrintedFiguresOfAnOldRecordAreFoundOnceDerived(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.db")
	old := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true}))(t)
	storetest.DerivedPrintedWords(t, old, old.Database, fts5.Engine, func(tx recorddb.Tx) error {
		return tx.Exec("PRAGMA user_version = 14")
	}, func() store.Store {
		must.OK(t, old.Close())
		st := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true}))(t)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}

func TestOldRecordsAreServedOnceDerived(t *testing.T) {
	for name, check := range map[string]func(*testing.T, store.Store, recorddb.Database, func() store.Store){
		"figures": storetest.DerivedFigures, "metrics": storetest.DerivedMetrics, "columns": storetest.DerivedColumns, "words": words,
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
