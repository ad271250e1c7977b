package record

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// maxFacts is how many facts one version may have to be read whole.
	maxFacts = 5000
	// pageSize is the size of the pages in which facts are fetched.
	pageSize = 1000
)

// ReadDocument implements RecordService. Without the statements service there is no text, so
// it is needed; without the metrics service the figures are missing.
func (s *Service) ReadDocument(ctx context.Context, req *gatewayv1.ReadDocumentRequest) (*gatewayv1.ReadDocumentResponse, error) {
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	j, err := s.join(ctx, terms{
		readTime: req.GetReadTime(), require: req.GetRequire(), needed: statementsService, probe: s.documentProbes(req.GetName()),
	})
	if err != nil {
		return nil, err
	}
	answer := &gatewayv1.ReadDocumentResponse{}
	if err := s.readVersion(ctx, req, j.at, answer); err != nil {
		return nil, err
	}
	statements, figures, err := s.readFacts(ctx, j, answer.GetDocumentVersion().GetName(), req.GetShowDeprecated())
	if err != nil {
		return nil, err
	}
	answer.Facts = inTextOrder(answer.GetDocumentVersion().GetName(), statements, standing(figures, answer.GetDocumentVersion().GetTextSha256()))
	named := mentioned(answer.GetFacts())
	found, err := s.readReferences(ctx, j, named.entities.names, named.metrics.names)
	if err != nil {
		return nil, err
	}
	answer.Entities, answer.Metrics = found.known()
	answer.Labels = labelled(req.GetLanguageCode(), answer.GetEntities(), answer.GetMetrics())
	if answer.Corrections, err = s.readCorrections(ctx, j, answer); err != nil {
		return nil, err
	}
	answer.Unavailable, err = j.unavailable(ctx)
	return answer, err
}

// documentProbes tell how far both services are settled by the cheapest calls that they have.
func (s *Service) documentProbes(document string) probes {
	return probes{statements: func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: document, ShowDeleted: true}, header)
		return err
	}, metrics: func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.metrics.ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: 1}, header)
		return err
	}}
}

// settled is how far both services are settled: the earlier of both.
func (s *Service) settled(ctx context.Context, document string) (time.Time, error) {
	j := &joined{terms: terms{require: requireAll}, lacks: outages{}, faults: map[string]error{}}
	return j.settle(ctx, s.documentProbes(document))
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

// readFacts reads the facts of a version from both services at the same time; no figures, if
// the metrics service does not answer. Statements of rank DEPRECATED are among them if
// deprecated is set.
func (s *Service) readFacts(
	ctx context.Context, j *joined, version string, deprecated bool,
) (statements []*statementsv1.Statement, figures []*metricsv1.Figure, err error) {
	filter := "document_version = " + strconv.Quote(version)
	statements, figures, err = both(ctx, j, func(ctx context.Context) ([]*statementsv1.Statement, error) {
		return s.statementsOn(ctx, j.at, version, deprecated)
	}, func(ctx context.Context) ([]*metricsv1.Figure, error) {
		return s.figuresOf(ctx, j.at, filter)
	})
	if err == nil && len(statements)+len(figures) > maxFacts {
		err = tooManyFacts()
	}
	return statements, figures, err
}

// statementsOn reads all statements that stand on a document version.
func (s *Service) statementsOn(ctx context.Context, at *timestamppb.Timestamp, version string, deprecated bool) ([]*statementsv1.Statement, error) {
	return pages(func(token string) ([]*statementsv1.Statement, string, error) {
		answer, err := s.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
			Filter: "document_version = " + strconv.Quote(version), OrderBy: "name", PageSize: pageSize, PageToken: token, ReadTime: at,
			ShowDeprecated: deprecated,
		})
		return answer.GetStatements(), answer.GetNextPageToken(), err
	})
}

// figuresOf reads all figures that match a filter.
func (s *Service) figuresOf(ctx context.Context, at *timestamppb.Timestamp, filter string) ([]*metricsv1.Figure, error) {
	return pages(func(token string) ([]*metricsv1.Figure, string, error) {
		answer, err := s.figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{
			Filter: filter, OrderBy: "name", PageSize: pageSize, PageToken: token, ReadTime: at,
		})
		return answer.GetFigures(), answer.GetNextPageToken(), err
	})
}

// pages reads a list to its end, or until it is too long to be answered: what was read is
// then returned beside the error.
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
			return all[:maxFacts+1], tooManyFacts()
		}
		if next == "" {
			return all, nil
		}
		token = next
	}
}

// tooMany is the reason why more facts than can be answered are not.
const tooMany = "TOO_MANY_FACTS"

func tooManyFacts() error {
	return errs.New(errs.FailedPrecondition, tooMany,
		"the version has more than %d facts: list its statements and figures by pages instead", maxFacts)
}
