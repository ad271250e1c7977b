package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

// A file from before the languages of stems were kept finds by stems at once.
func TestLanguagesOfAnOldFileAreFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statements.db")
	old, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	storetest.Fill(t, old, 100)
	must.OK(t, old.Database.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DROP TABLE search_languages"))
		must.OK(t, storetest.WithoutEmbargoes(tx, ""))
		must.OK(t, tx.Exec("DROP TABLE correction_entities"))
		return tx.Exec("PRAGMA user_version = 8") // the schema without it
	}))
	must.OK(t, old.Close())

	st, err := sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, st.Close()) }()
	query, err := searchtext.ParseQuery("walls")
	must.OK(t, err)
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		found, err := r.Search(store.Search{At: st.Settled(), Query: query.Stemmed(""), Limit: 10})
		must.Equal(t, found.Matches, 2)
		return err
	}))
}
