package api

import (
	"context"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
)

// recomputed is why a value changed that was computed anew.
const recomputed = "Computed anew from the newest revisions of its inputs."

// RecomputeFigure computes a derived figure from the newest revisions of its inputs.
func (s *figures) RecomputeFigure(ctx context.Context, req *metricsv1.RecomputeFigureRequest) (*metricsv1.Figure, error) {
	return figureKind.Write(ctx, s.record(), "RecomputeFigure", req, nil, func(w store.Writer, caller string) (domain.Figure, error) {
		return recompute(w, caller, req)
	})
}

// recompute writes what a figure is now. One that is up to date gets no revision.
func recompute(w store.Writer, caller string, req *metricsv1.RecomputeFigureRequest) (domain.Figure, error) {
	before, err := standingFigure(w, req.GetName(), req.GetEtag())
	if err != nil {
		return before, err
	}
	after, err := changes.Recompute(w, before)
	if err != nil {
		return before, err
	}
	if proto.Equal(figureToProto(after), figureToProto(before)) {
		return before, nil
	}
	after.Meta = before.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagRecompute, Comment: recomputed})
	if after.Value.Cmp(*before.Value) == 0 {
		return changes.Put(w, caller, before, after)
	}
	_, _, err = changes.PutCorrected(w, before, after, true, domain.Correction{Kind: domain.Updated, Reason: recomputed, Caller: caller})
	if err != nil {
		return before, err
	}
	return readFigure(w, "name", req.GetName(), store.Newest, false)
}
