package api

import (
	"context"
	"errors"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

const (
	stageDiscarded = "STAGE_DISCARDED"
)

// staging answers StagingService. What a request says is read in ingest.go.
type staging struct {
	metricsv1.UnimplementedStagingServiceServer
	core
}

// StageFigures checks an ingest and sets it aside.
func (s *staging) StageFigures(ctx context.Context, req *metricsv1.StageFiguresRequest) (*metricsv1.StageFiguresResponse, error) {
	sum, err := fingerprintOf(req)
	if err != nil {
		return nil, err
	}
	var state stageState
	err = s.read(ctx, func(r store.Reader) error { // before preparing: what was staged stays staged whatever happened since
		state, err = staged(r, req, sum)
		return err
	})
	if err != nil || state.known {
		return state.answer(), err
	}
	ingest, err := newIngest(req)
	if err != nil {
		return nil, err
	}
	err = s.commit(ctx, req.GetValidateOnly(), func(w store.Writer) error {
		if state, err = staged(w, req, sum); err != nil || state.known {
			return err
		}
		if state.outdated {
			if err := w.EndStage(req.GetRequestId(), store.Discarded, caller.ID(ctx)); err != nil {
				return err
			}
		}
		return stage(w, req.GetRequestId(), sum, caller.ID(ctx), ingest)
	})
	if err != nil {
		return nil, err
	}
	return state.answer(), nil
}

// stage checks an ingest as if it were published now, undoes that, and sets it aside. Publishing it may still fail: the document that it
// stands on is published last.
func stage(w store.Writer, requestID, sum, caller string, ingest changes.Ingest) error {
	plan, err := changes.Resolve(w, "metrics", ingest)
	var gone *changes.RetractedError
	switch {
	case errors.As(err, &gone):
		return retracted(gone.Metric.Meta, correctionToProto(gone.Metric.Meta, gone.Metric.Name()), domain.MetricType, gone.Metric.Name())
	case err != nil:
		return err
	}
	if err := w.Try(func(w store.Writer) error { return changes.Check(w, caller, plan.Set) }); err != nil {
		return err
	}
	payload, err := plan.Encode()
	if err != nil {
		return err
	}
	return w.Stage(store.Stage{
		RequestID: requestID, Fingerprint: sum, Caller: caller, Payload: payload, Creates: plan.Set.Names(), Uses: plan.Uses,
	})
}

// PublishFigures makes what was staged visible.
func (s *staging) PublishFigures(ctx context.Context, req *metricsv1.PublishFiguresRequest) (resp *metricsv1.PublishFiguresResponse, err error) {
	err = s.read(ctx, func(r store.Reader) error {
		resp, err = published(r, req.GetRequestId())
		return err
	})
	if err != nil || resp != nil {
		return resp, err
	}
	err = s.store.Write(ctx, func(w store.Writer) error {
		if resp, err = published(w, req.GetRequestId()); err != nil || resp != nil {
			return err
		}
		resp, err = publish(w, req.GetRequestId())
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// published returns the answer of an ingest that was published before, nil if it is still staged.
func published(r store.Reader, requestID string) (*metricsv1.PublishFiguresResponse, error) {
	_, found, err := r.Staged(requestID)
	if err != nil || found {
		return nil, err
	}
	end, found, err := r.StageEnd(requestID)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, recordwrite.ErrNotStaged(requestID)
	case end.Outcome == store.Discarded:
		return nil, errs.New(errs.FailedPrecondition, stageDiscarded, "what was staged under the id %s was discarded at %s: stage it again",
			requestID, end.RecordTime)
	default:
		return publishedAnswer(r, end.Names, end.RecordTime)
	}
}

// publish puts a stage on record in the name of who staged it.
func publish(w store.Writer, requestID string) (*metricsv1.PublishFiguresResponse, error) {
	stage, found, err := w.Staged(requestID)
	if err != nil || !found {
		return nil, err
	}
	payload, err := changes.DecodePayload(stage.Payload)
	if err != nil {
		return nil, err
	}
	names := append([]string{}, payload.Metrics...)
	for _, figure := range payload.Set.Figures {
		names = append(names, figure.Name())
	}
	// Ends first: from here on the names are free for the stage's own writes.
	if err := w.EndStage(requestID, store.Published, stage.Caller, names...); err != nil {
		return nil, err
	}
	if _, err := changes.Apply(w, stage.Caller, payload.Set); err != nil {
		return nil, err
	}
	return publishedAnswer(w, names, w.RecordTime())
}

// publishedAnswer reads what was published as it stood then.
func publishedAnswer(r store.Reader, names []string, at recordtime.Time) (*metricsv1.PublishFiguresResponse, error) {
	resp := &metricsv1.PublishFiguresResponse{RecordTime: timeToProto(at)}
	var figures []string
	for _, name := range names {
		if !strings.HasPrefix(name, "metrics/") {
			figures = append(figures, name)
			continue
		}
		metric, err := readMetric(r, "name", name, at, true)
		if err != nil {
			return nil, err
		}
		resp.Metrics = append(resp.Metrics, metricToProto(metric))
	}
	all, err := readFigures(r, figures, at, true)
	resp.Figures = figuresToProto(all)
	return resp, err
}

// DiscardFigures drops what was staged. What was dropped before stays dropped.
func (s *staging) DiscardFigures(ctx context.Context, req *metricsv1.DiscardFiguresRequest) (*metricsv1.DiscardFiguresResponse, error) {
	if err := recordwrite.Discard(ctx, s.record(), req.GetRequestId()); err != nil {
		return nil, err
	}
	return &metricsv1.DiscardFiguresResponse{}, nil
}
