package command_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/command"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// heldUp begins a transaction that another program's migration of the metrics waits for;
// release ends it.
func heldUp(t *testing.T, url string) (release func()) {
	t.Helper()
	conn := must.Get(pgx.Connect(t.Context(), url))(t)
	t.Cleanup(func() { must.OK(t, conn.Close(context.WithoutCancel(t.Context()))) })
	tx := must.Get(conn.Begin(t.Context()))(t)
	must.Get(tx.Exec(t.Context(), "SELECT pg_advisory_xact_lock(1869509222, hashtext('metrics'))"))(t)
	return func() { must.OK(t, tx.Rollback(t.Context())) }
}

// opening is `onrecord serve` whose stores are not open yet.
type opening struct {
	http, grpc string
	stop       context.CancelFunc
	code       chan int
}

// startOpening starts the servers and waits until they listen.
func startOpening(t *testing.T, url string) *opening {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	o := &opening{stop: stop, code: make(chan int, 1)}
	go func() {
		o.code <- command.Main(ctx, []string{
			"serve", "--database", url, "--listen", "127.0.0.1:0", "--grpc-listen", "127.0.0.1:0", "--admin-listen", "",
			"--drain-delay", "0s", "--drain-timeout", "5s", "--log-format", "json",
		}, command.Process{Out: io.Discard, Err: writer})
		_ = writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	for (o.http == "" || o.grpc == "") && lines.Scan() {
		var line struct{ For, Addr string }
		must.OK(t, json.Unmarshal(lines.Bytes(), &line))
		switch line.For {
		case "HTTP":
			o.http = "http://" + line.Addr
		case "gRPC":
			o.grpc = line.Addr
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return o
}

// ready asks it how ready it is until it says what is wanted.
func (o *opening) ready(t *testing.T, wanted func(status int, body string) bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if status, body := fetch(t, o.http+"/readyz"); wanted(status, body) {
			return
		}
		<-again.C
		must.OK(t, t.Context().Err())
	}
}

// migrates waits until it migrates the metrics, which are held up.
func (o *opening) migrates(t *testing.T) {
	t.Helper()
	o.ready(t, func(status int, body string) bool {
		var said struct{ Checks, Progress map[string]string }
		must.OK(t, json.Unmarshal([]byte(body), &said))
		must.Equal(t, status, http.StatusServiceUnavailable)
		return said.Progress["metrics-database"] != "" && said.Checks["metrics-database"] == "STORAGE_OPENING" && said.Checks["statements-database"] == "ok"
	})
}

// TestAProgramThatMigratesIsAliveAndSaysHowFarItIs: neither probe nor caller finds the
// ports closed.
func TestAProgramThatMigratesIsAliveAndSaysHowFarItIs(t *testing.T) {
	url := pgtest.Database(t)
	release := heldUp(t, url)
	o := startOpening(t, url)
	o.migrates(t)
	code, _ := fetch(t, o.http+"/healthz")
	must.Equal(t, code, http.StatusOK)
	code, body := fetch(t, o.http+"/v1/metrics")
	must.Equal(t, code, http.StatusServiceUnavailable)
	must.Contains(t, body, "STORAGE_OPENING")

	conn := must.Get(grpc.NewClient(o.grpc, grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	defer conn.Close()
	_, err := metricsv1.NewMetricServiceClient(conn).ListMetrics(t.Context(), &metricsv1.ListMetricsRequest{})
	statustest.Check(t, err, codes.Unavailable, "STORAGE_OPENING", "")
	delay, said := errs.RetryDelay(status.Convert(err))
	must.True(t, said && delay > 0 && !errs.WriteUnknown(err), "%v", err)
	must.Contains(t, status.Convert(err).Message(), " migrations")
	answer := must.Get(healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}))(t)
	must.Equal(t, answer.GetStatus(), healthpb.HealthCheckResponse_NOT_SERVING)

	release()
	o.ready(t, func(status int, _ string) bool { return status == http.StatusOK })
	_, err = metricsv1.NewMetricServiceClient(conn).ListMetrics(t.Context(), &metricsv1.ListMetricsRequest{})
	must.OK(t, err)
	http.DefaultClient.CloseIdleConnections()
	o.stop()
	must.Equal(t, <-o.code, 0)
}

func TestASignalEndsAMigration(t *testing.T) {
	url := pgtest.Database(t)
	release := heldUp(t, url)
	o := startOpening(t, url)
	o.migrates(t)
	http.DefaultClient.CloseIdleConnections()
	o.stop()
	must.Equal(t, <-o.code, 0)
	release()
	start(t, "", "--database", url) // nothing is broken
}
