package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/protodiff"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// DiffFigureRevisions answers what changed from one revision to another.
func (s *figures) DiffFigureRevisions(
	ctx context.Context, req *metricsv1.DiffFigureRevisionsRequest,
) (*metricsv1.DiffFigureRevisionsResponse, error) {
	id, number, err := parseRevision(req.GetName())
	if err != nil {
		return nil, err
	}
	to, ok := resource.ParseNumber(req.GetTo())
	if !ok {
		return nil, domain.NotFound(domain.FigureRevisionType, revisionNotFound, domain.FigureName.Format(id)+"/revisions/"+req.GetTo())
	}
	states, err := recordread.Get(ctx, s.store, nil, func(r store.Reader, at recordtime.Time) (states [2]*metricsv1.Figure, err error) {
		for i, n := range []int64{number, to} {
			revision, err := revisionAt(r, id, n, at)
			if err != nil {
				return states, err
			}
			states[i] = figureToProto(revision.Figure)
			states[i].Etag, states[i].UpdateTime, states[i].RevisionId = "", nil, "" // every revision changes them
		}
		return states, nil
	})
	if err != nil {
		return nil, err
	}
	changed, err := protodiff.Compare(states[0], states[1])
	out := &metricsv1.DiffFigureRevisionsResponse{
		FromRevision: domain.FigureRevisionName.Format(id, resource.FormatNumber(number)),
		ToRevision:   domain.FigureRevisionName.Format(id, resource.FormatNumber(to)),
	}
	for _, change := range changed {
		out.Changes = append(out.Changes, &metricsv1.DiffFigureRevisionsResponse_Change{
			Field: change.Field, OldValue: change.Old, NewValue: change.New,
		})
	}
	return out, err
}
