package resilience_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// separate are the three programs with a proxy before each service.
type separate struct {
	*stack.Services
	api                 *client.API
	statements, metrics *proxy
}

func startSeparate(t *testing.T) *separate {
	t.Helper()
	s := &separate{}
	s.Services = stack.StartServicesBehind(t, t.TempDir(), func(statements, metrics string) (string, string) {
		s.statements, s.metrics = newProxy(t, statements), newProxy(t, metrics)
		return s.statements.address, s.metrics.address
	})
	s.api = client.New(s.HTTP)
	return s
}

// step is one call of the gateway to a service during an ingest.
type step struct {
	name   string
	of     func(*separate) *proxy
	method string
	nth    int
}

func ofStatements(s *separate) *proxy { return s.statements }
func ofMetrics(s *separate) *proxy    { return s.metrics }

// steps are all calls of an ingest in their order.
var steps = []step{
	{"check", ofStatements, statementsv1.StagingService_StageDocument_FullMethodName, 1},
	{"stage figures", ofMetrics, metricsv1.StagingService_StageFigures_FullMethodName, 1},
	{"stage document", ofStatements, statementsv1.StagingService_StageDocument_FullMethodName, 2},
	{"publish figures", ofMetrics, metricsv1.StagingService_PublishFigures_FullMethodName, 1},
	{"publish document", ofStatements, statementsv1.StagingService_PublishDocument_FullMethodName, 1},
}

// The steps by number.
const (
	publishFigures = 3
	commitPoint    = 4
)

// victims are the programs that are killed.
var victims = map[string]func(*separate) *stack.Process{
	"gateway":    func(s *separate) *stack.Process { return s.Gateway },
	"statements": func(s *separate) *stack.Process { return s.Statements },
	"metrics":    func(s *separate) *stack.Process { return s.Metrics },
}

// TestIngestCutOffAtEveryStep kills each program at each step of an ingest,
// before the step is done and after it is done but not known to be.
func TestIngestCutOffAtEveryStep(t *testing.T) {
	t.Parallel()
	s := startSeparate(t)
	for i, at := range steps {
		for _, when := range []moment{before, after} {
			for victim, process := range victims {
				t.Run(fmt.Sprintf("%s/%s/%s", victim, when, at.name), func(t *testing.T) {
					id := fmt.Sprintf("%s-%s-%d", victim, when, i)
					request := fixture.Record(t, id, uuid.NewString())
					result := s.cutOff(t, request, at, when, process(s))
					s.checkBetween(t, request, result, i, when, victim)
					finish(t, s.api, request)
				})
			}
		}
	}
}

// holdAt starts an ingest and waits until it is held at a step.
func (s *separate) holdAt(t *testing.T, request *gatewayv1.IngestDocumentRequest, at step, when moment) <-chan outcome {
	t.Helper()
	h := at.of(s).holdCall(at.method, at.nth, when)
	done := start(t, s.api, request)
	select {
	case <-h.reached:
	case result := <-done:
		t.Fatalf("the ingest ended before its step %s: %d %v\n%s", at.name, result.answer.Code, result.err, result.answer.Body)
	}
	return done
}

// cutOff starts an ingest, kills a program while a step is held and starts it
// again. It answers how the ingest ended for its client.
func (s *separate) cutOff(t *testing.T, request *gatewayv1.IngestDocumentRequest, at step, when moment, victim *stack.Process) outcome {
	t.Helper()
	done := s.holdAt(t, request, at, when)
	// Held in the middle, nothing of it shows, or, after the commit point, all.
	s.checkHeld(t, request, at, when)
	victim.Kill()
	if victim == s.Gateway {
		at.of(s).abandoned()
	}
	at.of(s).release()
	result := <-done
	victim.Restart()
	s.statements.reconnected(t)
	s.metrics.reconnected(t)
	return result
}

