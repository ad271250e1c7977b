package resilience_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

const ingestPath = "/v1/documents:ingest"

// outcome is how a request ended.
type outcome struct {
	answer client.Answer
	err    error
}

// start sends an ingest and answers where its outcome will be.
func start(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) <-chan outcome {
	t.Helper()
	done := make(chan outcome, 1)
	go func() {
		answer, err := api.Try(t.Context(), client.Request{Method: http.MethodPost, Path: ingestPath, Body: request})
		done <- outcome{answer, err}
	}()
	return done
}

// finishTimeout bounds how long the gateway may take to finish what was cut off.
const finishTimeout = 30 * time.Second

// acknowledged says whether the client knows that its record is on record.
func (o outcome) acknowledged() bool { return o.err == nil && o.answer.Code == http.StatusOK }

// whole fails the test unless exactly one set of a record's facts is on record
// and the joined view shows all of it.
func whole(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) *gatewayv1.ReadDocumentResponse {
	t.Helper()
	name := request.GetDocument().GetName()
	read := client.Read(t, api, "/v1/"+name+":read", &gatewayv1.ReadDocumentResponse{})
	statements, figures := map[string]bool{}, map[string]bool{}
	for _, fact := range read.GetFacts() {
		if s := fact.GetStatement(); s != nil {
			statements[s.GetName()] = true
			must.Equal(t, s.GetDocumentVersion(), name+"/versions/1")
		} else {
			figures[fact.GetFigure().GetName()] = true
			must.Equal(t, fact.GetFigure().GetDocumentVersion(), name+"/versions/1")
		}
	}
	must.Equal(t, len(read.GetFacts()), fixture.Facts)
	must.Equal(t, read.GetDocumentVersion().GetText(), fixture.Text)
	for _, s := range request.GetStatements() {
		must.True(t, statements[s.GetName()], "%s is not in the joined view", s.GetName())
	}
	for _, f := range request.GetFigures() {
		must.True(t, figures[f.GetName()], "%s is not in the joined view", f.GetName())
	}
	must.Equal(t, len(read.GetEntities()), len(request.GetEntities()))
	must.Equal(t, len(read.GetMetrics()), len(request.GetMetrics()))

	// Each service by itself has no more than that.
	filter := "?show_deleted=true&filter=" + url.QueryEscape(fmt.Sprintf("document = %q", name))
	must.Equal(t, len(client.Read(t, api, "/v1/statements"+filter, &statementsv1.ListStatementsResponse{}).GetStatements()), len(request.GetStatements()))
	must.Equal(t, len(client.Read(t, api, "/v1/figures"+filter, &metricsv1.ListFiguresResponse{}).GetFigures()), len(request.GetFigures()))
	versions := client.Read(t, api, "/v1/"+name+"/versions", &statementsv1.ListDocumentVersionsResponse{})
	must.Equal(t, len(versions.GetDocumentVersions()), 1)
	return read
}

// comesWhole waits until a record whose figures are published is finished
// without its client, and is whole.
func comesWhole(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), finishTimeout)
	defer cancel()
	for again := time.NewTicker(20 * time.Millisecond); ; {
		if api.Get(t, "/v1/"+request.GetDocument().GetName()).Code == http.StatusOK {
			again.Stop()
			whole(t, api, request)
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("%s was not finished within %v", request.GetDocument().GetName(), finishTimeout)
		}
	}
}

// absent fails the test if anything of a record shows that is not complete: the
// joined view has none of it and neither has the statements service, which
// holds the commit point.
func absent(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) {
	t.Helper()
	missing := client.Want{HTTP: http.StatusNotFound, Status: "NOT_FOUND"}
	name := request.GetDocument().GetName()
	api.Get(t, "/v1/"+name+":read").Refused(t, missing)
	api.Get(t, "/v1/"+name).Refused(t, missing)
	api.Get(t, "/v1/"+name+"/versions/1").Refused(t, missing)
	for _, s := range request.GetStatements() {
		api.Get(t, "/v1/"+s.GetName()).Refused(t, missing)
	}
	for _, e := range request.GetEntities() {
		api.Get(t, "/v1/"+e.GetName()).Refused(t, missing)
	}
	filter := "/v1/statements?show_deleted=true&filter=" + url.QueryEscape(fmt.Sprintf("document = %q", name))
	must.Equal(t, len(client.Read(t, api, filter, &statementsv1.ListStatementsResponse{}).GetStatements()), 0)
}

// figuresOnRecord is how many of a record's figures the metrics service shows;
// it publishes all of them in one transaction.
func figuresOnRecord(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) int {
	t.Helper()
	count := 0
	for _, f := range request.GetFigures() {
		if api.Get(t, "/v1/"+f.GetName()).Code == http.StatusOK {
			count++
		}
	}
	filter := "/v1/figures?filter=" + url.QueryEscape(fmt.Sprintf("document = %q", request.GetDocument().GetName()))
	must.Equal(t, len(client.Read(t, api, filter, &metricsv1.ListFiguresResponse{}).GetFigures()), count)
	for _, m := range request.GetMetrics() {
		must.Equal(t, api.Get(t, "/v1/"+m.GetName()).Code == http.StatusOK, count > 0)
	}
	return count
}

// finish sends a request again, which must succeed, and once more, which must
// answer the same.
func finish(t *testing.T, api *client.API, request *gatewayv1.IngestDocumentRequest) {
	t.Helper()
	first, second := &gatewayv1.IngestDocumentResponse{}, &gatewayv1.IngestDocumentResponse{}
	api.Post(t, ingestPath, request).Into(t, first)
	api.Post(t, ingestPath, request).Into(t, second)
	must.Equal(t, second, first)
	must.Equal(t, len(first.GetStatements()), len(request.GetStatements()))
	must.Equal(t, len(first.GetFigures()), len(request.GetFigures()))
	read := whole(t, api, request)
	must.True(t, proto.Equal(read.GetDocument(), first.GetDocument()), "the answer has another document than the record")
}
