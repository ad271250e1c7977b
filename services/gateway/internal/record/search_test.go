package record_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// hit is a fact that a search finds.
type hit struct {
	name      string
	relevance int32
	created   int64
}

// searched is a service that finds the same for any query, in the order of its list.
type searched struct {
	hits  []hit
	err   error
	calls int
	// answered is how many results its last answer had, readAt the time it was asked for.
	answered int
	readAt   time.Time
}

// page is a page of the hits; the token of a hit is how many come before the next.
func (s *searched) page(size int32, token string, at *timestamppb.Timestamp) (page []hit, first int, next string, err error) {
	s.calls++
	s.readAt = at.AsTime()
	if s.err != nil {
		return nil, 0, "", s.err
	}
	if token != "" {
		if first, err = strconv.Atoi(token); err != nil {
			return nil, 0, "", err
		}
	}
	end := min(first+int(size), len(s.hits))
	if end < len(s.hits) {
		next = strconv.Itoa(end)
	}
	s.answered = end - first
	return s.hits[first:end], first, next, nil
}

type searchedStatements struct {
	statementsv1.UnimplementedStatementServiceServer
	statementsv1.UnimplementedCorrectionServiceServer
	searched
}

func (s *searchedStatements) SearchStatements(_ context.Context, r *statementsv1.SearchStatementsRequest) (*statementsv1.SearchStatementsResponse, error) {
	page, first, next, err := s.page(r.GetPageSize(), r.GetPageToken(), r.GetReadTime())
	answer := &statementsv1.SearchStatementsResponse{NextPageToken: next}
	for i, hit := range page {
		answer.Results = append(answer.Results, &statementsv1.SearchStatementsResponse_Result{
			Statement: &statementsv1.Statement{Name: hit.name, CreateTime: timestamppb.New(time.UnixMicro(hit.created))},
			Relevance: hit.relevance, PageToken: strconv.Itoa(first + i + 1),
		})
	}
	return answer, err
}

type searchedFigures struct {
	metricsv1.UnimplementedFigureServiceServer
	metricsv1.UnimplementedCorrectionServiceServer
	searched
}

func (s *searchedFigures) SearchFigures(_ context.Context, r *metricsv1.SearchFiguresRequest) (*metricsv1.SearchFiguresResponse, error) {
	page, first, next, err := s.page(r.GetPageSize(), r.GetPageToken(), r.GetReadTime())
	answer := &metricsv1.SearchFiguresResponse{NextPageToken: next}
	for i, hit := range page {
		answer.Results = append(answer.Results, &metricsv1.SearchFiguresResponse_Result{
			Figure:    &metricsv1.Figure{Name: hit.name, CreateTime: timestamppb.New(time.UnixMicro(hit.created))},
			Relevance: hit.relevance, PageToken: strconv.Itoa(first + i + 1),
		})
	}
	return answer, err
}

// searchWorld is RecordService over both.
type searchWorld struct {
	statements searchedStatements
	figures    searchedFigures
	client     gatewayv1.RecordServiceClient
}

func newSearchWorld(t *testing.T) *searchWorld {
	t.Helper()
	w := &searchWorld{}
	at := func(settled time.Time) rpcserver.Options {
		return rpcserver.Options{Settled: func(string) time.Time { return settled }}
	}
	statementsConn := rpctest.Conn(t, at(statementsSettled), func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterStatementServiceServer(r, &w.statements)
		statementsv1.RegisterCorrectionServiceServer(r, &w.statements)
	})
	metricsConn := rpctest.Conn(t, at(metricsSettled), func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterFigureServiceServer(r, &w.figures)
		metricsv1.RegisterCorrectionServiceServer(r, &w.figures)
	})
	w.client = gatewayv1.NewRecordServiceClient(rpctest.Conn(t, at(time.Time{}), func(r grpc.ServiceRegistrar) {
		gatewayv1.RegisterRecordServiceServer(r, record.New(outage.Wrap("statements", statementsConn), outage.Wrap("metrics", metricsConn)))
	}))
	return w
}

// compareHits is the order that a search promises.
func compareHits(a, b hit, orderBy string) int {
	byAge := cmp.Compare(b.created, a.created)
	isFigure := func(h hit) int { return strings.Count(h.name, "figures/") }
	rest := cmp.Or(cmp.Compare(isFigure(a), isFigure(b)), strings.Compare(a.name, b.name))
	switch orderBy {
	case "create_time desc":
		return cmp.Or(byAge, rest)
	case "create_time":
		return cmp.Or(-byAge, rest)
	default:
		return cmp.Or(cmp.Compare(b.relevance, a.relevance), byAge, rest)
	}
}

// names are those of results; each service is asked once for them at most.
func (w *searchWorld) names(ctx context.Context, t must.TB, req *gatewayv1.SearchFactsRequest) (names []string, next string) {
	t.Helper()
	for _, service := range []*searched{&w.statements.searched, &w.figures.searched} {
		service.calls, service.answered = 0, 0
	}
	answer, err := w.client.SearchFacts(ctx, req)
	must.OK(t, err)
	for _, result := range answer.GetResults() {
		names = append(names, result.GetStatement().GetName()+result.GetFigure().GetName())
	}
	must.True(t, w.statements.calls <= 1 && w.figures.calls <= 1)
	return names, answer.GetNextPageToken()
}

