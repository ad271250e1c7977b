package server_test

import (
	"context"
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestACopyThroughPostgreSQL: into it with interruptions, and back again.
func TestACopyThroughPostgreSQL(t *testing.T) {
	for seed := range 4 {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			source, sourceDatabase := file(t, "source.db")
			h, st := &history{}, openFile(t, source)
			for more := range 4 {
				h.write(t, st, rapid.Custom(drawTransactions).Example(10*seed+more))
			}
			must.OK(t, st.Close())
			url := pgtest.Database(t)
			interruptions := 0
			for {
				ctx, interrupt := context.WithCancel(t.Context())
				_, err := server.Service.Copy(ctx, server.Config{Database: sourceDatabase}, server.Config{Database: url}, server.Deps{},
					recordcopy.Options{Page: 5, Progress: func(recordcopy.Progress) { interrupt() }})
				interrupt()
				if err == nil {
					break
				}
				statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
				interruptions++
			}
			must.True(t, interruptions > 0)

			a, b := openFile(t, source), must.Get(postgres.Open(t.Context(), url, postgres.Options{}))(t)
			for _, at := range h.times {
				must.Equal(t, answersAt(t, b, at), answersAt(t, a, at))
			}
			must.Equal(t, changesOf(t, b, store.Newest), changesOf(t, a, store.Newest))
			must.Equal(t, workOf(t, b, h), workOf(t, a, h))
			must.Equal(t, citingOf(t, b, h), citingOf(t, a, h))
			must.OK(t, a.Close())
			must.OK(t, b.Close())

			target, targetDatabase := file(t, "target.db")
			_, err := server.Service.Copy(t.Context(), server.Config{Database: url}, server.Config{Database: targetDatabase}, server.Deps{}, recordcopy.Options{})
			must.OK(t, err)
			compareFiles(t, h, source, target)
		})
	}
}

func TestACopyRefusesAnotherPostgreSQL(t *testing.T) {
	source := filled(t, "ana", "a")
	url := pgtest.Database(t)
	_, err := server.Service.Copy(t.Context(), server.Config{Database: "sqlite:" + source}, server.Config{Database: url}, server.Deps{}, recordcopy.Options{})
	must.OK(t, err)
	other := filled(t, "ben", "a")
	_, err = server.Service.Copy(t.Context(), server.Config{Database: "sqlite:" + other}, server.Config{Database: url}, server.Deps{}, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
	must.Contains(t, err.Error(), "figures/a is not the same")
}
