package server_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func TestWatchWhileManyWrite(t *testing.T) { watchWhileManyWrite(t, start(t)) }

// Three replicas write to one database; who watches goes from one to the next.
func TestWatchAcrossReplicas(t *testing.T) {
	database := pgtest.Database(t)
	var replicas []*service
	for range 3 {
		replicas = append(replicas, startOn(t, database, changefeed.Options{}, rpcserver.Options{}))
	}
	watchWhileManyWrite(t, replicas...)
}

// watchWhileManyWrite: many write, through all replicas, while a watcher comes
// and goes. It gets each revision once, those of one entity in order, and all in
// the order of record time.
func watchWhileManyWrite(t *testing.T, replicas ...*service) {
	t.Helper()
	const writers, revisions = 6, 15
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() { replicas[i%len(replicas)].revise(t, fmt.Sprintf("w%d", i), revisions) })
	}
	seen := map[string]int{}
	req, last := everything(), time.Time{}
	for count, turn := 0, 0; count < writers*revisions; turn++ {
		next := replicas[turn%len(replicas)].watch(t, req)
		for range 7 { // then it goes on elsewhere
			got, err := next()
			must.OK(t, err)
			req = after(got.GetResumeToken())
			change := got.GetChange()
			if change == nil {
				continue
			}
			must.False(t, change.GetRecordTime().AsTime().Before(last))
			last = change.GetRecordTime().AsTime()
			must.Equal(t, change.GetEntity().GetDisplayName(), fmt.Sprint(seen[change.GetName()]))
			seen[change.GetName()]++
			if count++; count == writers*revisions {
				break
			}
		}
	}
	group.Wait()
	rest, _ := until(t, replicas[0].watch(t, req))
	must.Equal(t, len(rest), 0)
	must.Equal(t, len(seen), writers)
}

// revise puts an entity on record whose name in each revision is its number.
func (s *service) revise(t *testing.T, id string, revisions int) {
	_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		EntityId: id, Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "0"},
	})
	for revision := 1; revision < revisions && err == nil; revision++ {
		_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
			Entity: &statementsv1.Entity{Name: "entities/" + id, DisplayName: fmt.Sprint(revision)},
		})
	}
	if err != nil {
		t.Error(err)
	}
}
