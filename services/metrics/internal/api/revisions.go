package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

const revisionNotFound = "REVISION_NOT_FOUND"

// parseRevision reads the name of a revision of a figure in the field "name".
func parseRevision(name string) (id string, number int64, err error) {
	ids, err := domain.FigureRevisionName.Parse(name)
	if err != nil {
		return "", 0, errs.Invalid("name", "INVALID_NAME", "%s", err.Error())
	}
	number, ok := resource.ParseNumber(ids[1])
	if !ok {
		return "", 0, domain.NotFound(domain.FigureRevisionType, revisionNotFound, name)
	}
	return ids[0], number, nil
}

// GetFigureRevision answers one revision, also of a retracted figure.
func (s *figures) GetFigureRevision(ctx context.Context, req *metricsv1.GetFigureRevisionRequest) (*metricsv1.FigureRevision, error) {
	id, number, err := parseRevision(req.GetName())
	if err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, s.store, nil, revisionToProto, func(r store.Reader, at recordtime.Time) (store.FigureRevision, error) {
		return revisionAt(r, id, number, at)
	})
}

// revisionAt reads a revision, also of a retracted figure.
func revisionAt(r store.HistoryReader, id string, number int64, at recordtime.Time) (store.FigureRevision, error) {
	revision, found, err := r.FigureRevision(id, number, at)
	if err == nil && !found {
		err = domain.NotFound(domain.FigureRevisionType, revisionNotFound, domain.FigureRevisionName.Format(id, resource.FormatNumber(number)))
	}
	return revision, err
}

// ListFigureRevisions answers a page of revisions, the newest first, also of a retracted figure.
func (s *figures) ListFigureRevisions(
	ctx context.Context, req *metricsv1.ListFigureRevisionsRequest,
) (*metricsv1.ListFigureRevisionsResponse, error) {
	rows, next, err := recordread.Numbered(ctx, s.store, "ListFigureRevisions", req, req.GetParent(),
		func(r store.FigureRevision) int64 { return r.Figure.Revision },
		func(r store.Reader, at recordtime.Time, below int64, limit int) ([]store.FigureRevision, error) {
			figure, err := readFigure(r, "parent", req.GetParent(), at, true)
			if err != nil {
				return nil, err
			}
			return r.FigureRevisions(figure.ID, at, below, limit)
		})
	out := &metricsv1.ListFigureRevisionsResponse{NextPageToken: next}
	for _, row := range rows {
		out.FigureRevisions = append(out.FigureRevisions, revisionToProto(row))
	}
	return out, err
}

func revisionToProto(r store.FigureRevision) *metricsv1.FigureRevision {
	out := &metricsv1.FigureRevision{
		Name:     domain.FigureRevisionName.Format(r.Figure.ID, resource.FormatNumber(r.Figure.Revision)),
		Snapshot: figureToProto(r.Figure), CreateTime: timeToProto(r.Figure.UpdateTime), Caller: r.Caller, Comment: r.Figure.Note.Comment,
	}
	if tag := r.Figure.Note.Tag; tag != "" {
		out.Tags = []string{tag}
	}
	return out
}