// checkHeld looks at the record while the ingest is held.
func (s *separate) checkHeld(t *testing.T, request *gatewayv1.IngestDocumentRequest, at step, when moment) {
	t.Helper()
	switch {
	case at.name == steps[commitPoint].name && when == after:
		whole(t, s.api, request)
	case halfPublished(at, when):
		// The gateway may be finishing it just now.
	default:
		absent(t, s.api, request)
	}
}

// halfPublished says whether an ingest that is held has published its figures
// and not yet its document.
func halfPublished(at step, when moment) bool {
	return (at.name == steps[publishFigures].name && when == after) || (at.name == steps[commitPoint].name && when == before)
}

// checkBetween looks at the record after the crash and before the request is
// sent again.
func (s *separate) checkBetween(t *testing.T, request *gatewayv1.IngestDocumentRequest, result outcome, i int, when moment, victim string) {
	t.Helper()
	committed := i == commitPoint && when == after
	figures := figuresOnRecord(t, s.api, request)
	must.True(t, figures == 0 || figures == len(request.GetFigures()), "%d of %d figures are published", figures, len(request.GetFigures()))
	if i > publishFigures || (i == publishFigures && when == after) {
		must.Equal(t, figures, len(request.GetFigures()))
	}
	switch {
	case committed || result.acknowledged():
		whole(t, s.api, request)
	default:
		if halfPublished(steps[i], when) {
			comesWhole(t, s.api, request)
		} else {
			absent(t, s.api, request)
		}
		if victim == "gateway" {
			must.Err(t, result.err)
		} else {
			result.answer.Refused(t, client.Want{HTTP: http.StatusServiceUnavailable, Status: "UNAVAILABLE"})
		}
	}
}

// TestStagedNamesAreTaken: what is staged is invisible, and yet nobody else can
// put it on record before its ingest ends.
func TestStagedNamesAreTaken(t *testing.T) {
	s := startSeparate(t)
	request := fixture.Record(t, "staged", uuid.NewString())
	s.cutOff(t, request, steps[publishFigures], before, s.Gateway)
	absent(t, s.api, request)
	must.Equal(t, figuresOnRecord(t, s.api, request), 0)

	staged := client.Want{HTTP: http.StatusConflict, Status: "ABORTED", Reason: "NAME_STAGED"}
	s.api.Post(t, ingestPath, fixture.Record(t, "staged", uuid.NewString())).Refused(t, staged)
	s.api.Post(t, "/v1/entities?entity_id=staged-rios", map[string]any{"entityType": "PERSON", "displayName": "Ana Ríos"}).Refused(t, staged)
	s.api.Post(t, "/v1/metrics?metric_id=staged-goods", map[string]any{
		"displayName": "x", "measuredProperty": "x", "statType": "COUNT", "defaultUnit": map[string]any{"system": "UCUM", "code": "1"},
	}).Refused(t, staged)
	search := client.Read(t, s.api, "/v1/statements:search?query="+url.QueryEscape("goods"), &statementsv1.SearchStatementsResponse{})
	must.Equal(t, len(search.GetResults()), 0)
	other := fixture.Record(t, "other", request.GetRequestId())
	s.api.Post(t, ingestPath, other).Refused(t, client.Invalid("REQUEST_ID_REUSED", ""))
	finish(t, s.api, request)
}

// TestReadTimeBeforeTheCommitPoint: figures that were published before the
// commit point are not in the joined view of that time either. The gateway that
// comes back finishes what was cut off.
func TestReadTimeBeforeTheCommitPoint(t *testing.T) {
	s := startSeparate(t)
	request := fixture.Record(t, "bitemporal", uuid.NewString())
	at := steps[commitPoint]
	done := s.holdAt(t, request, at, before)
	s.Gateway.Kill()
	at.of(s).abandoned()
	at.of(s).release()
	must.Err(t, (<-done).err)
	between := s.settled(t)
	s.Gateway.Restart()
	comesWhole(t, s.api, request)
	finish(t, s.api, request)
	s.api.Get(t, "/v1/documents/bitemporal:read?read_time="+url.QueryEscape(between)).Refused(t, client.Want{HTTP: http.StatusNotFound})
	s.api.Get(t, "/v1/documents/bitemporal?read_time="+url.QueryEscape(between)).Refused(t, client.Want{HTTP: http.StatusNotFound})
}

