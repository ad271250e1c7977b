package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
)

// FindPublishedFigures answers which of some ingests were published.
func (s *staging) FindPublishedFigures(
	ctx context.Context, req *metricsv1.FindPublishedFiguresRequest,
) (*metricsv1.FindPublishedFiguresResponse, error) {
	out := &metricsv1.FindPublishedFiguresResponse{}
	err := s.read(ctx, func(r store.Reader) error {
		for _, id := range req.GetRequestIds() {
			end, found, err := r.StageEnd(id)
			if err != nil {
				return err
			}
			if found && end.Outcome == store.Published {
				out.RequestIds = append(out.RequestIds, id)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
