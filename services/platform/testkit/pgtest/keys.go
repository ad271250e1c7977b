package pgtest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// CheckKeys checks that the tables of a schema could be spread over several servers by the
// first column of their primary keys, because nothing else is unique and nothing refers
// across keys. The two tables of package pgdb are single rows; firstColumns are those
// columns of all other tables.
func CheckKeys(t *testing.T, db recorddb.Database, schema string, firstColumns map[string]string) {
	t.Helper()
	keys := map[string]string{}
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
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
		}, schema)
	}))
	for _, single := range []string{"record_clock", "schema_version"} {
		delete(keys, single)
	}
	must.Equal(t, keys, firstColumns)
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		found, err := conn.QueryOne("SELECT 1 FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace"+
			" WHERE n.nspname = ? AND c.contype = 'f'", nil, schema)
		must.False(t, found, "there is a foreign key")
		return err
	}))
}
