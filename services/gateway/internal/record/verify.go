package record

import (
	"context"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// verifyRenames say what fields of both services' requests are called in that
// of a verification.
var verifyRenames = renames{"document_version": "name", "source_text_sha256": "source_text"}

// VerifyDocumentVersion implements RecordService.
//
// Each service verifies its own facts in one transaction, and doing it again
// changes nothing, so whatever was cut off is finished by the same call.
func (s *Service) VerifyDocumentVersion(
	ctx context.Context, req *gatewayv1.VerifyDocumentVersionRequest,
) (*gatewayv1.VerifyDocumentVersionResponse, error) {
	name := documentOf(req.GetName())
	document, err := s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name})
	if err != nil {
		return nil, err
	}
	version, err := s.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: req.GetName()})
	if err != nil {
		return nil, err
	}
	statements, err := s.statementVerification.VerifyStatements(ctx, &statementsv1.VerifyStatementsRequest{
		DocumentVersion: req.GetName(), SourceText: req.GetSourceText(), ValidateOnly: req.GetValidateOnly(),
	})
	if err != nil {
		return nil, renamed(err, verifyRenames)
	}
	figures, err := s.figureVerification.VerifyFigures(ctx, &metricsv1.VerifyFiguresRequest{
		DocumentVersion: req.GetName(), SourceText: req.GetSourceText(), SourceTextSha256: version.GetTextSha256(),
		TextWithheld: document.GetTextWithheld(), ValidateOnly: req.GetValidateOnly(),
	})
	if err != nil {
		return nil, renamed(err, verifyRenames)
	}
	s.sendSettled(ctx, name)
	return verified(statements, figures), nil
}

// verified puts what both services found together, statements first.
func verified(
	statements *statementsv1.VerifyStatementsResponse, figures *metricsv1.VerifyFiguresResponse,
) *gatewayv1.VerifyDocumentVersionResponse {
	answer := &gatewayv1.VerifyDocumentVersionResponse{
		VerifiedCount: statements.GetVerifiedCount() + figures.GetVerifiedCount(),
		AnchoredCount: statements.GetAnchoredCount() + figures.GetAnchoredCount(),
		MismatchCount: statements.GetMismatchCount() + figures.GetMismatchCount(),
	}
	add := func(fact, field, description string) {
		answer.Mismatches = append(answer.Mismatches,
			&gatewayv1.VerifyDocumentVersionResponse_Mismatch{Fact: fact, Field: field, Description: description})
	}
	for _, m := range statements.GetMismatches() {
		add(m.GetStatement(), m.GetField(), m.GetDescription())
	}
	for _, m := range figures.GetMismatches() {
		add(m.GetFigure(), m.GetField(), m.GetDescription())
	}
	return answer
}
