package api

import (
	"context"
	"errors"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	stageDiscarded = "STAGE_DISCARDED"
)

// staging answers StagingService. What a request says is read in ingest.go.
type staging struct {
	statementsv1.UnimplementedStagingServiceServer
	core
}

// stageState is the version of an ingest and whether it was published.
type stageState struct {
	version   domain.Version
	published bool
}

// StageDocument checks an ingest and keeps it aside.
func (s *staging) StageDocument(ctx context.Context, req *statementsv1.StageDocumentRequest) (*statementsv1.StageDocumentResponse, error) {
	sum, err := fingerprint.Of(req, "request_id", "validate_only")
	if err != nil {
		return nil, err
	}
	var state stageState
	known := false
	err = s.read(ctx, func(r store.Reader) (err error) {
		state, known, err = stageOf(r, req.GetRequestId(), sum)
		return err
	})
	if err == nil && !known {
		state, err = s.stage(ctx, req, sum)
	}
	if err != nil {
		return nil, err
	}
	out := &statementsv1.StageDocumentResponse{DocumentVersion: versionToProto(state.version), Published: state.published}
	if state.version.Created == 0 && req.GetValidateOnly() && !known {
		out.DocumentVersion.Uid = ""
	}
	return out, nil
}

// stage stages what was not staged before.
func (s *staging) stage(ctx context.Context, req *statementsv1.StageDocumentRequest, sum string) (state stageState, err error) {
	ingest, source, err := readIngest(req)
	if err != nil {
		return stageState{}, err
	}
	err = s.read(ctx, func(r store.Reader) error {
		ingest.Anchors, err = changes.FindAnchors(r, ingest.Version, source.Text)
		return err
	})
	if err != nil {
		return stageState{}, err
	}
	commit := s.store.Write
	if req.GetValidateOnly() {
		commit = s.store.Try
	}
	err = commit(ctx, func(w store.Writer) error {
		var known bool
		if state, known, err = stageOf(w, req.GetRequestId(), sum); err != nil || known {
			return err
		}
		plan, err := changes.Resolve(w, ingest)
		var gone *changes.RetractedError
		switch {
		case errors.As(err, &gone):
			return present(gone.Record, true, false, gone.Type, "", gone.Name)
		case err != nil:
			return err
		}
		if req.GetValidateOnly() {
			err = check(w, caller.ID(ctx), plan)
		} else {
			err = keep(w, store.Stage{RequestID: req.GetRequestId(), Fingerprint: sum, Caller: caller.ID(ctx)}, plan)
		}
		state = stageState{version: plan.Version}
		return err
	})
	return state, err
}

// check checks a plan in a transaction that is undone.
func check(w store.Writer, caller string, plan changes.Plan) error {
	if err := changes.Check(w, caller, plan.Set); err != nil {
		return err
	}
	return w.CheckFree(plan.Set.Names()...)
}

// keep keeps a plan aside. It is checked by doing it, and undoing it: publishing it must
// not fail.
func keep(w store.Writer, stage store.Stage, plan changes.Plan) error {
	err := w.Try(func(w store.Writer) error {
		_, err := changes.Apply(w, stage.Caller, plan.Set)
		return err
	})
	if err != nil {
		return err
	}
	if stage.Payload, err = plan.Payload().Encode(); err != nil {
		return err
	}
	stage.Creates, stage.Uses = plan.Set.Names(), plan.Uses
	return w.Stage(stage)
}

// stageOf finds what a request staged or published before. A discarded stage is
// as if it had never been.
func stageOf(r store.Reader, requestID, sum string) (state stageState, known bool, err error) {
	stage, found, err := r.Staged(requestID)
	if err != nil {
		return stageState{}, false, err
	}
	if found {
		if stage.Fingerprint != sum {
			return stageState{}, false, reused(requestID)
		}
		payload, err := changes.DecodePayload(stage.Payload)
		if err != nil {
			return stageState{}, false, err
		}
		state.version, err = stagedVersion(r, payload)
		return state, true, err
	}
	end, found, err := r.StageEnd(requestID)
	if err != nil || !found || end.Outcome != store.Published {
		return stageState{}, false, err
	}
	if end.Fingerprint != sum {
		return stageState{}, false, reused(requestID)
	}
	state.version, err = versionAgain(r, end.Names[1], end.RecordTime)
	state.published = true
	return state, true, err
}

func reused(requestID string) error {
	return errs.Invalid("request_id", "REQUEST_ID_REUSED", "another ingest was staged under the id %s: use a new id", requestID)
}

// stagedVersion is the version that a stage will have, or has.
func stagedVersion(r store.Reader, payload changes.Payload) (domain.Version, error) {
	if payload.Set.Version != nil {
		return *payload.Set.Version, nil
	}
	version, _, err := r.Version(payload.Document, payload.Version, store.Newest, true)
	return version, err
}

// DiscardDocument drops what was staged.
func (s *staging) DiscardDocument(
	ctx context.Context, req *statementsv1.DiscardDocumentRequest,
) (*statementsv1.DiscardDocumentResponse, error) {
	if err := recordwrite.Discard(ctx, s.record(), req.GetRequestId()); err != nil {
		return nil, err
	}
	return &statementsv1.DiscardDocumentResponse{}, nil
}
