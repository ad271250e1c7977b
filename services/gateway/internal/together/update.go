package together

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// finishTimeout bounds what goes on after the client has gone, once the document is
	// changed.
	finishTimeout = 20 * time.Second
	// firstPause and lastPause bound the pause between two tries; it doubles.
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// update takes the figures of a document along when its embargo is given another end. It asks
// the metrics service only then. If that fails once the document has its new end, the document
// stays changed and the call fails: figures are late, never early, and the same call again takes
// them along.
func (c *Conn) update(ctx context.Context, request *statementsv1.UpdateDocumentRequest, call func() error) error {
	name, end := request.GetDocument().GetName(), request.GetDocument().GetEmbargoEndTime()
	if request.GetValidateOnly() || !embargo.Changes(request.GetUpdateMask(), end) {
		return call()
	}
	if err := c.postpone(ctx, request, name, end); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	return c.follow(ctx, name)
}

// postpone gives figures that would be public before the document its new end. This comes
// before the document gets it: if that then does not, they are late, never early.
func (c *Conn) postpone(ctx context.Context, request *statementsv1.UpdateDocumentRequest, name string, end *timestamppb.Timestamp) error {
	before, err := embargo.OfDocument(ctx, c.documents, name)
	if err != nil || before == nil || end == nil || !end.AsTime().After(before.AsTime()) {
		return err
	}
	_, err = c.documents.UpdateDocument(ctx, &statementsv1.UpdateDocumentRequest{
		Document: request.GetDocument(), UpdateMask: request.GetUpdateMask(), ValidateOnly: true,
	})
	if err != nil {
		return err
	}
	return embargo.Postpone(ctx, c.figures, name, end)
}

// follow gives figures the end that their document now has, also those that came on record
// meanwhile. It goes on when the client has gone, and does not give up at once: the figures
// would be public at another time.
func (c *Conn) follow(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	pause := firstPause
	for {
		err := embargo.Align(ctx, c.documents, c.figures, name)
		if err == nil {
			return nil
		}
		if !errs.Is(err, errs.Unavailable) && !errs.Is(err, errs.Aborted) {
			return behind(err, name)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return behind(err, name)
		}
		pause = min(2*pause, lastPause)
	}
}

// What is updated although the call failed, as its metadata say: those of an internal error are
// all that its caller sees.
const (
	updatedKey      = "updated"
	updatedDocument = "DOCUMENT"
)

// behind says how to go on when a document has its new end and figures on it do not.
func behind(err error, document string) error {
	return errs.New(errs.KindOf(err), errs.ReasonOf(err),
		"%s has its new end, but figures on it do not have theirs yet: send the same `embargo_end_time` once more (%s)",
		document, errs.ToStatus(err).Message()).
		About("onrecord.dev/Document", document).With(updatedKey, updatedDocument).MaybeWritten().Wrap(err)
}
