package server_test

import (
	"fmt"
	"sync"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// Replicas that import side by side give no name twice, and lose nothing.
func TestReplicasImportSideBySide(t *testing.T) {
	database := pgtest.Database(t)
	replicas := []*service{
		startOn(t, database, changefeed.Options{}, rpcserver.Options{}), startOn(t, database, changefeed.Options{}, rpcserver.Options{}),
	}
	replicas[0].fill(t)
	const writers, rounds = 6, 5
	var wg sync.WaitGroup
	for writer := range writers {
		wg.Go(func() {
			for round := range rounds {
				// Each round has a series of its own and one that all write another release of.
				req := importOf(fmt.Sprintf("20%02d-%02d", round, writer+1), years(fmt.Sprintf("W%dR%d", writer, round), "1", "2", "3"), years("ALL", "4", "5"))
				answer, err := replicas[(writer+round)%2].imports.ImportFigures(t.Context(), req)
				if err != nil || answer.GetCreatedCount() != 5 {
					t.Errorf("%v %v", answer, err)
				}
			}
		})
	}
	wg.Wait()
	for _, s := range replicas {
		list, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{PageSize: 1000})
		must.OK(t, err)
		names := map[string]bool{}
		for _, figure := range list.GetFigures() {
			names[figure.GetName()] = true
		}
		must.Equal(t, len(names), writers*rounds*5)
	}
}
