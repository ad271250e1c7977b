package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxViolations is how many violations are collected before the rest of a request is left unchecked: an answer is for people to read.
const maxViolations = 100

// BatchCreateFigures puts figures on record, all or none.
func (s *figures) BatchCreateFigures(
	ctx context.Context, req *metricsv1.BatchCreateFiguresRequest,
) (*metricsv1.BatchCreateFiguresResponse, error) {
	var set changes.Set
	return run(ctx, s.core, req, write[*metricsv1.BatchCreateFiguresResponse]{
		Method: "BatchCreateFigures",
		Prepare: func() (err error) {
			set, err = newFigures(req)
			return err
		},
		Do: func(w store.Writer, caller string) (*metricsv1.BatchCreateFiguresResponse, []string, error) {
			written, err := changes.Apply(w, caller, set)
			if err != nil {
				return nil, nil, err
			}
			return &metricsv1.BatchCreateFiguresResponse{Figures: writtenToProto(written.Figures)}, written.Names(), nil
		},
		Again: func(r store.Reader, done store.Done) (*metricsv1.BatchCreateFiguresResponse, error) {
			all, err := readFigures(r, done.Names, done.RecordTime, true)
			return &metricsv1.BatchCreateFiguresResponse{Figures: figuresToProto(all)}, err
		},
	})
}

// newFigures reads and checks the figures of a batch.
func newFigures(req *metricsv1.BatchCreateFiguresRequest) (set changes.Set, err error) {
	source, err := sourceOf(req)
	if err != nil {
		return set, err
	}
	var faults errs.Violations
	for i, one := range req.GetRequests() {
		path := errs.Index("requests", i)
		fieldcheck.Empty(one.GetSourceText(), path+".source_text", fieldcheck.FieldNotEmpty, &faults)
		fieldcheck.Empty(one.GetSourceTextSha256(), path+".source_text_sha256", fieldcheck.FieldNotEmpty, &faults)
		fieldcheck.Empty(one.GetDocumentEmbargoEndTime(), errs.JoinPath(path, documentEmbargoField), fieldcheck.FieldNotEmpty, &faults)
		fieldcheck.Empty(one.GetRequestId(), path+".request_id", fieldcheck.FieldNotEmpty, &faults)
		fieldcheck.Empty(one.GetTextWithheld(), path+".text_withheld", fieldcheck.FieldNotEmpty, &faults)
		fieldcheck.Empty(one.GetValidateOnly(), path+".validate_only", fieldcheck.FieldNotEmpty, &faults)
		figure, err := newFigure(one.GetFigure(), path+".figure", one.GetFigureId(), source)
		faults.AddErr("", err)
		set.Figures = append(set.Figures, figure)
		if faults.Len() >= maxViolations {
			return set, faults.Err()
		}
	}
	if source.Text != nil {
		oneVersion(set.Figures, func(f changes.Figure) bool { return f.HasSpans() }, &faults)
	}
	return set, faults.Err()
}

func writtenToProto(written []changes.Figure) []*metricsv1.Figure {
	out := make([]*metricsv1.Figure, len(written))
	for i, figure := range written {
		out[i] = figureToProto(figure.Figure)
	}
	return out
}

// BatchGetFigures answers figures in the order of their names, all or none.
func (s *figures) BatchGetFigures(ctx context.Context, req *metricsv1.BatchGetFiguresRequest) (*metricsv1.BatchGetFiguresResponse, error) {
	all, err := recordread.Get(ctx, s.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) ([]domain.Figure, error) {
		return readFigures(r, req.GetNames(), at, req.GetShowDeleted())
	})
	if err != nil {
		return nil, err
	}
	return &metricsv1.BatchGetFiguresResponse{Figures: figuresToProto(all)}, nil
}

// readFigures reads figures by their names, with one query.
func readFigures(r store.FigureReader, names []string, at recordtime.Time, showDeleted bool) ([]domain.Figure, error) {
	ids := make([]string, len(names))
	for i, name := range names {
		var err error
		if ids[i], err = parseName(errs.Index("names", i), name, domain.FigureName); err != nil {
			return nil, err
		}
	}
	found, err := r.FiguresByID(ids, at)
	if err != nil {
		return nil, err
	}
	all := make([]domain.Figure, len(ids))
	for i, id := range ids {
		figure, known := found[id]
		if err := presentFigure(figure, known, showDeleted, names[i]); err != nil {
			return nil, err
		}
		all[i] = figure
	}
	return all, nil
}
