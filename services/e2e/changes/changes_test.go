package changes_test

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

type object = map[string]any

// stream is a stream of server-sent events.
type stream struct {
	t      *testing.T
	lines  *bufio.Scanner
	cancel context.CancelFunc
	// id is that of the last event.
	id string
}

// follow opens a stream at a gateway.
func follow(t *testing.T, address, query, lastID string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	request := must.Get(http.NewRequestWithContext(ctx, http.MethodGet, stack.URL(address)+"/v1/changes"+query, nil))(t)
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	t.Cleanup(func() { _ = response.Body.Close() }) // it was cancelled
	must.Equal(t, response.StatusCode, http.StatusOK)
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{t: t, lines: lines, cancel: cancel}
}

// next reads an event; ended says that the stream did.
func (s *stream) next() (name string, answer *gatewayv1.WatchResponse, ended bool) {
	s.t.Helper()
	answer = &gatewayv1.WatchResponse{}
	for s.lines.Scan() {
		field, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch field {
		case "event":
			name = value
		case "id":
			s.id = value
		case "data":
			if name != "error" {
				must.OK(s.t, protojson.Unmarshal([]byte(value), answer))
			}
		case "":
			if name != "" {
				return name, answer, false
			}
		}
	}
	return "", nil, true
}

// changes reads as many changes, as type and name; heartbeats are passed over.
func (s *stream) changes(count int) []string {
	s.t.Helper()
	var out []string
	for len(out) < count {
		name, answer, ended := s.next()
		if ended {
			s.t.Fatalf("the stream ended after %v: %v", out, s.lines.Err())
		}
		if name != "heartbeat" {
			out = append(out, name+" "+answer.GetStatements().GetName()+answer.GetMetrics().GetName())
		}
	}
	return out
}

// untilHeartbeat reads all changes that are there.
func (s *stream) untilHeartbeat() []string {
	s.t.Helper()
	var out []string
	for {
		name, answer, ended := s.next()
		switch {
		case ended:
			s.t.Fatalf("the stream ended: %v", s.lines.Err())
		case name == "heartbeat":
			return out
		default:
			out = append(out, name+" "+answer.GetStatements().GetName()+answer.GetMetrics().GetName())
		}
	}
}

func report(t *testing.T, api *client.API, id string) {
	t.Helper()
	const text = "Ana said: We agree."
	api.Post(t, "/v1/documents", object{
		"documentId": id, "document": object{"headline": "H", "publisher": "P", "languageCode": "en"},
		"initialVersion": object{"text": text, "publishTime": object{"edtf": "2024-01-01"}},
	}).OK(t)
	api.Post(t, "/v1/statements?statement_id="+id, object{
		"documentVersion": "documents/" + id + "/versions/1", "statementType": "DIRECT",
		"contents": []any{object{"start": 10, "end": 18, "exact": text[10:18]}},
		"speakers": []any{object{"attributionText": "Ana"}}, "statementTime": object{"missingReason": "NOT_STATED"},
	}).OK(t)
}

// figure puts a metric and a figure of it on record, once each.
func figure(t *testing.T, api *client.API, id string) {
	t.Helper()
	api.Post(t, "/v1/metrics?metric_id="+id, object{
		"displayName": "Output", "measuredProperty": "output", "statType": "VALUE", "defaultUnit": object{"system": "UCUM", "code": "t"},
	}).OK(t)
	api.Post(t, "/v1/figures?figure_id="+id, object{
		"metric": "metrics/" + id, "timePeriod": object{"edtf": "2020"}, "frequency": "A", "valueKind": "POINT", "value": object{"value": "1"},
		"unit": object{"system": "UCUM", "code": "t"}, "origin": object{"producer": "P"},
	}).OK(t)
}

