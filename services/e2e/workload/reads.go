package workload

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Page is how many things a listing and a search ask for.
const Page = 20

// Call is one call; n chooses what it asks for, so that calls with different n
// do not all read the same row.
type Call func(ctx context.Context, n int) error

// Operation is something that clients do, over each of the two interfaces.
type Operation struct {
	// Name is what it is called on the command line.
	Name string
	// Title says what it is.
	Title string
	// Facts is how many facts one call puts on record, 0 of a read.
	Facts int
	// Over has the call by interface: "gRPC" and "REST".
	Over map[string]Call
}

// Operations are all operations on a target, reads first. The data set must be
// loaded.
func (t *Target) Operations() []Operation {
	return append(t.reads(), t.writes()...)
}

func (t *Target) reads() []Operation {
	health := grpc_health_v1.NewHealthClient(t.conn)
	return []Operation{
		{
			Name: "empty", Title: "empty call (health)",
			Over: map[string]Call{
				"gRPC": func(ctx context.Context, _ int) error {
					_, err := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
					return err
				},
				"REST": func(ctx context.Context, _ int) error { return t.send(ctx, http.MethodGet, "/healthz", nil) },
			},
		},
		{
			Name: "get", Title: "get a statement by id",
			Over: t.read(
				func(ctx context.Context, n int) error {
					_, err := t.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: statementName(n)})
					return err
				},
				statementName,
			),
		},
		{
			Name: "list", Title: fmt.Sprintf("list a speaker's statements, a page of %d", Page),
			Over: t.read(
				func(ctx context.Context, n int) error {
					answer, err := t.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{Filter: bySpeaker(n), PageSize: Page})
					return full(err, len(answer.GetStatements()), Page)
				},
				func(n int) string {
					return "statements?" + query("filter", bySpeaker(n), "pageSize", strconv.Itoa(Page))
				},
			),
		},
		{
			Name: "search", Title: fmt.Sprintf("search two words, a page of %d", Page),
			Over: t.read(
				func(ctx context.Context, _ int) error {
					answer, err := t.statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{Query: Query(), PageSize: Page})
					return full(err, len(answer.GetResults()), Page)
				},
				func(int) string {
					return "statements:search?" + query("query", Query(), "pageSize", strconv.Itoa(Page))
				},
			),
		},
		{
			Name: "series", Title: fmt.Sprintf("query a series of %d points", Points),
			Over: t.read(
				func(ctx context.Context, n int) error {
					answer, err := t.metrics.QueryMetric(ctx, &metricsv1.QueryMetricRequest{Name: metricName(n), PageSize: Points},
						grpc.MaxCallRecvMsgSize(maxMessage))
					if err != nil || len(answer.GetSeries()) == 0 {
						return full(err, 0, Points)
					}
					return full(nil, len(answer.GetSeries()[0].GetObservations()), Points)
				},
				func(n int) string { return metricName(n) + ":query?" + query("pageSize", strconv.Itoa(Points)) },
			),
		},
	}
}

// read is an operation that is a GET over REST.
func (t *Target) read(overGRPC Call, path func(n int) string) map[string]Call {
	return map[string]Call{
		"gRPC": overGRPC,
		"REST": func(ctx context.Context, n int) error {
			return t.send(ctx, http.MethodGet, "/v1/"+path(n), nil)
		},
	}
}

// full is an error unless an answer has as many things as were asked for: a
// read that finds nothing measures nothing.
func full(err error, got, want int) error {
	if err == nil && got != want {
		return fmt.Errorf("%d in the answer, want %d: is the data set loaded?", got, want)
	}
	return err
}

func statementName(n int) string {
	return fmt.Sprintf("statements/%s-%d", ID("document", n%Documents), n/Documents%Statements)
}

func metricName(n int) string { return "metrics/" + ID("document", n%Documents) }

func bySpeaker(n int) string {
	return `speaker = "entities/` + ID("speaker", n%Speakers) + `"`
}

func query(pairs ...string) string {
	var q []string
	for i := 0; i+1 < len(pairs); i += 2 {
		q = append(q, pairs[i]+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(q, "&")
}
