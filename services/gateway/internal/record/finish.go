package record

import (
	"context"
	"errors"
	"fmt"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
)

// HalfPublished finds the ingests whose figures are published and whose document is still
// staged, by their request ids: each is under way, or was cut off just before its commit
// point, and its client may never come back.
func (s *Service) HalfPublished(ctx context.Context) (requestIDs []string, err error) {
	staged, err := s.statementStaging.FindStagedDocuments(ctx, &statementsv1.FindStagedDocumentsRequest{})
	if err != nil || len(staged.GetRequestIds()) == 0 {
		return nil, err
	}
	published, err := s.figureStaging.FindPublishedFigures(ctx,
		&metricsv1.FindPublishedFiguresRequest{RequestIds: staged.GetRequestIds()})
	return published.GetRequestIds(), err
}

// Finish publishes the documents of ingests that are half published, and answers whose
// it did. The figures end with the embargo of the document, whose end may have changed
// meanwhile.
//
// It may run at any time and in any number of gateways: publishing what another
// is publishing answers the same.
func (s *Service) Finish(ctx context.Context, requestIDs []string) (finished []string, err error) {
	var failed []error
	for _, id := range requestIDs {
		answer, err := s.statementStaging.PublishDocument(ctx, &statementsv1.PublishDocumentRequest{RequestId: id})
		if err == nil {
			err = embargo.Align(ctx, s.documents, s.figures, answer.GetDocument().GetName())
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("ingest %s: %w", id, err))
			continue
		}
		finished = append(finished, id)
	}
	return finished, errors.Join(failed...)
}
