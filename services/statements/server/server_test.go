package server_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/recordserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestDatabaseMustBeOneOfTheEngines(t *testing.T) {
	for _, database := range []string{"", "sqlite:", "x.db", "postgres:user:secret", "mysql://user:secret@host/db"} {
		_, err := server.Service.New(t.Context(), server.Config{Database: database}, server.Deps{})
		statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_UNSUPPORTED", "")
		must.False(t, bytes.Contains([]byte(err.Error()), []byte("secret")))
	}
}

func TestServerIsNotReadyBeforeMigration(t *testing.T) {
	config := server.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "new", "statements.db")}
	srv, err := server.Service.New(t.Context(), config, server.Deps{})
	must.OK(t, err)
	statustest.Check(t, srv.Checks()[0].Func(t.Context()), codes.FailedPrecondition, "SCHEMA_TOO_OLD", "")
	must.OK(t, srv.Close())
	must.OK(t, server.Service.Migrate(t.Context(), config, server.Deps{}))
	must.OK(t, server.Service.Migrate(t.Context(), config, server.Deps{}))
	srv, err = server.Service.New(t.Context(), config, server.Deps{})
	must.OK(t, err)
	must.OK(t, srv.Checks()[0].Func(t.Context()))
	must.OK(t, srv.Close())
}

func TestTheRecordSurvivesARestart(t *testing.T) {
	config := server.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "statements.db")}
	srv, err := server.Service.New(t.Context(), config, server.Deps{Migrate: true})
	must.OK(t, err)
	settled := srv.Settled()
	must.OK(t, srv.Close())
	back := func() time.Time { return settled.Add(-time.Hour) } // the machine's clock was set back
	srv, err = server.Service.New(t.Context(), config, server.Deps{Now: back})
	must.OK(t, err)
	must.False(t, srv.Settled().Before(settled))
	must.OK(t, srv.Close())
}

func TestUpkeepEndsWhenStopped(t *testing.T) {
	srv, err := server.Service.New(t.Context(), server.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "s.db")}, server.Deps{Migrate: true})
	must.OK(t, err)
	upkeep := srv.Upkeep()
	done := make(chan error, 1)
	go func() { done <- upkeep.Serve(t.Context()) }()
	must.OK(t, upkeep.Stop(t.Context()))
	must.OK(t, <-done)
	must.OK(t, srv.Close())
}

func TestCommandLine(t *testing.T) {
	var cli recordserver.CLI
	parsed, err := config.Parse([]string{"serve", "--database", "sqlite:/data/s.db"}, &cli, server.Service.Program(&bytes.Buffer{}, &bytes.Buffer{}))
	must.OK(t, err)
	must.Equal(t, parsed.Command(), "serve")
	must.Equal(t, cli.Database, "sqlite:/data/s.db")
	must.Equal(t, cli.Serve.Listen.GRPC, "127.0.0.1:50051")
}
