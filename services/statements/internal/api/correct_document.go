package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// CorrectDocument records what a publisher said about a document; a KILL withdraws
// it with its statements.
func (c *corrections) CorrectDocument(ctx context.Context, req *statementsv1.CorrectDocumentRequest) (*typev1.Correction, error) {
	if _, err := parseName("name", req.GetName(), domain.ParseDocument); err != nil {
		return nil, err
	}
	if err := notWithdrawn(req.GetKind(), "RETRACTION is made by DeleteDocument", typev1.Correction_RETRACTION); err != nil {
		return nil, err
	}
	correction, err := run(ctx, c.core, req, write[domain.Correction]{
		Method: "CorrectDocument",
		Do: func(w store.Writer, caller string) (domain.Correction, []string, error) {
			document, err := standingDocument(w, req.GetName(), req.GetEtag())
			if err != nil {
				return domain.Correction{}, nil, err
			}
			correction, err := correctDocument(w, caller, document, req)
			return correction, []string{correction.Name()}, err
		},
		Again: func(r store.Reader, done store.Done) (domain.Correction, error) {
			if _, err := documentAt(r, "name", req.GetName(), done.RecordTime, true); err != nil {
				return domain.Correction{}, err
			}
			correction, _, err := r.Correction(domain.LastID(done.Names[0]), done.RecordTime)
			return correction, err
		},
	})
	if err != nil {
		return nil, err
	}
	out := fullCorrection(correction)
	if req.GetValidateOnly() {
		notWritten(out)
	}
	return out, nil
}

func correctDocument(
	w store.Writer, caller string, document domain.Document, req *statementsv1.CorrectDocumentRequest,
) (domain.Correction, error) {
	why := domain.Correction{
		Kind: req.GetKind().String(), Subject: req.GetName(), Document: req.GetName(), Reason: req.GetReason(), Caller: caller,
		NoticeText: req.GetNoticeText(), NoticeVersion: req.GetNoticeDocumentVersion(), PreviousRevision: document.Revision,
		Restricted: document.Restricted,
	}
	if err := changes.CheckNotice(w, document.ID, why.NoticeVersion); err != nil {
		return why, err
	}
	if why.Kind == domain.Killed {
		_, why, err := changes.Kill(w, caller, document, why)
		return why, err
	}
	return changes.Correct(w, why)
}
