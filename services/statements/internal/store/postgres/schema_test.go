package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
)

// firstColumns are the first columns of all primary keys: the id of a resource,
// the key of a series, or the id of a request. A name that is staged stands for
// the resource that it will be. The two tables of package pgdb are single rows.
func firstColumns() map[string]string {
	return map[string]string{
		"document_revisions":       "id",
		"document_versions":        "document",
		"version_texts":            "document",
		"published_versions":       "document",
		"entity_revisions":         "id",
		"entity_keys":              "id",
		"statement_revisions":      "id",
		"statement_refs":           "id",
		"corrections":              "id",
		"correction_entities":      "correction",
		"derived":                  "name",
		"review_revisions":         "id",
		"reattribution_revisions":  "id",
		"reattribution_statements": "reattribution",
		"search_entries":           "id",
		"requests":                 "request_id",
		"staged":                   "request_id",
		"stage_ends":               "request_id",
		"staged_names":             "name",
	}
}

// The tables could be spread over several servers by the first column of their
// primary keys, because nothing else is unique and nothing refers across keys.
func TestNothingHoldsAcrossKeys(t *testing.T) {
	st, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, st.Close()) }()
	keys := map[string]string{}
	must.OK(t, st.Database.Read(t.Context(), func(conn recorddb.Conn) error {
		return conn.Query(`SELECT c.relname, i.indisprimary, i.indisunique, a.attname
			FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
			JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
			WHERE n.nspname = ?`, func(row recorddb.Row) error {
			table, primary, unique := row.Text(0), row.Bool(1), row.Bool(2)
			must.Equal(t, unique, primary)
			if primary {
				keys[table] = row.Text(3)
			}
			return nil
		}, "statements")
	}))
	for _, single := range []string{"record_clock", "schema_version"} {
		delete(keys, single)
	}
	must.Equal(t, keys, firstColumns())
	must.OK(t, st.Database.Read(t.Context(), func(conn recorddb.Conn) error {
		found, err := conn.QueryOne("SELECT 1 FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace"+
			" WHERE n.nspname = ? AND c.contype = 'f'", nil, "statements")
		must.False(t, found, "there is a foreign key")
		return err
	}))
}
