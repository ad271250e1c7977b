package badinput_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestErrorsReachClientsOfEveryLanguage: gRPC of Python, C++, Ruby and Java takes 8 KiB of
// headers. Of a longer error such a client would learn neither the reason nor that the
// request was refused for one.
func TestErrorsReachClientsOfEveryLanguage(t *testing.T) {
	small := must.Get(grpc.NewClient(grpcAddress, grpc.WithMaxHeaderListSize(8<<10),
		grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	t.Cleanup(func() { must.OK(t, small.Close()) })
	documents, statements := statementsv1.NewDocumentServiceClient(small), statementsv1.NewStatementServiceClient(small)
	refused := func(what string, code codes.Code, reason string, call func() error) {
		t.Helper()
		t.Run(what, func(t *testing.T) { statustest.Check(t, call(), code, reason, "") })
	}

	refused("a batch of faults", codes.InvalidArgument, "INVALID_REQUEST", func() error {
		bad := &statementsv1.CreateStatementRequest{Statement: &statementsv1.Statement{Speakers: []*statementsv1.Speaker{{}}}}
		_, err := statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{
			Requests: slices.Repeat([]*statementsv1.CreateStatementRequest{bad}, 1000),
		})
		return err
	})
	refused("a batch of wrong units", codes.InvalidArgument, "UNKNOWN_UNIT", func() error {
		wrong := &metricsv1.CreateFigureRequest{Figure: &metricsv1.Figure{
			Metric: "metrics/amount", ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_NOT_STATED,
			TimePeriod: &typev1.TimePeriod{Edtf: "2020"}, Origin: &metricsv1.Origin{Producer: "Office"},
			Unit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "EURO"},
		}}
		_, err := metricsv1.NewFigureServiceClient(small).BatchCreateFigures(t.Context(), &metricsv1.BatchCreateFiguresRequest{
			Requests: slices.Repeat([]*metricsv1.CreateFigureRequest{wrong}, 1000),
		})
		return err
	})
	refused("a mask of many words", codes.InvalidArgument, "FIELD_NOT_UPDATABLE", func() error {
		_, err := documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
			Document: &statementsv1.Document{Name: document}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{strings.Repeat("headline", 9000)}},
		})
		return err
	})
	refused("a document with a long notice", codes.NotFound, "RETRACTED", func() error {
		publish(t, "withdrawn", "Nothing of this is true.")
		_, err := statementsv1.NewCorrectionServiceClient(small).CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/withdrawn", Kind: typev1.Correction_KILL, Reason: strings.Repeat("撤回", 500), NoticeText: strings.Repeat("撤稿声明。", 1000),
		})
		must.OK(t, err)
		_, err = documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/withdrawn"})
		return err
	})
}
