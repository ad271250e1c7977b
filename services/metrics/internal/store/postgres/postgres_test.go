package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// emptyDatabase is a database with nothing on record.
var emptyDatabase = pgtest.NewTemplate(postgres.Open)

func open(t testing.TB) store.Store {
	t.Helper()
	return openAt(t, emptyDatabase.Database(t))
}

func openAt(t testing.TB, url string) store.Store {
	t.Helper()
	st, err := postgres.Open(t.Context(), url, postgres.Options{Migrate: true})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, st.Close()) })
	return st
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

// TestContractThroughPgBouncer: server connections belong to a client for the
// length of a transaction only.
func TestContractThroughPgBouncer(t *testing.T) {
	t.Parallel()
	storetest.RunPooled(t, func(t testing.TB) store.Store {
		t.Helper()
		return openAt(t, pgtest.Bouncer(t, emptyDatabase.Database(t)))
	})
}

func BenchmarkStore(b *testing.B) { storetest.Bench(b, open) }
