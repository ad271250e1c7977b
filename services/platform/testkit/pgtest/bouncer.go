package pgtest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest/pgserver"
)

// bouncerPool is fewer server connections than a program opens, so that clients
// do share them.
const bouncerPool = 3

// Bouncer starts a PgBouncer in transaction mode before the server of a
// postgres:// URL and returns the URL of the same database by way of it.
func Bouncer(t testing.TB, server string) string {
	t.Helper()
	bouncer := must.Get(pgserver.StartBouncer(t.Context(), server, bouncerPool))(t)
	t.Cleanup(func() { must.OK(t, bouncer.Remove()) })
	return bouncer.URL()
}
