package server_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/emptyfile"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// emptyFile and emptyDatabase have the tables and nothing on record.
var (
	emptyFile     = emptyfile.New(sqlite.Open)
	emptyDatabase = pgtest.NewTemplate(postgres.Open)
)

// onEngines runs a test on an empty store of every engine, beside other tests: it
// waits for disks and for PostgreSQL most of the time.
func onEngines(t *testing.T, test func(t *testing.T, s *service)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { test(t, start(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, startOn(t, emptyDatabase.Database(t), changefeed.Options{}, rpcserver.Options{}))
	})
}

// onFilled is onEngines with documents/d and entities/ana on record.
func onFilled(t *testing.T, test func(t *testing.T, s *service)) {
	t.Helper()
	onEngines(t, func(t *testing.T, s *service) {
		s.document(t, "d", false)
		s.entity(t, "ana")
		test(t, s)
	})
}
