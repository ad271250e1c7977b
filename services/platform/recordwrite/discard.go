package recordwrite

import (
	"context"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Reasons of what a stage is asked for in vain.
const (
	NotStaged      = "NOT_STAGED"
	StagePublished = "STAGE_PUBLISHED"
)

// ErrNotStaged is FAILED_PRECONDITION, reason NOT_STAGED.
func ErrNotStaged(requestID string) error {
	return errs.New(errs.FailedPrecondition, NotStaged, "nothing is staged under %s", requestID)
}

// Discard drops what is staged under a request id; what was dropped before stays
// dropped. FAILED_PRECONDITION, reason NOT_STAGED or STAGE_PUBLISHED.
func Discard[R Reader, W Writer](ctx context.Context, record Transactions[R, W], requestID string) error {
	return record.Write(ctx, func(w W) error {
		_, found, err := w.Staged(requestID)
		if err != nil {
			return err
		}
		if found {
			return w.EndStage(requestID, Discarded, caller.ID(ctx))
		}
		end, found, err := w.StageEnd(requestID)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNotStaged(requestID)
		case end.Outcome == Published:
			return errs.New(errs.FailedPrecondition, StagePublished, "what was staged under %s was published at %s", requestID, end.RecordTime)
		default:
			return nil
		}
	})
}
