package record

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

const (
	// maxFacts is how many facts one version may have to be read whole.
	maxFacts = 5000
	// pageSize is the size of the pages in which facts are fetched.
	pageSize = 1000
)

// ReadDocument implements RecordService.
func (s *Service) ReadDocument(ctx context.Context, req *gatewayv1.ReadDocumentRequest) (*gatewayv1.ReadDocumentResponse, error) {
	settled, err := s.settled(ctx, req.GetName())
	if err != nil {
		return nil, err
	}
	rpcserver.SetSettled(ctx, settled)
	at, err := readTime(req.GetReadTime(), settled)
	if err != nil {
		return nil, err
	}
	answer := &gatewayv1.ReadDocumentResponse{}
	if err := s.readVersion(ctx, req, at, answer); err != nil {
		return nil, err
	}
	statements, figures, err := s.readFacts(ctx, answer.GetDocumentVersion().GetName(), at, req.GetShowDeprecated())
	if err != nil {
		return nil, err
	}
	answer.Facts = inTextOrder(answer.GetDocumentVersion().GetName(), statements, standing(figures, answer.GetDocumentVersion().GetTextSha256()))
	return answer, s.readReferences(ctx, answer, at)
}

// settled asks both services how far they are settled and returns the earlier
// time. The two calls are the cheapest that both services have; what they
// answer is not used, only their headers, which errors have too.
func (s *Service) settled(ctx context.Context, document string) (time.Time, error) {
	return settledBy(ctx, func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: document, ShowDeleted: true}, header)
		return err
	}, func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.metrics.ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: 1}, header)
		return err
	})
}

// settledBy is settled by any call of each service.
func settledBy(ctx context.Context, statements, metrics func(context.Context, grpc.CallOption) error) (time.Time, error) {
	var times [2]time.Time
	ask := func(i int, service string, call func(context.Context, grpc.CallOption) error) func(context.Context) error {
		return func(ctx context.Context) error {
			var header metadata.MD
			err := call(ctx, grpc.Header(&header))
			if err != nil && len(header.Get(rpcserver.SettledKey)) == 0 {
				return err
			}
			times[i], err = settledOf(service, header)
			return err
		}
	}
	if err := together(ctx, ask(0, statementsService, statements), ask(1, metricsService, metrics)); err != nil {
		return time.Time{}, err
	}
	if times[1].Before(times[0]) {
		return times[1], nil
	}
	return times[0], nil
}

// readVersion reads the document and the version that is asked for. A version
// is on record only from the commit point of its ingest on, so the facts of an
// unfinished one are never shown.
func (s *Service) readVersion(ctx context.Context, req *gatewayv1.ReadDocumentRequest, at *timestamppb.Timestamp, answer *gatewayv1.ReadDocumentResponse) error {
	var err error
	answer.Document, err = s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: req.GetName(), ReadTime: at})
	if err != nil {
		return err
	}
	name := answer.GetDocument().GetLatestVersion()
	if req.GetVersion() != "" {
		name = req.GetName() + "/versions/" + req.GetVersion()
	}
	if name == "" {
		return errs.New(errs.NotFound, "VERSION_NOT_FOUND", "%s has no version", req.GetName()).About("onrecord.dev/Document", req.GetName())
	}
	answer.DocumentVersion, err = s.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: name, ReadTime: at})
	return err
}

// readFacts reads the facts of a version from both services at the same time.
// Statements of rank DEPRECATED are among them if deprecated is set.
func (s *Service) readFacts(
	ctx context.Context, version string, at *timestamppb.Timestamp, deprecated bool,
) ([]*statementsv1.Statement, []*metricsv1.Figure, error) {
	filter := "document_version = " + strconv.Quote(version)
	var statements []*statementsv1.Statement
	var figures []*metricsv1.Figure
	err := together(ctx, func(ctx context.Context) (err error) {
		statements, err = pages(func(token string) ([]*statementsv1.Statement, string, error) {
			answer, err := s.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
				Filter: filter, OrderBy: "name", PageSize: pageSize, PageToken: token, ReadTime: at, ShowDeprecated: deprecated,
			})
			return answer.GetStatements(), answer.GetNextPageToken(), err
		})
		return err
	}, func(ctx context.Context) (err error) {
		figures, err = pages(func(token string) ([]*metricsv1.Figure, string, error) {
			answer, err := s.figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{
				Filter: filter, OrderBy: "name", PageSize: pageSize, PageToken: token, ReadTime: at,
			})
			return answer.GetFigures(), answer.GetNextPageToken(), err
		})
		return err
	})
	if err == nil && len(statements)+len(figures) > maxFacts {
		err = tooManyFacts()
	}
	return statements, figures, err
}

// pages reads a list to its end, or until it is too long to be answered.
func pages[T any](page func(token string) ([]T, string, error)) ([]T, error) {
	var all []T
	token := ""
	for {
		items, next, err := page(token)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if len(all) > maxFacts {
			return nil, tooManyFacts()
		}
		if next == "" {
			return all, nil
		}
		token = next
	}
}

func tooManyFacts() error {
	return errs.New(errs.FailedPrecondition, "TOO_MANY_FACTS",
		"the version has more than %d facts: list its statements and figures by pages instead", maxFacts)
}
