package record

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// Service implements RecordService.
type Service struct {
	gatewayv1.UnimplementedRecordServiceServer

	documents             statementsv1.DocumentServiceClient
	entities              statementsv1.EntityServiceClient
	statements            statementsv1.StatementServiceClient
	statementStaging      statementsv1.StagingServiceClient
	statementVerification statementsv1.VerificationServiceClient
	metrics               metricsv1.MetricServiceClient
	figures               metricsv1.FigureServiceClient
	figureStaging         metricsv1.StagingServiceClient
	figureVerification    metricsv1.VerificationServiceClient
	statementCorrections  statementsv1.CorrectionServiceClient
	statementReviews      statementsv1.ReviewServiceClient
	figureCorrections     metricsv1.CorrectionServiceClient

	publicURL func() string
}

// New returns the service over connections to the two services.
func New(statements, metrics grpc.ClientConnInterface) *Service {
	return &Service{
		documents:             statementsv1.NewDocumentServiceClient(statements),
		entities:              statementsv1.NewEntityServiceClient(statements),
		statements:            statementsv1.NewStatementServiceClient(statements),
		statementStaging:      statementsv1.NewStagingServiceClient(statements),
		statementVerification: statementsv1.NewVerificationServiceClient(statements),
		metrics:               metricsv1.NewMetricServiceClient(metrics),
		figures:               metricsv1.NewFigureServiceClient(metrics),
		figureStaging:         metricsv1.NewStagingServiceClient(metrics),
		figureVerification:    metricsv1.NewVerificationServiceClient(metrics),
		statementCorrections:  statementsv1.NewCorrectionServiceClient(statements),
		statementReviews:      statementsv1.NewReviewServiceClient(statements),
		figureCorrections:     metricsv1.NewCorrectionServiceClient(metrics),
	}
}

// The names by which errors speak of the two services.
const (
	statementsService = "statements"
	metricsService    = "metrics"
)

// settledOf reads the settled time from the header of an answer. A service that
// sends none cannot be joined: no common time can be named.
func settledOf(service string, header metadata.MD) (time.Time, error) {
	values := header.Get(rpcserver.SettledKey)
	if len(values) != 1 {
		return time.Time{}, errs.New(errs.Internal, "", "the %s service sent %d settled times", service, len(values))
	}
	settled, err := time.Parse(rpcserver.SettledLayout, values[0])
	if err != nil {
		return time.Time{}, errs.New(errs.Internal, "", "the %s service sent an unreadable settled time", service).Wrap(err)
	}
	return settled.UTC(), nil
}

// sideBySide runs both at the same time and returns the first error in order, so
// that one state of the world gives one answer. When one fails the other is
// given up.
func sideBySide(ctx context.Context, a, b func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		err := b(ctx)
		if err != nil {
			cancel()
		}
		done <- err
	}()
	first := a(ctx)
	if first != nil {
		cancel()
	}
	second := <-done
	if first == nil || (second != nil && errs.Is(first, errs.Canceled)) {
		return second
	}
	return first
}
