package record_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// quoted is a statements service with one statement of a document that was erased.
type quoted struct {
	statementsv1.UnimplementedStatementServiceServer
	statementsv1.UnimplementedDocumentServiceServer
	statementsv1.UnimplementedEntityServiceServer
	statementsv1.UnimplementedCorrectionServiceServer
}

func (*quoted) GetStatement(_ context.Context, r *statementsv1.GetStatementRequest) (*statementsv1.Statement, error) {
	return &statementsv1.Statement{
		Name: r.GetName(), Text: "We will.", StatementType: statementsv1.Statement_DIRECT, DocumentVersion: "documents/d/versions/1", RevisionId: "1",
		Speakers: []*statementsv1.Speaker{{Entity: "entities/ana"}},
	}, nil
}

func (*quoted) GetDocument(_ context.Context, r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	return nil, errs.New(errs.NotFound, "ERASED", "%s was erased", r.GetName())
}

func (*quoted) GetEntity(_ context.Context, r *statementsv1.GetEntityRequest) (*statementsv1.Entity, error) {
	return &statementsv1.Entity{Name: r.GetName(), DisplayName: "Ana", Names: []*statementsv1.EntityName{{Text: "Anna", LanguageCode: "de"}}}, nil
}

func (*quoted) ListCorrections(context.Context, *statementsv1.ListCorrectionsRequest) (*statementsv1.ListCorrectionsResponse, error) {
	return &statementsv1.ListCorrectionsResponse{}, nil
}

// gone is a metrics service that does not answer.
type gone struct {
	metricsv1.UnimplementedCorrectionServiceServer
}

func (*gone) ListCorrections(context.Context, *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	return nil, errs.New(errs.Unavailable, "", "gone")
}

// TestACitationNeedsOnlyTheServiceThatHasTheWork: and evidence needs both, since a pack
// that lacks something would look whole.
func TestACitationNeedsOnlyTheServiceThatHasTheWork(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	options := rpcserver.Options{Settled: func(string) time.Time { return at }}
	fake := &quoted{}
	statementsConn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterStatementServiceServer(r, fake)
		statementsv1.RegisterDocumentServiceServer(r, fake)
		statementsv1.RegisterEntityServiceServer(r, fake)
		statementsv1.RegisterCorrectionServiceServer(r, fake)
	})
	// An error has no settled time, as that of a service that is not there.
	metricsConn := rpctest.Conn(t, rpcserver.Options{}, func(r grpc.ServiceRegistrar) { metricsv1.RegisterCorrectionServiceServer(r, &gone{}) })
	service := record.New(outage.Wrap("statements", statementsConn), outage.Wrap("metrics", metricsConn))
	service.ServeAt(func() string { return "https://record.example.org" })
	client := gatewayv1.NewRecordServiceClient(rpctest.Conn(t, rpcserver.Options{}, func(r grpc.ServiceRegistrar) { gatewayv1.RegisterRecordServiceServer(r, service) }))

	cited := must.Get(client.CiteResource(t.Context(), &gatewayv1.CiteResourceRequest{Name: "statements/s"}))(t)
	must.Equal(t, cited.GetPermalink(), "https://record.example.org/statements/s?read_time=2026-01-02T03%3A04%3A05.000006Z")
	must.Contains(t, cited.GetText(), "Ana: “We will.” On record as statements/s") // its document is not there any more
	german := must.Get(client.CiteResource(t.Context(), &gatewayv1.CiteResourceRequest{Name: "statements/s", LanguageCode: "fr,de-AT"}))(t)
	must.Contains(t, german.GetText(), "Anna: “We will.”")

	_, err := client.CiteResource(t.Context(), &gatewayv1.CiteResourceRequest{Name: "figures/f"})
	must.True(t, errs.Is(err, errs.Unavailable), "%v", err)
	_, err = client.ExportEvidence(t.Context(), &gatewayv1.ExportEvidenceRequest{Name: "statements/s"})
	must.True(t, errs.Is(err, errs.Unavailable), "%v", err)
}
