package pgdb_test

import (
	"net/url"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// with is an address with one more setting.
func with(t *testing.T, at, name, value string) string {
	t.Helper()
	where := must.Get(url.Parse(at))(t)
	values := where.Query()
	values.Set(name, value)
	where.RawQuery = values.Encode()
	return where.String()
}

// TestSettingsThatCannotBe: whoever mistypes a setting is told which one, and
// never the password.
func TestSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	at := pgtest.Database(t)
	for _, tt := range []struct{ name, value, want string }{
		{"sslmode", "sometimes", "the setting sslmode in the URL of the database has a value that cannot be used"},
		{"sslrootcert", "/nowhere", "the setting sslrootcert in"},
		{"connect_timeout", "soon", "the setting connect_timeout in"},
		{"pool_max_conns", "many", "the setting pool_max_conns in"},
		{"default_query_exec_mode", "fast", "the setting default_query_exec_mode in"},
		{"sslmod", "disable", `the database refuses a setting in its URL: unrecognized configuration parameter "sslmod"`},
		{"statement_timeout", "soon", `the database refuses a setting in its URL: invalid value for parameter "statement_timeout"`},
	} {
		_, err := pgdb.Open(t.Context(), with(t, at, tt.name, tt.value), schema, pgdb.Options{})
		must.Err(t, err)
		must.Contains(t, err.Error(), tt.want)
	}
	for _, at := range []string{"postgres://u:secret@host:port/x", "postgres://u:secret@[/x"} {
		_, err := pgdb.Open(t.Context(), at, schema, pgdb.Options{})
		must.Err(t, err)
		must.Contains(t, err.Error(), "the URL of the database is malformed")
		must.False(t, strings.Contains(err.Error(), "secret"))
	}
	_, err := pgdb.Open(t.Context(), with(t, at, "sslmode", "require"), schema, pgdb.Options{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_UNAVAILABLE", "")
	must.Contains(t, err.Error(), "TLS")
}

// TestSettingsThatAPoolerDoesNotKnow: PgBouncer refuses what it cannot pass on.
func TestSettingsThatAPoolerDoesNotKnow(t *testing.T) {
	t.Parallel()
	_, err := pgdb.Open(t.Context(), with(t, pgtest.Bouncer(t, pgtest.Database(t)), "work_mem", "4MB"), schema, pgdb.Options{})
	must.Err(t, err)
	must.Contains(t, err.Error(), "the database refuses a setting in its URL: ")
	must.Contains(t, err.Error(), "work_mem")
}
