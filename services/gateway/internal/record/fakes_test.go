package record_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mode is how a step of an ingest goes wrong.
type mode string

const (
	lost    mode = "lost"    // unavailable, and nothing happened
	late    mode = "late"    // unavailable, after it happened
	refused mode = "refused" // a definite refusal
	wrong   mode = "wrong"   // a definite refusal, after it happened
)

var errRefused = errs.ToStatus(errs.New(errs.FailedPrecondition, "REFUSED", "no")).Err()

// faults says which step goes wrong how, once.
type faults struct {
	mu    sync.Mutex
	steps map[string]mode
	log   []string
}

// run does a step, or what its fault says.
func (f *faults) run(step string, do func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, step)
	fault := f.steps[step]
	delete(f.steps, step)
	switch fault {
	case lost:
		return errs.New(errs.Unavailable, "", "gone")
	case refused:
		return errRefused
	case late, wrong:
		if err := do(); err != nil {
			return err
		}
		if fault == wrong {
			return errRefused
		}
		return errs.New(errs.Unavailable, "", "gone")
	}
	return do()
}

// stage is what was staged under one request id.
type stage[T any] struct {
	request   T
	published bool
}

// statements is a statements service in memory, as far as an ingest needs it.
type statements struct {
	statementsv1.UnimplementedStagingServiceServer
	statementsv1.UnimplementedDocumentServiceServer
	statementsv1.UnimplementedStatementServiceServer
	statementsv1.UnimplementedEntityServiceServer
	statementsv1.UnimplementedVerificationServiceServer

	faults  *faults
	stages  map[string]*stage[*statementsv1.StageDocumentRequest]
	version string
	// overtaken is the version when it is staged, if another came in since the
	// check.
	overtaken string
	// refuse is what StageDocument answers, if it is set.
	refuse error
	// answers are what reads answer.
	document *statementsv1.Document
	text     *statementsv1.DocumentVersion
	list     []*statementsv1.Statement
	readAt   []time.Time
	filters  []string
	// deprecated is whether the last list was asked for what is deprecated too.
	deprecated bool
	// verified is what it is asked to verify, verdict what it answers.
	verified *statementsv1.VerifyStatementsRequest
	// gone is an entity that is not on record.
	gone    string
	verdict *statementsv1.VerifyStatementsResponse
}

func (s *statements) StageDocument(_ context.Context, r *statementsv1.StageDocumentRequest) (*statementsv1.StageDocumentResponse, error) {
	step := "stage statements"
	if r.GetValidateOnly() {
		step = "check"
	}
	answer := &statementsv1.StageDocumentResponse{DocumentVersion: &statementsv1.DocumentVersion{Name: s.version}}
	err := s.faults.run(step, func() error {
		if s.refuse != nil {
			return s.refuse
		}
		if staged := s.stages[r.GetRequestId()]; staged != nil {
			answer.Published = staged.published
		} else if !r.GetValidateOnly() {
			s.stages[r.GetRequestId()] = &stage[*statementsv1.StageDocumentRequest]{request: r}
		}
		if !r.GetValidateOnly() && s.overtaken != "" {
			answer.DocumentVersion.Name = s.overtaken
		}
		return nil
	})
	return answer, err
}

func (s *statements) PublishDocument(_ context.Context, r *statementsv1.PublishDocumentRequest) (*statementsv1.PublishDocumentResponse, error) {
	answer := &statementsv1.PublishDocumentResponse{}
	err := s.faults.run("publish statements", func() error {
		staged := s.stages[r.GetRequestId()]
		if staged == nil {
			return errs.New(errs.FailedPrecondition, "NOT_STAGED", "nothing is staged")
		}
		staged.published = true
		answer.Document, answer.DocumentVersion = staged.request.GetDocument(), &statementsv1.DocumentVersion{Name: s.version}
		answer.Statements, answer.Entities = staged.request.GetStatements(), staged.request.GetEntities()
		answer.RecordTime = timestamppb.New(time.Unix(1, 0))
		return nil
	})
	return answer, err
}

func (s *statements) DiscardDocument(_ context.Context, r *statementsv1.DiscardDocumentRequest) (*statementsv1.DiscardDocumentResponse, error) {
	return &statementsv1.DiscardDocumentResponse{}, s.faults.run("discard statements", func() error {
		delete(s.stages, r.GetRequestId())
		return nil
	})
}

