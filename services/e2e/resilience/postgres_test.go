package resilience_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// ingests sends one record after the other, each until it is acknowledged.
type ingests struct {
	t       *testing.T
	api     *client.API
	stop    atomic.Bool
	running sync.WaitGroup

	mu      sync.Mutex
	acked   []*gatewayv1.IngestDocumentRequest
	refused []client.Answer
	changed chan struct{}
}

func startIngests(t *testing.T, api *client.API, round string) *ingests {
	s := &ingests{t: t, api: api, changed: make(chan struct{}, 1)}
	for c := range clients {
		s.running.Go(func() {
			for n := 0; !s.stop.Load(); n++ {
				s.send(fixture.Record(t, fmt.Sprintf("%s-c%d-n%d", round, c, n), uuid.NewString()))
			}
		})
	}
	return s
}

func (s *ingests) send(request *gatewayv1.IngestDocumentRequest) {
	for done := false; !done && s.t.Context().Err() == nil; {
		answer, err := s.api.Try(s.t.Context(), client.Request{Method: http.MethodPost, Path: ingestPath, Body: request})
		done = outcome{answer, err}.acknowledged()
		s.mu.Lock()
		if done {
			s.acked = append(s.acked, request)
		} else if err == nil {
			s.refused = append(s.refused, answer)
		}
		s.mu.Unlock()
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
}

// await waits for further acknowledged or refused requests.
func (s *ingests) await(acked, refused int) {
	s.t.Helper()
	s.mu.Lock()
	acked, refused = acked+len(s.acked), refused+len(s.refused)
	s.mu.Unlock()
	for there := false; !there; {
		select {
		case <-s.changed:
		case <-s.t.Context().Done():
			s.t.Fatal("the clients never got there")
		}
		s.mu.Lock()
		there = len(s.acked) >= acked && len(s.refused) >= refused
		s.mu.Unlock()
	}
}

// finish ends the stream: every acknowledged record is there, whole and once, and
// every refusal said that it may be tried again.
func (s *ingests) finish() {
	s.t.Helper()
	s.stop.Store(true)
	s.running.Wait()
	for _, request := range s.acked {
		whole(s.t, s.api, request)
	}
	for _, answer := range s.refused {
		must.True(s.t, answer.Code == http.StatusServiceUnavailable || answer.Code == http.StatusGatewayTimeout,
			"refused with %d\n%s", answer.Code, answer.Body)
	}
}

// TestPostgresGoesAwayDuringAStreamOfIngests: the programs outlive their
// database. What was acknowledged is there when it is back.
func TestPostgresGoesAwayDuringAStreamOfIngests(t *testing.T) {
	t.Parallel()
	database := pgtest.Cluster(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--database="+database.DatabaseOf("service"))
	api := client.New(server.HTTP)
	request := fixture.Record(t, "before", uuid.NewString())
	finish(t, api, request)
	for name, fault := range map[string]struct{ begin, end func() }{
		"stopped": {database.Stop, database.Start},
		"killed":  {database.Kill, database.Start},
		"frozen":  {database.Freeze, database.Thaw},
	} {
		t.Run(name, func(t *testing.T) {
			s := startIngests(t, api, name)
			s.await(3, 0)
			fault.begin()
			s.await(0, 1)
			fault.end()
			s.await(3, 0)
			s.finish()
		})
	}
	whole(t, api, request)
}

// TestCommitsThatAreNotAnswered: the connection to the database breaks with the
// commit on its way or done. The same request again is the same write.
func TestCommitsThatAreNotAnswered(t *testing.T) {
	t.Parallel()
	for _, when := range []pgtest.Moment{pgtest.BeforeCommit, pgtest.AfterCommit} {
		proxy := pgtest.NewProxy(t, pgtest.Database(t))
		server := stack.StartAllInOne(t, t.TempDir(), "--database="+proxy.URL())
		s := startIngests(t, client.New(server.HTTP), fmt.Sprint("cut", when))
		for range 8 {
			s.await(1, 0)
			<-proxy.CutAtCommit(when)
		}
		s.await(3, 0)
		s.finish()
		for _, request := range s.acked {
			finish(t, s.api, request)
		}
	}
}

// TestPostgresIsAway: every answer says so, and readiness too, until it is back.
func TestPostgresIsAway(t *testing.T) {
	t.Parallel()
	database := pgtest.Cluster(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--database="+database.DatabaseOf("service"))
	api := client.New(server.HTTP)
	request := fixture.Record(t, "away", uuid.NewString())
	finish(t, api, request)
	database.Freeze()
	server.NotReadyBecause("DEADLINE_EXCEEDED")
	database.Thaw()
	server.Ready()
	database.Stop()
	server.NotReadyBecause("STORAGE_UNAVAILABLE")
	away := client.Want{HTTP: http.StatusServiceUnavailable, Status: "UNAVAILABLE"}
	for _, path := range []string{"/v1/documents/away", "/v1/documents/away:read", "/v1/figures", "/v1/statements:search?query=goods"} {
		problem := api.Get(t, path).Refused(t, away)
		must.True(t, !strings.Contains(problem.Message, "127.0.0.1"), "the message names an address: %s", problem.Message)
	}
	database.Start()
	server.Ready()
	whole(t, api, request)
}
