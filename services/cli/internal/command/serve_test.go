package command_test

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// address finds an address in what the program printed.
func (r *running) address(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(r.printed)
	must.True(t, found != nil, "%s is not in:\n%s", pattern, r.printed)
	return found[1]
}

func fetch(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))(t)
	response, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	defer response.Body.Close()
	return response.StatusCode, string(must.Get(io.ReadAll(response.Body))(t))
}

// Everything that it prints can be opened.
func TestWhatServePrintsCanBeOpened(t *testing.T) {
	server := start(t, t.TempDir(), "--examples")
	urls := regexp.MustCompile(`http://\S+`).FindAllString(server.printed, -1)
	must.True(t, len(urls) >= 7, "%s", server.printed)
	for _, url := range urls {
		status, body := fetch(t, url)
		must.Equal(t, status, 200)
		must.NotEqual(t, body, "")
	}
	_, telemetry := fetch(t, server.address(t, `(http://\S+/metrics) +telemetry`))
	must.Contains(t, telemetry, "onrecord_grpc_server_calls_total")
}

// One gRPC listener serves the three services.
func TestOneListenerServesAllServices(t *testing.T) {
	server := start(t, t.TempDir(), "--examples")
	conn := must.Get(grpc.NewClient(server.address(t, `(127\.0\.0\.1:\d+) +gRPC`), grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	defer conn.Close()
	var header metadata.MD
	statement := must.Get(statementsv1.NewStatementServiceClient(conn).GetStatement(t.Context(),
		&statementsv1.GetStatementRequest{Name: "statements/afp-2023-11-18-not-easy"}, grpc.Header(&header)))(t)
	must.Equal(t, statement.GetText(), "I know it’s not easy")
	must.Equal(t, len(header.Get("onrecord-settled-time")), 1)
	metric := must.Get(metricsv1.NewMetricServiceClient(conn).GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/border-length"}))(t)
	must.Equal(t, metric.GetDefaultUnit().GetCode(), "km")
	read := must.Get(gatewayv1.NewRecordServiceClient(conn).ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/goods-trade-note"}))(t)
	must.Equal(t, len(read.GetFacts()), 8)
	inQuote := read.GetFacts()[7]
	must.Equal(t, inQuote.GetFigure().GetName(), "figures/goods-trade-note-border-length")
	must.Equal(t, inQuote.GetStatedIn(), []string{"statements/goods-trade-note-infrastructure"})
}

func TestATakenPortIsSaid(t *testing.T) {
	server := start(t, t.TempDir())
	got := run(t, "", "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(server.url, "http://"), "--grpc-listen", "127.0.0.1:0", "--admin-listen", "")
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "HTTP listener: listen tcp 127.0.0.1:")
	must.Contains(t, got.err, "address already in use")
}

func TestDataThatCannotBeMade(t *testing.T) {
	file := writeFile(t, "not a folder")
	got := run(t, "", "serve", "--data", file, "--listen", "127.0.0.1:0", "--grpc-listen", "127.0.0.1:0", "--admin-listen", "")
	must.Equal(t, got.code, 1)
	must.Equal(t, string(must.Get(os.ReadFile(file))(t)), "not a folder")
}
