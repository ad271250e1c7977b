package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"google.golang.org/grpc"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/e2e/workload"
)

// pageSize is how many statements a page has here.
const pageSize = 50

// split is onrecord as three processes, started when it is first measured.
var split = sync.OnceValue(func() *stack.Services {
	services := stack.StartServices(suite, suite.TempDir())
	target, err := workload.Dial(services.GatewayGRPC, services.HTTP, 1)
	if err != nil {
		suite.Fatal(err)
	}
	suite.Cleanup(func() { target.Close() })
	if err := target.Load(suite.Context()); err != nil {
		suite.Fatal(err)
	}
	return services
})

// suite is where what all benchmarks share is cleaned up.
var suite testing.TB

// reader asks over HTTP as a client does that has an answer already, or not.
type reader struct {
	base string
	http *http.Client
	tags map[string]string // by path
}

func newReader(b *testing.B, address string) *reader {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}
	b.Cleanup(transport.CloseIdleConnections)
	return &reader{base: "http://" + address, http: &http.Client{Transport: transport}, tags: map[string]string{}}
}

// get reads a path and wants the code; it returns the headers.
func (r *reader) get(ctx context.Context, path, tag string, want int) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	return r.do(request, tag, want)
}

func (r *reader) do(request *http.Request, tag string, want int) (http.Header, error) {
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	answer, err := r.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return nil, err
	}
	if answer.StatusCode != want {
		return nil, fmt.Errorf("%s: %s, want %d", request.URL.Path, answer.Status, want)
	}
	return answer.Header, nil
}

// measure asks for paths in turn.
func (r *reader) measure(b *testing.B, servers meter, path func(n int) string) {
	b.Helper()
	servers.measureBusy(b, func(n int) error {
		_, err := r.get(b.Context(), path(n), "", http.StatusOK)
		return err
	})
}

// measureNew asks for paths in turn, each time unlike before: nothing may be answered by
// what the gateway remembers.
func (r *reader) measureNew(b *testing.B, servers meter, path func(n int) string) {
	b.Helper()
	before := servers.known(b)
	servers.measureBusy(b, func(n int) error {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, r.base+path(n), http.NoBody)
		if err != nil {
			return err
		}
		workload.Unlike(request)
		_, err = r.do(request, "", http.StatusOK)
		return err
	})
	if known := servers.known(b) - before; known > 0 {
		b.Errorf("%v of %d answers were remembered", known, b.N)
	}
}

// measureAgain asks for paths that were asked for before, all of which must be remembered.
func (r *reader) measureAgain(b *testing.B, servers meter, path func(n int) string) {
	b.Helper()
	for n := range 3 * workload.Documents { // the second time it is remembered
		if _, err := r.get(b.Context(), path(n), "", http.StatusOK); err != nil {
			b.Fatal(err)
		}
	}
	before := servers.known(b)
	r.measure(b, servers, path)
	if known := servers.known(b) - before; known < float64(b.N) {
		b.Errorf("only %v of %d answers were remembered", known, b.N)
	}
}

// measureKnown asks for paths of which the answer is known.
func (r *reader) measureKnown(b *testing.B, servers meter, path func(n int) string) {
	b.Helper()
	for n := range workload.Documents {
		header, err := r.get(b.Context(), path(n), "", http.StatusOK)
		if err != nil {
			b.Fatal(err)
		}
		r.tags[path(n)] = header.Get("ETag")
	}
	servers.measureBusy(b, func(n int) error {
		_, err := r.get(b.Context(), path(n), r.tags[path(n)], http.StatusNotModified)
		return err
	})
}

func getPath(n int) string {
	return fmt.Sprintf("/v1/statements/%s-%d", workload.ID("document", n%workload.Documents), 7)
}

func pageFilter(n int) string {
	return fmt.Sprintf(`speaker = "entities/%s"`, workload.ID("speaker", n%workload.Documents))
}

func pagePath(n int) string {
	return fmt.Sprintf("/v1/statements?filter=%s&pageSize=%d", url.QueryEscape(pageFilter(n)), pageSize)
}

func metricOf(n int) string { return "metrics/" + workload.ID("document", n%workload.Documents) }

func seriesPath(n int) string {
	return fmt.Sprintf("/v1/%s:query?pageSize=%d", metricOf(n), workload.Points)
}

// BenchmarkGateway is what the targets of the gateway are about.
func BenchmarkGateway(b *testing.B) {
	on := served[sqlite].server
	server := meter{on.Admin}
	conn := client.Dial(b, on.GRPC)
	overGRPC := map[string]func(n int) error{
		pageGRPC: func(n int) error {
			answer, err := statementsv1.NewStatementServiceClient(conn).ListStatements(b.Context(),
				&statementsv1.ListStatementsRequest{Filter: pageFilter(n), PageSize: pageSize})
			return whole(err, len(answer.GetStatements()), pageSize)
		},
		seriesGRPC: func(n int) error {
			answer, err := metricsv1.NewMetricServiceClient(conn).QueryMetric(b.Context(),
				&metricsv1.QueryMetricRequest{Name: metricOf(n), PageSize: workload.Points}, grpc.MaxCallRecvMsgSize(64<<20))
			if err != nil || len(answer.GetSeries()) == 0 {
				return whole(err, 0, workload.Points)
			}
			return whole(nil, len(answer.GetSeries()[0].GetObservations()), workload.Points)
		},
	}
	b.Run(constantOne, func(b *testing.B) {
		newReader(b, references.HTTP).measure(b, meter{references.Admin}, func(int) string { return "/" })
	})
	for _, name := range []string{pageGRPC, seriesGRPC} {
		b.Run(name, func(b *testing.B) { server.measureBusy(b, overGRPC[name]) })
	}
	for name, path := range map[string]func(int) string{getServe: getPath, pageREST: pagePath, seriesREST: seriesPath} {
		b.Run(name, func(b *testing.B) { newReader(b, on.HTTP).measureNew(b, server, path) })
	}
	b.Run(againServe, func(b *testing.B) { newReader(b, on.HTTP).measureAgain(b, server, getPath) })
	for name, path := range map[string]func(int) string{getKnown: getPath, pageKnown: pagePath, seriesKnown: seriesPath} {
		b.Run(name, func(b *testing.B) { newReader(b, on.HTTP).measureKnown(b, server, path) })
	}
	b.Run(immutableOne, func(b *testing.B) {
		r := newReader(b, on.HTTP)
		path := immutablePath(b, r)
		for n := range workload.Documents {
			if _, err := r.get(b.Context(), path(n), "", http.StatusOK); err != nil {
				b.Fatal(err)
			}
		}
		r.measure(b, server, path)
	})
	b.Run(getServices, func(b *testing.B) { newReader(b, split().HTTP).measureNew(b, split().Admins, getPath) })
	b.Run(againService, func(b *testing.B) { newReader(b, split().HTTP).measureAgain(b, split().Admins, getPath) })
}

// immutablePath returns addresses of statements as of a time that is settled.
func immutablePath(b *testing.B, r *reader) func(n int) string {
	b.Helper()
	header, err := r.get(b.Context(), getPath(0), "", http.StatusOK)
	if err != nil {
		b.Fatal(err)
	}
	settled := header.Get("Onrecord-Settled-Time")
	return func(n int) string { return getPath(n) + "?read_time=" + url.QueryEscape(settled) }
}

// whole is an error unless an answer has as many things as were asked for.
func whole(err error, got, want int) error {
	if err == nil && got != want {
		return fmt.Errorf("%d in the answer, want %d", got, want)
	}
	return err
}
