package api

import (
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// stageState is what is known of an ingest. One that was discarded is as if it had never been staged.
type stageState struct {
	// known says that it was staged or published before.
	known, published bool
	// outdated says that it is staged on an earlier version of its document.
	outdated bool
}

func (s stageState) answer() *metricsv1.StageFiguresResponse {
	return &metricsv1.StageFiguresResponse{Published: s.published}
}

// staged says whether this very ingest was staged or published before. Another under the same id is refused.
func staged(r recordwrite.Reader, req *metricsv1.StageFiguresRequest, sum string) (state stageState, err error) {
	stage, found, err := r.Staged(req.GetRequestId())
	if err != nil {
		return stageState{}, err
	}
	if found {
		if sum != stage.Fingerprint {
			if state.outdated, err = outdated(stage, req); err != nil || state.outdated {
				return state, err
			}
		}
		return stageState{known: true}, sameStage(req.GetRequestId(), sum, stage.Fingerprint, stage.RecordTime)
	}
	end, found, err := r.StageEnd(req.GetRequestId())
	if err != nil || !found || end.Outcome != store.Published {
		return stageState{}, err
	}
	return stageState{known: true, published: true}, sameStage(req.GetRequestId(), sum, end.Fingerprint, end.RecordTime)
}

// outdated reports whether a stage is the same ingest on an earlier version of the document: it was cut off before its own text was
// staged, and another came first. A later version stays: what stands on it may be about to be published.
func outdated(stage store.Stage, req *metricsv1.StageFiguresRequest) (bool, error) {
	payload, err := changes.DecodePayload(stage.Payload)
	if err != nil {
		return false, err
	}
	before := payload.Set.DocumentVersion()
	again := proto.CloneOf(req)
	for _, figure := range again.GetFigures() {
		if figure.GetDocumentVersion() == "" {
			continue
		}
		if !domain.LaterVersion(figure.GetDocumentVersion(), before) {
			return false, nil
		}
		figure.DocumentVersion = before
	}
	sum, err := fingerprintOf(again)
	return sum == stage.Fingerprint, err
}

func fingerprintOf(req *metricsv1.StageFiguresRequest) (string, error) {
	return fingerprint.Of(req, "request_id", "validate_only", documentEmbargoField)
}

func sameStage(requestID, sum, other string, at recordtime.Time) error {
	if sum == other {
		return nil
	}
	return errs.Invalid("request_id", "REQUEST_ID_REUSED",
		"another ingest was staged under the id %s at %s: use a new id", requestID, at).With("record_time", at.String())
}
