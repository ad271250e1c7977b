package embargo

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// Field is the field of documents and figures that this package is about.
	Field = "embargo_end_time"
	// finishTimeout bounds what goes on after the client has gone, once the document is
	// changed.
	finishTimeout = 20 * time.Second
	// firstPause and lastPause bound the pause between two tries; it doubles.
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// Conn wraps a connection to the statements service.
type Conn struct {
	grpc.ClientConnInterface
	documents statementsv1.DocumentServiceClient
	figures   metricsv1.FigureServiceClient
}

// Wrap returns the statements connection with the figures of a document taken along when
// its embargo is given another end.
func Wrap(statements, metrics grpc.ClientConnInterface) *Conn {
	return &Conn{
		ClientConnInterface: statements,
		documents:           statementsv1.NewDocumentServiceClient(statements), figures: metricsv1.NewFigureServiceClient(metrics),
	}
}

// Invoke implements grpc.ClientConnInterface.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	call := func() error { return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...) }
	request, ok := args.(*statementsv1.UpdateDocumentRequest)
	if !ok || request.GetValidateOnly() || !Changes(request.GetUpdateMask(), request.GetDocument().GetEmbargoEndTime()) {
		return call()
	}
	name, end := request.GetDocument().GetName(), request.GetDocument().GetEmbargoEndTime()
	if err := c.postpone(ctx, request, name, end); err != nil {
		return errs.ToStatus(err).Err()
	}
	if err := call(); err != nil {
		return err
	}
	return errs.ToStatus(c.follow(ctx, name)).Err()
}

// Changes reports whether an update with a mask gives a document or a figure an end of its
// embargo, which is nil where it says none.
func Changes(mask *fieldmaskpb.FieldMask, end *timestamppb.Timestamp) bool {
	paths := mask.GetPaths()
	return slices.Contains(paths, Field) || (len(paths) == 0 || slices.Contains(paths, "*")) && end != nil
}

// postpone gives figures that would be public before the document its new end. This comes
// before the document gets it: if that then does not, they are late, never early.
func (c *Conn) postpone(ctx context.Context, request *statementsv1.UpdateDocumentRequest, name string, end *timestamppb.Timestamp) error {
	before, err := OfDocument(ctx, c.documents, name)
	if err != nil || before == nil || end == nil || !end.AsTime().After(before.AsTime()) {
		return err
	}
	_, err = c.documents.UpdateDocument(ctx, &statementsv1.UpdateDocumentRequest{
		Document: request.GetDocument(), UpdateMask: request.GetUpdateMask(), ValidateOnly: true,
	})
	if err != nil {
		return err
	}
	all, err := endsOf(ctx, c.figures, name)
	if err != nil {
		return err
	}
	early, _ := split(all, end.AsTime())
	return move(ctx, c.figures, name, early, end)
}

// follow gives figures the end that their document now has, also those that came on record
// meanwhile. It goes on when the client has gone, and does not give up at once: the figures
// would be public at another time.
func (c *Conn) follow(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	pause := firstPause
	for {
		err := Align(ctx, c.documents, c.figures, name)
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

// behind says how to go on when a document has its new end and figures on it do not.
func behind(err error, document string) error {
	return errs.New(errs.KindOf(err), errs.ReasonOf(err),
		"%s has its new end, but figures on it do not have theirs yet: send the same `embargo_end_time` once more (%s)",
		document, errs.ToStatus(err).Message()).About("onrecord.dev/Document", document).Wrap(err)
}