func (s *statements) GetDocument(_ context.Context, r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	if s.document == nil {
		return nil, errs.New(errs.NotFound, "", "no %s", r.GetName())
	}
	return s.document, nil
}

func (s *statements) GetDocumentVersion(_ context.Context, r *statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
	if s.text.GetName() != r.GetName() {
		return nil, errs.New(errs.NotFound, "", "no %s", r.GetName())
	}
	return s.text, nil
}

func (s *statements) ListStatements(_ context.Context, r *statementsv1.ListStatementsRequest) (*statementsv1.ListStatementsResponse, error) {
	s.readAt = append(s.readAt, r.GetReadTime().AsTime())
	s.filters = append(s.filters, r.GetFilter())
	s.deprecated = r.GetShowDeprecated()
	page, next := pageOf(s.list, r.GetPageSize(), r.GetPageToken())
	return &statementsv1.ListStatementsResponse{Statements: page, NextPageToken: next}, nil
}

func (s *statements) GetEntity(_ context.Context, r *statementsv1.GetEntityRequest) (*statementsv1.Entity, error) {
	if r.GetName() == s.gone {
		return nil, errs.New(errs.NotFound, "", "no %s", r.GetName())
	}
	return &statementsv1.Entity{Name: r.GetName()}, nil
}

// metrics is a metrics service in memory, as far as an ingest needs it.
type metrics struct {
	metricsv1.UnimplementedStagingServiceServer
	metricsv1.UnimplementedFigureServiceServer
	metricsv1.UnimplementedMetricServiceServer
	metricsv1.UnimplementedVerificationServiceServer

	faults *faults
	stages map[string]*stage[*metricsv1.StageFiguresRequest]
	// tried are requests to stage that write nothing.
	tried  []*metricsv1.StageFiguresRequest
	refuse error
	list   []*metricsv1.Figure
	readAt []time.Time
	// embargoed are the ends that figures were given.
	embargoed []time.Time
	// verified is what it is asked to verify, verdict what it answers.
	verified *metricsv1.VerifyFiguresRequest
	verdict  *metricsv1.VerifyFiguresResponse
}

func (m *metrics) StageFigures(_ context.Context, r *metricsv1.StageFiguresRequest) (*metricsv1.StageFiguresResponse, error) {
	if r.GetValidateOnly() {
		m.tried = append(m.tried, r)
	}
	answer := &metricsv1.StageFiguresResponse{}
	err := m.faults.run("stage metrics", func() error {
		if m.refuse != nil {
			return m.refuse
		}
		if staged := m.stages[r.GetRequestId()]; staged != nil {
			answer.Published = staged.published
		} else if !r.GetValidateOnly() {
			m.stages[r.GetRequestId()] = &stage[*metricsv1.StageFiguresRequest]{request: r}
		}
		return nil
	})
	return answer, err
}

func (m *metrics) PublishFigures(_ context.Context, r *metricsv1.PublishFiguresRequest) (*metricsv1.PublishFiguresResponse, error) {
	answer := &metricsv1.PublishFiguresResponse{}
	err := m.faults.run("publish metrics", func() error {
		staged := m.stages[r.GetRequestId()]
		if staged == nil {
			return errs.New(errs.FailedPrecondition, "NOT_STAGED", "nothing is staged")
		}
		staged.published = true
		answer.Figures, answer.Metrics = staged.request.GetFigures(), staged.request.GetMetrics()
		return nil
	})
	return answer, err
}

func (m *metrics) DiscardFigures(_ context.Context, r *metricsv1.DiscardFiguresRequest) (*metricsv1.DiscardFiguresResponse, error) {
	return &metricsv1.DiscardFiguresResponse{}, m.faults.run("discard metrics", func() error {
		switch staged := m.stages[r.GetRequestId()]; {
		case staged == nil:
			return errs.New(errs.FailedPrecondition, "NOT_STAGED", "nothing is staged")
		case staged.published:
			return errs.New(errs.FailedPrecondition, "STAGE_PUBLISHED", "it is published")
		}
		delete(m.stages, r.GetRequestId())
		return nil
	})
}

func (m *metrics) EmbargoFigures(_ context.Context, r *metricsv1.EmbargoFiguresRequest) (*metricsv1.EmbargoFiguresResponse, error) {
	m.embargoed = append(m.embargoed, r.GetEmbargoEndTime().AsTime())
	return &metricsv1.EmbargoFiguresResponse{}, nil
}

