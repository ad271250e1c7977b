package api

import (
	"context"
	"errors"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// embargoField is the field that says until when only editors read something.
const embargoField = "embargo_end_time"

// EmbargoFigures gives the figures of a document that are under embargo another end of it.
func (s *figures) EmbargoFigures(ctx context.Context, req *metricsv1.EmbargoFiguresRequest) (*metricsv1.EmbargoFiguresResponse, error) {
	var faults errs.Violations
	end := embargo.ReadEnd(embargoField, req.GetEmbargoEndTime(), &faults)
	previous := embargo.ReadEnd("previous_"+embargoField, req.GetPreviousEmbargoEndTime(), &faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	resp := &metricsv1.EmbargoFiguresResponse{}
	for after := []any(nil); ; {
		var changed int
		var next []any
		var at recordtime.Time
		err := s.commit(ctx, req.GetValidateOnly(), func(w store.Writer) (err error) {
			at = w.RecordTime()
			if err = embargo.CheckEnd(embargoField, end, changes.EmbargoTime(w)); err == nil {
				changed, next, err = changes.Embargo(w, caller.ID(ctx), req.GetDocument(), end, previous, after, embargo.SweepLimit)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if resp.UpdatedCount += count(changed); changed > 0 && !req.GetValidateOnly() {
			resp.RecordTime = timeToProto(at)
		}
		if after = next; after == nil {
			return resp, nil
		}
	}
}

// embargoFromProto reads until when only editors read a figure at a path.
func embargoFromProto(f *metricsv1.Figure, path string, faults *errs.Violations) recordtime.Time {
	return embargo.ReadEnd(errs.JoinPath(path, embargoField), f.GetEmbargoEndTime(), faults)
}

// checkEmbargo refuses an embargo of all rows of an import that would last too long.
func (r *importReader) checkEmbargo(at recordtime.Time) error {
	var faults errs.Violations
	template := domain.Figure{EmbargoEnd: embargoFromProto(r.req.GetTemplate(), "template", &faults)}
	faults.AddErr("template", template.CheckEmbargo(nil, at))
	return faults.Err()
}

// inFigure is an error about an embargo with its fields where the request has them.
func inFigure(err error) error {
	var refused *errs.Error
	if errors.As(err, &refused) && refused.Reason == embargo.AlreadyPublic {
		for i := range refused.Violations {
			refused.Violations[i].Field = errs.JoinPath("figure", refused.Violations[i].Field)
		}
		return err
	}
	var faults errs.Violations
	faults.AddErr("figure", err)
	return faults.Err()
}
