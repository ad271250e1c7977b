package sqlite_test

import (
	"context"
	"path/filepath"
	"strings"
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
		for _, table := range []string{"search_entries", "search_words", "search_languages", "erasures", "vintage_gaps"} {
			must.OK(t, tx.Exec("DROP TABLE "+table))
		}
		for _, index := range []string{"figures_printed", "figures_by_embargo", "vintages_by_public_release", "corrections_with_notice"} {
			must.OK(t, tx.Exec("DROP INDEX "+index))
		}
		for _, column := range []string{
			"figure_revisions DROP withdrawn", "figure_revisions DROP embargo_end", "series_points DROP restricted",
			"corrections DROP restricted", "vintages DROP public_from", "vintages DROP public_end", "vintages DROP public_snapshot", "vintages DROP figures", "vintages DROP public_figures",
		} {
			must.OK(t, tx.Exec("ALTER TABLE "+column))
		}
		must.OK(t, tx.Exec("DELETE FROM derived WHERE name IN ('figure_words', 'vintage_gaps')"))
		return tx.Exec("PRAGMA user_version = 6")
	}, reopen)
}

// withoutGaps takes the file back to the schema without gaps of vintages.
func withoutGaps(t *testing.T, tx recorddb.Tx) {
	t.Helper()
	must.OK(t, tx.Exec("DROP TABLE vintage_gaps"))
	for _, column := range []string{"figures", "public_figures"} {
		must.OK(t, tx.Exec("ALTER TABLE vintages DROP COLUMN "+column))
	}
	must.OK(t, tx.Exec("DELETE FROM derived WHERE name = 'vintage_gaps'"))
}

func TestPrintedFiguresOfAnOldRecordAreFoundOnceDerived(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.db")
	old := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true}))(t)
	storetest.DerivedPrintedWords(t, old, old.Database, fts5.Engine, func(tx recorddb.Tx) error {
		withoutGaps(t, tx)
		return tx.Exec("PRAGMA user_version = 14")
	}, func() store.Store {
		must.OK(t, old.Close())
		st := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true}))(t)
		t.Cleanup(func() { must.OK(t, st.Close()) })
		return st
	})
}

// cutOff opens a record whose making anew is stopped behind its first batch.
func cutOff(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := sqlite.Open(ctx, path, sqlite.Options{Migrate: true, Progress: func(of string, done, _ int64) {
		if strings.Contains(of, "vintage_gaps") && done > 0 {
			cancel()
		}
	}})
	must.ErrorIs(t, err, context.Canceled)
}

func TestOldRecordsAreServedOnceDerived(t *testing.T) {
	for name, check := range map[string]func(*testing.T, store.Store, recorddb.Database, func() store.Store){
		"figures": storetest.DerivedFigures, "metrics": storetest.DerivedMetrics, "columns": storetest.DerivedColumns, "words": words,
		"vintages": storetest.DerivedVintages,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "metrics.db")
			old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
			must.OK(t, err)
			check(t, old, old.Database, func() store.Store {
				must.Equal(t, errs.ReasonOf(tables.CheckDerived(t.Context(), old)), "SCHEMA_TOO_OLD")
				must.OK(t, old.Close())
				if name == "vintages" {
					cutOff(t, path)
				}
				st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
				must.OK(t, err)
				t.Cleanup(func() { must.OK(t, st.Close()) })
				must.OK(t, tables.CheckDerived(t.Context(), st))
				return st
			})
		})
	}
}
