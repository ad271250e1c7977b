package server_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/emptyfile"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// emptyFile is a database file with nothing on record.
var emptyFile = emptyfile.New(sqlite.Open)

// onEngines runs a test on an empty store of every engine.
func onEngines(t *testing.T, test func(t *testing.T, s *service)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, start(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, startOn(t, pgtest.Database(t), changefeed.Options{}, rpcserver.Options{}))
	})
}

// onFilled is onEngines with metrics/trade (USD), metrics/length (km) and metrics/deaths (1) on record.
func onFilled(t *testing.T, test func(t *testing.T, s *service)) {
	t.Helper()
	onEngines(t, func(t *testing.T, s *service) {
		s.fill(t)
		test(t, s)
	})
}