// TestJSearchFactsIsOneOrder: the pages of both services merged are what all that both find is, sorted, whatever the sizes of
// the pages; for a page at most one of each service is read, of its size, all at one time.
func TestJSearchFactsIsOneOrder(t *testing.T) {
	w := newSearchWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		orderBy := rapid.SampledFrom([]string{"", "relevance", "create_time desc", "create_time"}).Draw(rt, "order")
		hits := func(collection string) (hits []hit) {
			for i := range rapid.IntRange(0, 25).Draw(rt, collection) {
				hits = append(hits, hit{
					fmt.Sprintf("%s/x%d", collection, i), int32(rapid.IntRange(1, 4).Draw(rt, "relevance")), int64(rapid.IntRange(1, 4).Draw(rt, "created")), //nolint:gosec // it fits
				})
			}
			slices.SortFunc(hits, func(a, b hit) int { return compareHits(a, b, orderBy) })
			return hits
		}
		w.statements.hits, w.figures.hits = hits("statements"), hits("figures")
		all := slices.Concat(w.statements.hits, w.figures.hits)
		slices.SortFunc(all, func(a, b hit) int { return compareHits(a, b, orderBy) })
		want := []string{}
		for _, hit := range all {
			want = append(want, hit.name)
		}
		got := []string{}
		req := &gatewayv1.SearchFactsRequest{Query: "x", OrderBy: orderBy}
		for more := true; more; more = req.GetPageToken() != "" {
			req.PageSize = int32(rapid.IntRange(1, 12).Draw(rt, "page size")) //nolint:gosec // it fits
			var names []string
			names, req.PageToken = w.names(t.Context(), rt, req)
			must.True(rt, len(names) == int(req.GetPageSize()) || req.GetPageToken() == "")
			must.True(rt, w.statements.answered <= int(req.GetPageSize()) && w.figures.answered <= int(req.GetPageSize()))
			got = append(got, names...)
			for _, service := range []*searched{&w.statements.searched, &w.figures.searched} {
				must.True(rt, service.calls == 0 || service.readAt.Equal(metricsSettled))
			}
		}
		must.Equal(rt, got, want)
	})
}

// TestJ8SearchFactsWithoutAService: what one service finds is answered, the other is named, and stays left out on later pages.
func TestJ8SearchFactsWithoutAService(t *testing.T) {
	w := newSearchWorld(t)
	w.statements.hits = []hit{{"statements/a", 2, 1}, {"statements/b", 1, 1}}
	w.figures.hits = []hit{{"figures/a", 3, 1}}
	w.figures.err = errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "down")
	ask := &gatewayv1.SearchFactsRequest{Query: "x", PageSize: 1}
	first := must.Get(w.client.SearchFacts(t.Context(), ask))(t)
	must.Equal(t, first.GetResults()[0].GetStatement().GetName(), "statements/a")
	must.Equal(t, len(first.GetUnavailable()), 1)
	must.Equal(t, first.GetUnavailable()[0].GetService(), "metrics")
	w.figures.err = nil
	second := must.Get(w.client.SearchFacts(t.Context(), &gatewayv1.SearchFactsRequest{Query: "x", PageSize: 1, PageToken: first.GetNextPageToken()}))(t)
	must.Equal(t, second.GetResults()[0].GetStatement().GetName(), "statements/b")
	must.Equal(t, second.GetNextPageToken(), "")
	must.Equal(t, second.GetUnavailable()[0].GetService(), "metrics")

	w.figures.err = errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "down")
	_, err := w.client.SearchFacts(t.Context(), &gatewayv1.SearchFactsRequest{Query: "x", Require: "all"})
	statustest.Check(t, err, codes.Unavailable, "SERVICE_UNAVAILABLE", "")
}

func TestSearchFactsRefusals(t *testing.T) {
	w := newSearchWorld(t)
	w.statements.hits = []hit{{"statements/a", 2, 1}, {"statements/b", 1, 1}}
	_, err := w.client.SearchFacts(t.Context(), &gatewayv1.SearchFactsRequest{Query: "x", OrderBy: "name"})
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_ORDER_FIELD", "order_by")
	_, next := w.names(t.Context(), t, &gatewayv1.SearchFactsRequest{Query: "x", PageSize: 1})
	_, err = w.client.SearchFacts(t.Context(), &gatewayv1.SearchFactsRequest{Query: "y", PageSize: 1, PageToken: next})
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	w.figures.err = errs.Invalid("query", "EMPTY_QUERY", "the query has no word")
	_, err = w.client.SearchFacts(t.Context(), &gatewayv1.SearchFactsRequest{Query: "..."})
	statustest.Check(t, err, codes.InvalidArgument, "EMPTY_QUERY", "query")
}
