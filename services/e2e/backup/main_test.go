package backup_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// serve runs onrecord on a database.
func serve(t *testing.T, database string) *client.API {
	t.Helper()
	return client.New(stack.StartAllInOne(t, t.TempDir(), "--database="+database).HTTP)
}

const ingestPath = "/v1/documents:ingest"

// ingest puts records on record and returns their requests.
func ingest(t *testing.T, api *client.API, name string, count int) (requests []*gatewayv1.IngestDocumentRequest) {
	t.Helper()
	for n := range count {
		request := fixture.Record(t, fmt.Sprintf("%s-%d", name, n), uuid.NewString())
		api.Post(t, ingestPath, request).OK(t)
		requests = append(requests, request)
	}
	return requests
}

// answers is all that a record says, as its API tells it, by path.
func answers(t *testing.T, api *client.API, requests []*gatewayv1.IngestDocumentRequest) map[string]string {
	t.Helper()
	paths := []string{"/v1/statements:search?query=goods&page_size=100"}
	for _, collection := range []string{"documents", "entities", "statements", "metrics", "figures"} {
		paths = append(paths, "/v1/"+collection+"?show_deleted=true&page_size=500")
	}
	for _, request := range requests {
		name := "/v1/" + request.GetDocument().GetName()
		paths = append(paths, name+":read", name+"/versions", name+"/versions/1")
		for _, statement := range request.GetStatements() {
			paths = append(paths, "/v1/"+statement.GetName()+"/revisions")
		}
	}
	all := map[string]string{}
	for _, path := range paths {
		all[path] = string(api.Get(t, path).OK(t).Body)
	}
	return all
}

// retried sends a request again that is on record: the answer is the first one,
// and nothing new is on record.
func retried(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) {
	t.Helper()
	answer := api.Post(t, ingestPath, request).OK(t)
	must.Equal(t, answer.Code, http.StatusOK)
}

// absent fails the test unless a record is not there.
func absent(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) {
	t.Helper()
	missing := client.Want{HTTP: http.StatusNotFound, Status: "NOT_FOUND"}
	api.Get(t, "/v1/"+request.GetDocument().GetName()).Refused(t, missing)
	for _, f := range request.GetFigures() {
		api.Get(t, "/v1/"+f.GetName()).Refused(t, missing)
	}
}
