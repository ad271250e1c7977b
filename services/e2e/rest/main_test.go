package rest_test

import (
	"net/url"
	"os"
	"testing"

	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// One server with the example record for all tests.
var (
	data   string // the folder of the databases
	server *stack.AllInOne
	api    *client.API
	conn   *grpc.ClientConn
)

func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		data = t.TempDir()
		server = stack.StartExamples(t, data)
		api, conn = client.New(server.HTTP), client.Dial(t, server.GRPC)
	}))
}

// The names of the example record that the tests start from.
const (
	article = "documents/afp-2023-11-18"
	note    = "documents/goods-trade-note"
	table   = "documents/us-mexico-goods-trade"
)

func readDocument(t *testing.T, name string) *gatewayv1.ReadDocumentResponse {
	t.Helper()
	return client.Read(t, api, "/v1/"+name+":read", &gatewayv1.ReadDocumentResponse{})
}

func statements(t *testing.T, filter string) []*statementsv1.Statement {
	t.Helper()
	return client.Read(t, api, "/v1/statements?page_size=1000&filter="+url.QueryEscape(filter), &statementsv1.ListStatementsResponse{}).GetStatements()
}

func figures(t *testing.T, filter string) []*metricsv1.Figure {
	t.Helper()
	return client.Read(t, api, "/v1/figures?page_size=1000&filter="+url.QueryEscape(filter), &metricsv1.ListFiguresResponse{}).GetFigures()
}