func (m *metrics) ListMetrics(context.Context, *metricsv1.ListMetricsRequest) (*metricsv1.ListMetricsResponse, error) {
	return &metricsv1.ListMetricsResponse{}, nil
}

func (m *metrics) ListFigures(_ context.Context, r *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	m.readAt = append(m.readAt, r.GetReadTime().AsTime())
	page, next := pageOf(m.list, r.GetPageSize(), r.GetPageToken())
	return &metricsv1.ListFiguresResponse{Figures: page, NextPageToken: next}, nil
}

func (m *metrics) GetMetric(_ context.Context, r *metricsv1.GetMetricRequest) (*metricsv1.Metric, error) {
	return &metricsv1.Metric{Name: r.GetName()}, nil
}

// pageOf cuts a page; the token is where it starts.
func pageOf[T any](all []T, size int32, token string) ([]T, string) {
	start := 0
	if token != "" {
		_, _ = fmt.Sscan(token, &start)
	}
	end := min(start+int(size), len(all))
	if end == len(all) {
		return all[start:end], ""
	}
	return all[start:end], fmt.Sprint(end)
}

// The settled times of the two services: the metrics service is behind.
var (
	statementsSettled = time.Date(2026, 1, 2, 0, 0, 9, 0, time.UTC)
	metricsSettled    = time.Date(2026, 1, 2, 0, 0, 5, 0, time.UTC)
)

// world is RecordService over both.
type world struct {
	faults     faults
	statements statements
	metrics    metrics
	// saidSince and measuredSince are the corrections of both services.
	saidSince     correctedStatements
	measuredSince correctedFigures

	service *record.Service
	client  gatewayv1.RecordServiceClient
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.statements = statements{faults: &w.faults, stages: map[string]*stage[*statementsv1.StageDocumentRequest]{}, version: "documents/a/versions/1"}
	w.metrics = metrics{faults: &w.faults, stages: map[string]*stage[*metricsv1.StageFiguresRequest]{}}
	w.saidSince.readAt, w.measuredSince.readAt = map[time.Time]bool{}, map[time.Time]bool{}
	at := func(settled time.Time) rpcserver.Options {
		return rpcserver.Options{Settled: func(string) time.Time { return settled }}
	}
	statementsConn := rpctest.ConnOnce(t, at(statementsSettled), func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterStagingServiceServer(r, &w.statements)
		statementsv1.RegisterDocumentServiceServer(r, &w.statements)
		statementsv1.RegisterStatementServiceServer(r, &w.statements)
		statementsv1.RegisterEntityServiceServer(r, &w.statements)
		statementsv1.RegisterVerificationServiceServer(r, &w.statements)
		statementsv1.RegisterCorrectionServiceServer(r, &w.saidSince)
	})
	metricsConn := rpctest.ConnOnce(t, at(metricsSettled), func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterStagingServiceServer(r, &w.metrics)
		metricsv1.RegisterFigureServiceServer(r, &w.metrics)
		metricsv1.RegisterMetricServiceServer(r, &w.metrics)
		metricsv1.RegisterVerificationServiceServer(r, &w.metrics)
		metricsv1.RegisterCorrectionServiceServer(r, &w.measuredSince)
	})
	conn := rpctest.ConnOnce(t, at(time.Time{}), func(r grpc.ServiceRegistrar) {
		w.service = record.New(outage.Wrap("statements", statementsConn), outage.Wrap("metrics", metricsConn))
		gatewayv1.RegisterRecordServiceServer(r, w.service)
	})
	w.client = gatewayv1.NewRecordServiceClient(conn)
	return w
}

// FindStagedDocuments implements StagingService.
func (s *statements) FindStagedDocuments(
	context.Context, *statementsv1.FindStagedDocumentsRequest,
) (*statementsv1.FindStagedDocumentsResponse, error) {
	answer := &statementsv1.FindStagedDocumentsResponse{}
	for id, stage := range s.stages {
		if !stage.published {
			answer.RequestIds = append(answer.RequestIds, id)
		}
	}
	return answer, nil
}

// FindPublishedFigures implements StagingService.
func (m *metrics) FindPublishedFigures(
	_ context.Context, req *metricsv1.FindPublishedFiguresRequest,
) (*metricsv1.FindPublishedFiguresResponse, error) {
	answer := &metricsv1.FindPublishedFiguresResponse{}
	for _, id := range req.GetRequestIds() {
		if stage := m.stages[id]; stage != nil && stage.published {
			answer.RequestIds = append(answer.RequestIds, id)
		}
	}
	return answer, nil
}
