package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestPostgreSQLIsUsedOnceMigrated(t *testing.T) {
	config := server.Config{Database: pgtest.Database(t)}
	srv, err := server.Service.New(t.Context(), config, server.Deps{})
	must.OK(t, err)
	statustest.Check(t, srv.Checks()[0].Func(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
	must.OK(t, srv.Close())
	for range 2 { // again changes nothing
		must.OK(t, server.Service.Migrate(t.Context(), config, server.Deps{}))
	}
	srv, err = server.Service.New(t.Context(), config, server.Deps{})
	must.OK(t, err)
	must.OK(t, srv.Checks()[0].Func(t.Context()))
	must.OK(t, srv.Close())
}