// settled asks the statements service itself how far it is settled.
func (s *separate) settled(t *testing.T) string {
	t.Helper()
	var header metadata.MD
	_, err := statementsv1.NewDocumentServiceClient(client.Dial(t, s.StatementsGRPC)).
		ListDocuments(t.Context(), &statementsv1.ListDocumentsRequest{}, grpc.Header(&header))
	must.OK(t, err)
	must.Equal(t, len(header.Get("onrecord-settled-time")), 1)
	return header.Get("onrecord-settled-time")[0]
}

// TestOneServiceDown: what needs it says so by name, and what does not goes on.
func TestOneServiceDown(t *testing.T) {
	s := startSeparate(t)
	request := fixture.Record(t, "down", uuid.NewString())
	finish(t, s.api, request)
	down := client.Want{HTTP: http.StatusServiceUnavailable, Status: "UNAVAILABLE"}

	s.Metrics.Kill()
	s.api.Get(t, "/v1/documents/down").OK(t)
	s.api.Get(t, "/v1/figures/down-goods").Refused(t, down)
	partial := s.api.Get(t, "/v1/documents/down:read").OK(t)
	must.Contains(t, string(partial.Body), `"unavailable":[{"service":"metrics","reason":"SERVICE_UNAVAILABLE"}]`)
	s.api.Get(t, "/v1/documents/down:read?require=all").Refused(t, down)
	s.api.Post(t, ingestPath, fixture.Record(t, "down-2", uuid.NewString())).Refused(t, down)
	s.Metrics.Restart()
	s.metrics.reconnected(t)

	s.Statements.Kill()
	s.api.Get(t, "/v1/figures/down-goods").OK(t)
	s.api.Get(t, "/v1/documents/down").Refused(t, down)
	p := s.api.Get(t, "/v1/documents/down:read").Refused(t, down)
	must.True(t, !strings.Contains(p.Message, "127.0.0.1"), "the message names an address: %s", p.Message)
	s.Statements.Restart()
	s.statements.reconnected(t)
	whole(t, s.api, request)
	finish(t, s.api, fixture.Record(t, "down-2", uuid.NewString()))
}

// TestOneServiceHangs: what needs it is given up after a while, and what does
// not is answered all the time.
func TestOneServiceHangs(t *testing.T) {
	t.Parallel()
	s := startSeparate(t)
	request := fixture.Record(t, "hung", uuid.NewString())
	finish(t, s.api, request)
	s.Metrics.Freeze()
	done := make(chan outcome, 1)
	go func() {
		answer, err := s.api.Try(t.Context(), client.Request{Path: "/v1/documents/hung:read?require=all"})
		done <- outcome{answer, err}
	}()
	result := s.askMeanwhile(t, done, "/v1/documents/hung")
	must.OK(t, result.err)
	result.answer.Refused(t, client.Want{HTTP: http.StatusGatewayTimeout, Status: "DEADLINE_EXCEEDED"})
	partial := s.api.Get(t, "/v1/documents/hung:read").OK(t)
	must.Contains(t, string(partial.Body), `"unavailable":[{"service":"metrics","reason":"SERVICE_TOO_SLOW"}]`)
	s.Metrics.Thaw()
	whole(t, s.api, request)
}

// askMeanwhile asks something else again and again until a call has ended.
func (s *separate) askMeanwhile(t *testing.T, done <-chan outcome, path string) outcome {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		s.api.Get(t, path).OK(t)
		select {
		case result := <-done:
			return result
		case <-again.C:
		}
	}
}
