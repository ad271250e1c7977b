package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// maxStaged is how many staged ingests are answered at most.
const maxStaged = 1000

// FindStagedDocuments answers what is staged, the oldest first.
func (s *staging) FindStagedDocuments(
	ctx context.Context, _ *statementsv1.FindStagedDocumentsRequest,
) (*statementsv1.FindStagedDocumentsResponse, error) {
	out := &statementsv1.FindStagedDocumentsResponse{}
	err := s.read(ctx, func(r store.Reader) (err error) {
		out.RequestIds, err = r.ExpiredStages(store.Newest, maxStaged)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
