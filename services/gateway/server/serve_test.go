package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/grpclog"
	"google.golang.org/grpc/status"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// upstream serves a service on a port of this machine.
func upstream(t *testing.T, register func(grpc.ServiceRegistrar)) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	s := rpcserver.New(rpcserver.Options{Health: health.New(zap.NewNop())})
	register(s)
	done := make(chan error, 1)
	go func() { done <- s.Serve(listener) }()
	t.Cleanup(func() {
		s.Stop()
		must.OK(t, <-done)
	})
	return "dns:///" + listener.Addr().String()
}

func parse(t *testing.T, args ...string) server.ServeCommand {
	t.Helper()
	var cli server.CLI
	_, err := config.Parse(append([]string{"serve"}, args...), &cli, server.Program(io.Discard, io.Discard))
	must.OK(t, err)
	return cli.Serve
}

func TestServeListensAndDrains(t *testing.T) {
	var docs documents
	settings := parse(t, "--listen=127.0.0.1:0", "--grpc-listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--health-listen=127.0.0.1:0",
		"--drain-delay=0s", "--log-format=json", "--log-level=info",
		"--statements-addr="+upstream(t, func(r grpc.ServiceRegistrar) { statementsv1.RegisterDocumentServiceServer(r, &docs) }),
		"--metrics-addr="+upstream(t, func(r grpc.ServiceRegistrar) { metricsv1.RegisterMetricServiceServer(r, &metrics{}) }))
	logs, out := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, settings, out, nil) }()

	addrs := make(map[string]string)
	lines := bufio.NewScanner(logs)
	for len(addrs) < 4 && lines.Scan() {
		line := make(map[string]any)
		must.OK(t, json.Unmarshal(lines.Bytes(), &line))
		for _, name := range []string{"http", "grpc", "admin", "health"} {
			if addr, ok := line[name].(string); ok {
				addrs[name] = addr
			}
		}
	}
	drained := make(chan struct{})
	var later bytes.Buffer
	go func() { _, _ = io.Copy(&later, logs); close(drained) }()
	grpclog.Error("of a library")

	client := &http.Client{Transport: &http.Transport{}}
	for name, want := range map[string]int{"/readyz": 200, "/healthz": 200, "/v1/documents/a": 200, "/docs": 200, "/openapi.json": 200} {
		must.Equal(t, fetch(t, client, "http://"+addrs["http"]+name), want)
	}
	must.Equal(t, fetch(t, client, "http://"+addrs["health"]+"/readyz"), 200)
	must.Equal(t, fetch(t, client, "http://"+addrs["admin"]+"/metrics"), 200)
	conn, err := rpcclient.Dial(addrs["grpc"], rpcclient.Options{})
	must.OK(t, err)
	_, err = gatewayv1.NewRecordServiceClient(conn).ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "nothing"})
	must.Equal(t, status.Code(err), codes.InvalidArgument)
	must.OK(t, conn.Close())

	client.CloseIdleConnections()
	stop()
	must.OK(t, <-done)
	must.OK(t, out.Close())
	<-drained
	var ofLibrary []any
	for decoder := json.NewDecoder(&later); decoder.More(); {
		line := make(map[string]any)
		must.OK(t, decoder.Decode(&line))
		if line["logger"] == "grpc" {
			ofLibrary = append(ofLibrary, line["msg"])
		}
	}
	must.Equal(t, ofLibrary, []any{"of a library"})
}

func fetch(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must.OK(t, err)
	response, err := client.Do(request)
	must.OK(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	must.OK(t, err)
	must.OK(t, response.Body.Close())
	return response.StatusCode
}

func TestServeRefusesToListenInTheOpen(t *testing.T) {
	for _, flag := range []string{"--listen=0.0.0.0:0", "--grpc-listen=:0", "--admin-listen=:0"} {
		err := server.Serve(t.Context(), parse(t, flag), io.Discard, nil)
		must.Err(t, err)
		must.Contains(t, err.Error(), "--insecure")
	}
}

func TestATakenPortStopsTheProgram(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	err = server.Serve(t.Context(), parse(t, "--grpc-listen=127.0.0.1:0", "--admin-listen=", "--listen="+taken.Addr().String()), io.Discard, nil)
	must.Err(t, err)
	must.Contains(t, err.Error(), "http listener")
	must.OK(t, taken.Close())
}

func TestServicesThatAreAwayAreNamed(t *testing.T) {
	s, err := server.New(t.Context(), server.Config{StatementsAddr: "127.0.0.1:1", MetricsAddr: "127.0.0.1:1"}, server.Deps{})
	must.OK(t, err)
	w := &world{handler: s.Handler()}
	f := refused(t, w.call(t, "GET", "/v1/documents/a", ""), 503, "SERVICE_UNAVAILABLE", "")
	must.Equal(t, f.Details[0].Metadata["service"], "statements")
	refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", ""), 503, "SERVICE_UNAVAILABLE", "")
	f = refused(t, w.call(t, "GET", "/v1/documents/a:read", ""), 503, "SERVICE_UNAVAILABLE", "")
	must.Contains(t, f.Message, "service does not answer")
	must.Equal(t, w.call(t, "GET", "/healthz", "").StatusCode, 200)
	must.Equal(t, w.call(t, "GET", "/readyz", "").StatusCode, 503)
	must.OK(t, s.Close())
	must.OK(t, s.Close())
}

// Every request of RecordService that comes over REST passes the interceptors.
func TestJoinedViewsPassTheInterceptors(t *testing.T) {
	w := newWorld(t)
	refused(t, w.call(t, "GET", "/v1/documents/a:read?version=01", ""), 400, "INVALID_REQUEST", "version")
	refused(t, w.call(t, "GET", "/v1/documents/A:read", ""), 400, "INVALID_REQUEST", "name")
	refused(t, w.call(t, "POST", "/v1/documents:ingest", `{"document":{"name":"documents/a","headline":"h","publisher":"p","languageCode":"en"},"version":{"text":"t","publishTime":{}}}`),
		400, "INVALID_REQUEST", "version.publishTime")
}
