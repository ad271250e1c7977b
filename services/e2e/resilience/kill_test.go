package resilience_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// stream is what many clients sent, and how it ended for them.
type stream struct {
	mu          sync.Mutex
	acked, lost []*gatewayv1.IngestDocumentRequest
}

// clients is how many send at the same time.
const clients = 4

// run sends one record after the other, from every client, until the server is
// gone. It calls kill when so many were acknowledged.
func run(t *testing.T, api *client.API, round, killAfter int, kill func()) *stream {
	t.Helper()
	s := &stream{}
	var once sync.Once
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for n := 0; ; n++ {
				request := fixture.Record(t, fmt.Sprintf("r%d-c%d-n%d", round, c, n), uuid.NewString())
				answer, err := api.Try(t.Context(), client.Request{Method: http.MethodPost, Path: ingestPath, Body: request})
				count := s.note(request, outcome{answer, err})
				if err != nil {
					return
				}
				if count >= killAfter {
					once.Do(kill)
				}
			}
		})
	}
	all.Wait()
	return s
}

func (s *stream) note(request *gatewayv1.IngestDocumentRequest, o outcome) (acked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.acknowledged() {
		s.acked = append(s.acked, request)
	} else {
		s.lost = append(s.lost, request)
	}
	return len(s.acked)
}

// TestKilledDuringAStreamOfIngests: what was acknowledged is there after kill
// -9, whole; what was not comes whole by itself or is not there at all, and can be
// finished.
func TestKilledDuringAStreamOfIngests(t *testing.T) {
	t.Parallel()
	server := stack.StartAllInOne(t, t.TempDir())
	api := client.New(server.HTTP)
	var acked []*gatewayv1.IngestDocumentRequest
	for round, killAfter := range []int{1, 5, 13} {
		s := run(t, api, round, killAfter, server.Kill)
		server.Restart()
		acked = append(acked, s.acked...)
		must.True(t, len(s.lost) > 0, "no client was cut off")
		for _, request := range acked {
			whole(t, api, request)
		}
		for _, request := range s.lost {
			if figuresOnRecord(t, api, request) > 0 {
				comesWhole(t, api, request)
			} else {
				absent(t, api, request)
			}
			finish(t, api, request)
		}
		acked = append(acked, s.lost...)
	}
}

// TestTerminate: SIGTERM ends the program with code 0, and its record is there
// after the next start.
func TestTerminate(t *testing.T) {
	server := stack.StartAllInOne(t, t.TempDir())
	api := client.New(server.HTTP)
	request := fixture.Record(t, "kept", uuid.NewString())
	finish(t, api, request)
	must.Equal(t, server.Terminate(), 0)
	server.Restart()
	whole(t, api, request)
	finish(t, api, request)
}

// TestTerminateFinishesWhatRuns: an ingest that is under way when SIGTERM comes
// is answered before the program ends.
func TestTerminateFinishesWhatRuns(t *testing.T) {
	s := startSeparate(t)
	request := fixture.Record(t, "drained", uuid.NewString())
	done := s.holdAt(t, request, steps[commitPoint], before)
	s.Gateway.Interrupt()
	s.Gateway.NotReady()
	s.statements.release()
	result := <-done
	must.OK(t, result.err)
	result.answer.OK(t)
	must.Equal(t, s.Gateway.Wait(), 0)
	s.Gateway.Restart()
	whole(t, s.api, request)
}

// TestOneProcessForAFolder: a second program on the same data refuses to start,
// and says why.
func TestOneProcessForAFolder(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	server := stack.StartAllInOne(t, data)
	stdout, stderr, code := stack.Try(t, "onrecord", "serve", "--data="+data, "--listen="+stack.FreeAddress(t),
		"--grpc-listen="+stack.FreeAddress(t), "--admin-listen="+stack.FreeAddress(t))
	must.True(t, code != 0, "a second process started")
	must.True(t, strings.Contains(stdout+stderr, "in use") || strings.Contains(stdout+stderr, "DATABASE_IN_USE"),
		"it does not say why:\n%s%s", stdout, stderr)
	finish(t, client.New(server.HTTP), fixture.Record(t, "undisturbed", uuid.NewString()))

	// The lock goes with the process that held it, however that ended.
	server.Kill()
	server.Restart()
	client.New(server.HTTP).Get(t, "/v1/documents/undisturbed:read").OK(t)
}