// TestJ4ChangesResumeOnAnotherGateway: over both services, across the death of a
// gateway, with what is retracted and erased, and by what they are about.
func TestJ4ChangesResumeOnAnotherGateway(t *testing.T) {
	services := stack.StartServices(t, t.TempDir())
	second := stack.FreeAddress(t)
	stack.Start(t, "gateway", stack.FreeAddress(t), "serve",
		"--listen="+second, "--grpc-listen="+stack.FreeAddress(t), "--admin-listen="+stack.FreeAddress(t),
		"--statements-addr="+services.StatementsGRPC, "--metrics-addr="+services.MetricsGRPC, "--drain-delay=0s", "--log-format=json").Ready()
	api := client.New(services.HTTP)
	all := follow(t, services.HTTP, "", "")
	must.Equal(t, len(all.untilHeartbeat()), 0)
	report(t, api, "one")
	figure(t, api, "steel")
	first := all.changes(5)
	slices.Sort(first)
	must.Equal(t, first, []string{
		"CREATED documents/one", "CREATED documents/one/versions/1", "CREATED figures/steel", "CREATED metrics/steel", "CREATED statements/one",
	})

	services.Gateway.Kill()
	api = client.New(second)
	report(t, api, "two")
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/figures/steel?reason=wrong"}).OK(t)
	api.Post(t, "/v1/statements/one:erase", object{"reason": "court order"}).OK(t)
	resumed := follow(t, second, "", all.id)
	got := resumed.untilHeartbeat()
	for _, want := range []string{"CREATED documents/two", "CREATED statements/two", "RETRACTED figures/steel", "ERASED statements/one"} {
		must.True(t, slices.Contains(got, want), "%s is missing: %v", want, got)
	}
	for _, seen := range first {
		must.False(t, slices.Contains(got, seen), "%s came again", seen)
	}

	// A browser that had the dead gateway's address comes back with what it saw last.
	about := follow(t, second, "?documents=documents/two&metrics=metrics/steel&start_time=1970-01-01T00:00:00Z", "")
	got = about.untilHeartbeat()
	must.True(t, slices.Contains(got, "CREATED statements/two") && slices.Contains(got, "CREATED metrics/steel"), "something is missing: %v", got)
	must.False(t, slices.Contains(got, "CREATED statements/one"), "it was not asked for: %v", got)
	api.Post(t, "/v1/statements/two:correct", object{
		"kind": "ERROR", "reason": "it was Ben", "statement": object{"speakers": []any{object{"attributionText": "Ben"}}},
	}).OK(t)
	corrected := about.changes(2)
	must.Equal(t, corrected[0], "UPDATED statements/two")
	must.True(t, strings.HasPrefix(corrected[1], "CREATED corrections/"), "it is %s", corrected[1])
}

// TestJ4ChangesGoOnWhileAServiceRestarts: nobody notices, and nothing is missed.
func TestJ4ChangesGoOnWhileAServiceRestarts(t *testing.T) {
	services := stack.StartServices(t, t.TempDir())
	api := client.New(services.HTTP)
	all := follow(t, services.HTTP, "", "")
	all.untilHeartbeat()
	services.Metrics.Kill()
	report(t, api, "meanwhile")
	must.Equal(t, len(all.changes(3)), 3)
	services.Metrics.Restart()
	for api.Get(t, "/v1/metrics").Code != http.StatusOK { // the gateway has not found it yet
	}
	figure(t, api, "after")
	must.Equal(t, all.changes(2), []string{"CREATED metrics/after", "CREATED figures/after"})
}

// TestJ4ChangesEndWhenTheProgramStops: in order, at once, and they can be resumed.
func TestJ4ChangesEndWhenTheProgramStops(t *testing.T) {
	folder := t.TempDir()
	one := stack.StartAllInOne(t, folder)
	all := follow(t, one.HTTP, "", "")
	all.untilHeartbeat()
	api := client.New(one.HTTP)
	figure(t, api, "steel")
	all.changes(2)
	one.Interrupt()
	for {
		name, _, ended := all.next()
		if ended {
			t.Fatalf("nothing says why: %v", all.lines.Err())
		}
		if name == "error" {
			break
		}
	}
	_, _, ended := all.next()
	must.True(t, ended && all.lines.Err() == nil, "it does not end in order: %v", all.lines.Err())
	must.Equal(t, one.Wait(), 0)
	two := stack.StartAllInOne(t, folder)
	again := follow(t, two.HTTP, "", all.id)
	must.Equal(t, len(again.untilHeartbeat()), 0)
}

// TestJ4ChangesOverGRPC: the same, with the joined service of `onrecord serve`.
func TestJ4ChangesOverGRPC(t *testing.T) {
	one := stack.StartAllInOne(t, t.TempDir())
	watch := must.Get(gatewayv1.NewChangeServiceClient(client.Dial(t, one.GRPC)).Watch(t.Context(), &gatewayv1.WatchRequest{}))(t)
	first := must.Get(watch.Recv())(t)
	must.True(t, first.GetChange() == nil && first.GetSettledTime() != nil, "it is no heartbeat: %v", first)
	figure(t, client.New(one.HTTP), "steel")
	for _, want := range []string{"metrics/steel", "figures/steel"} {
		must.Equal(t, must.Get(watch.Recv())(t).GetMetrics().GetName(), want)
	}
}
