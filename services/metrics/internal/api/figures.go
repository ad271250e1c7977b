package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// figureNotFound is the reason of a figure that is not on record.
const figureNotFound = "FIGURE_NOT_FOUND"

// figures answers FigureService.
type figures struct {
	metricsv1.UnimplementedFigureServiceServer
	core
}

// CreateFigure puts a figure on record.
func (s *figures) CreateFigure(ctx context.Context, req *metricsv1.CreateFigureRequest) (*metricsv1.Figure, error) {
	var figure changes.Figure
	prepare := func() error {
		source, err := sourceOf(req)
		if err != nil {
			return err
		}
		figure, err = newFigure(req.GetFigure(), "figure", req.GetFigureId(), source)
		return err
	}
	return figureKind.Write(ctx, s.record(), "CreateFigure", req, prepare, func(w store.Writer, caller string) (domain.Figure, error) {
		set, err := changes.Apply(w, caller, changes.Set{Figures: []changes.Figure{figure}})
		if err != nil {
			return domain.Figure{}, err
		}
		return set.Figures[0].Figure, nil
	})
}

// figureKind is how a figure is answered that was written.
var figureKind = kind[domain.Figure, *metricsv1.Figure]{
	ToProto: figureToProto,
	Again: func(r store.Reader, done store.Done) (domain.Figure, error) {
		return readFigure(r, "name", done.Names[0], done.RecordTime, true)
	},
}

// readFigure reads a figure by its name.
func readFigure(r store.FigureReader, field, name string, at recordtime.Time, showDeleted bool) (domain.Figure, error) {
	id, err := parseName(field, name, domain.FigureName)
	if err != nil {
		return domain.Figure{}, err
	}
	figure, found, err := r.Figure(id, at)
	if err != nil {
		return domain.Figure{}, err
	}
	return figure, presentFigure(figure, found, showDeleted, name)
}

// presentFigure refuses a figure as present does any resource.
func presentFigure(f domain.Figure, found, showDeleted bool, name string) error {
	if found && f.Retracted() && !showDeleted {
		return retracted(f.Meta, retractionOf(f), domain.FigureType, name)
	}
	return present(f.Meta, found, true, domain.FigureType, figureNotFound, name)
}

// GetFigure answers one figure.
func (s *figures) GetFigure(ctx context.Context, req *metricsv1.GetFigureRequest) (*metricsv1.Figure, error) {
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), figureToProto, func(r store.Reader, at recordtime.Time) (domain.Figure, error) {
		return readFigure(r, "name", req.GetName(), at, req.GetShowDeleted())
	})
}

// ListFigures lists figures.
func (s *figures) ListFigures(ctx context.Context, req *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	rows, next, err := list(ctx, s.core, "ListFigures", domain.FigureFields, req, store.Reader.Figures)
	if err != nil {
		return nil, err
	}
	return &metricsv1.ListFiguresResponse{Figures: figuresToProto(rows), NextPageToken: next}, nil
}

// UpdateFigure changes what is known around a figure.
func (s *figures) UpdateFigure(ctx context.Context, req *metricsv1.UpdateFigureRequest) (*metricsv1.Figure, error) {
	name := req.GetFigure().GetName()
	return figureKind.Write(ctx, s.record(), "UpdateFigure", req, nil, func(w store.Writer, caller string) (domain.Figure, error) {
		current, err := readFigure(w, "figure.name", name, store.Newest, false)
		if err != nil {
			return current, err
		}
		if err := current.CheckETag(req.GetFigure().GetEtag(), domain.FigureType, name); err != nil {
			return current, err
		}
		update := s.updateOf("figure", req.GetUpdateMask(), updatableOfFigure...)
		merged, changed, err := fieldmask.Merge(update, figureToProto(current), req.GetFigure())
		if err != nil || !changed {
			return current, err
		}
		next, err := changedFigure(w, current, merged)
		if err != nil {
			return current, err
		}
		next.Meta = current.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagUpdate})
		next, err = changes.Put(w, caller, current, next)
		return next, inFigure(err)
	})
}

// changedFigure reads and checks a figure of which changes what is known around it.
func changedFigure(r store.MetricReader, current domain.Figure, merged *metricsv1.Figure) (domain.Figure, error) {
	var faults errs.Violations
	next := current
	next.Origin, next.Comment = originFromProto(merged.GetOrigin(), "figure.origin", &faults), merged.GetComment()
	next.Decimals = small(merged.Decimals)
	next.EmbargoEnd = embargoFromProto(merged, "figure", &faults)
	next.ObsStatus, next.ConfStatus, next.Attributes = merged.GetObsStatus(), merged.GetConfStatus(), merged.GetAttributes()
	faults.AddErr("figure", next.CheckAfter(current))
	if faults.Len() == 0 {
		checkSource(&faults, current, next)
		if !next.KeepPublishWords(current) {
			faults.Add("figure.origin.publish_time.printed", "FIELD_NOT_UPDATABLE",
				"has a span, now or then: CorrectFigure changes it, as it compares it with the text; an update repeats what is on record")
		}
	}
	metric, found, err := r.Metric(current.Metric, store.Newest)
	if err != nil {
		return next, err
	}
	if found {
		faults.AddErr("figure", metric.CheckAttributes(next.Attributes))
	}
	return next, faults.Err()
}

// checkSource refuses an update that would move a figure to another source: whose figure it is is part of what it says.
func checkSource(faults *errs.Violations, current, next domain.Figure) {
	before, after := domain.SourceOf(current), domain.SourceOf(next)
	for _, field := range []struct{ name, before, after string }{
		{"producer", before.Producer, after.Producer}, {"title", before.Title, after.Title},
	} {
		if field.before != field.after {
			faults.Add("figure.origin."+field.name, "FIELD_NOT_UPDATABLE",
				"is %q on record: it says of which source the figure is, and CorrectFigure changes it", field.before)
		}
	}
}

// DeleteFigure retracts a figure.
func (s *figures) DeleteFigure(ctx context.Context, req *metricsv1.DeleteFigureRequest) (*metricsv1.Figure, error) {
	return figureKind.Write(ctx, s.record(), "DeleteFigure", req, nil, func(w store.Writer, caller string) (domain.Figure, error) {
		current, err := standingFigure(w, req.GetName(), req.GetEtag())
		if err != nil {
			return current, err
		}
		return changes.RetractFigure(w, caller, current, req.GetReason())
	})
}
