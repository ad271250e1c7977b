// Package migratetest checks that a service waits for its database to be migrated.
package migratetest

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recordserver"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// UsedOnceMigrated checks that a service is not ready on PostgreSQL before it is migrated.
func UsedOnceMigrated[R recordserver.Reader, W recordwrite.Writer](t *testing.T, kind recordserver.Kind[R, W]) {
	t.Helper()
	config := recordserver.Config{Database: pgtest.Database(t)}
	srv, err := kind.New(t.Context(), config, recordserver.Deps{})
	must.OK(t, err)
	statustest.Check(t, srv.Checks()[0].Func(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
	must.OK(t, srv.Close())
	for range 2 { // again changes nothing
		must.OK(t, kind.Migrate(t.Context(), config, recordserver.Deps{}))
	}
	srv, err = kind.New(t.Context(), config, recordserver.Deps{})
	must.OK(t, err)
	must.OK(t, srv.Checks()[0].Func(t.Context()))
	must.OK(t, srv.Close())
}
