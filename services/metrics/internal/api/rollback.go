package api

import (
	"context"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// RollbackFigure makes a figure what it was in an earlier revision.
func (s *figures) RollbackFigure(ctx context.Context, req *metricsv1.RollbackFigureRequest) (*metricsv1.Figure, error) {
	number, ok := resource.ParseNumber(req.GetRevisionId())
	if !ok {
		return nil, domain.NotFound(domain.FigureRevisionType, revisionNotFound, req.GetName()+"/revisions/"+req.GetRevisionId())
	}
	return figureKind.Write(ctx, s.record(), "RollbackFigure", req, nil, func(w store.Writer, caller string) (domain.Figure, error) {
		return rollback(w, caller, req, number)
	})
}

// rollback writes what an earlier revision said, checked as a correction is, and why.
func rollback(w store.Writer, caller string, req *metricsv1.RollbackFigureRequest, number int64) (domain.Figure, error) {
	before, err := standingFigure(w, req.GetName(), req.GetEtag())
	if err != nil {
		return before, err
	}
	revision, err := revisionAt(w, before.ID, number, store.Newest)
	if err != nil {
		return before, err
	}
	earlier := revision.Figure
	if err := earlier.CheckAfter(before); err != nil {
		return before, err
	}
	after, err := changes.Restore(w, before, earlier)
	if err != nil {
		return before, err
	}
	if proto.Equal(figureToProto(after), figureToProto(before)) {
		return before, nothingCorrected(req.GetName())
	}
	after.Meta = before.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagRollback, Comment: req.GetReason()})
	if saysSame(before, after) {
		return changes.Put(w, caller, before, after)
	}
	_, _, err = changes.PutCorrected(w, before, after, true, domain.Correction{Kind: domain.Mended, Reason: req.GetReason(), Caller: caller})
	if err != nil {
		return before, err
	}
	return readFigure(w, "name", req.GetName(), store.Newest, false)
}
