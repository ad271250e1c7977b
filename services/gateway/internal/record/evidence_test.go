package record_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// gapped is a statements service whose statement has two revisions, of which it answers the second alone.
type gapped struct {
	quoted
	statementsv1.UnimplementedReviewServiceServer
}

func (*gapped) GetStatement(_ context.Context, r *statementsv1.GetStatementRequest) (*statementsv1.Statement, error) {
	return &statementsv1.Statement{Name: r.GetName(), DocumentVersion: "documents/d/versions/1", RevisionId: "2"}, nil
}

func (*gapped) GetDocumentVersion(_ context.Context, r *statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
	return nil, errs.New(errs.NotFound, "ERASED", "%s was erased", r.GetName())
}

func (*gapped) ListStatements(context.Context, *statementsv1.ListStatementsRequest) (*statementsv1.ListStatementsResponse, error) {
	return &statementsv1.ListStatementsResponse{}, nil
}

func (*gapped) ListReviews(context.Context, *statementsv1.ListReviewsRequest) (*statementsv1.ListReviewsResponse, error) {
	return &statementsv1.ListReviewsResponse{}, nil
}

func (*gapped) ListStatementRevisions(
	_ context.Context, r *statementsv1.ListStatementRevisionsRequest,
) (*statementsv1.ListStatementRevisionsResponse, error) {
	return &statementsv1.ListStatementRevisionsResponse{StatementRevisions: []*statementsv1.StatementRevision{{Name: r.GetParent() + "/revisions/2"}}}, nil
}

// figureless is a metrics service without figures.
type figureless struct {
	metricsv1.UnimplementedFigureServiceServer
	metricsv1.UnimplementedCorrectionServiceServer
}

func (*figureless) ListFigures(context.Context, *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	return &metricsv1.ListFiguresResponse{}, nil
}

func (*figureless) ListCorrections(context.Context, *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	return &metricsv1.ListCorrectionsResponse{}, nil
}

// TestARevisionThatAnEditorMissesIsAFault: only to a reader it may be hidden.
func TestARevisionThatAnEditorMissesIsAFault(t *testing.T) {
	options := rpcserver.Options{Settled: func(string) time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC) }}
	statements, metrics := &gapped{}, &figureless{}
	statementsConn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterStatementServiceServer(r, statements)
		statementsv1.RegisterDocumentServiceServer(r, statements)
		statementsv1.RegisterEntityServiceServer(r, statements)
		statementsv1.RegisterCorrectionServiceServer(r, statements)
		statementsv1.RegisterReviewServiceServer(r, statements)
	})
	metricsConn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterFigureServiceServer(r, metrics)
		metricsv1.RegisterCorrectionServiceServer(r, metrics)
	})
	service := record.New(outage.Wrap("statements", statementsConn), outage.Wrap("metrics", metricsConn))
	export := func(options rpcserver.Options) error {
		conn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { gatewayv1.RegisterRecordServiceServer(r, service) })
		_, err := gatewayv1.NewRecordServiceClient(conn).ExportEvidence(t.Context(), &gatewayv1.ExportEvidenceRequest{Name: "statements/s"})
		return err
	}
	keys := filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(keys, []byte("ops admin "+auth.HashKey(auth.NewKey())+"\n"), 0o600))
	must.OK(t, export(rpcserver.Options{Guard: must.Get(auth.New(config.Access{APIKeys: keys, AnonymousRole: "reader"}, nil))(t)}))
	statustest.Check(t, export(rpcserver.Options{}), codes.Internal, "INTERNAL", "")
}
