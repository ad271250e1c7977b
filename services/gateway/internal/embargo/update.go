package embargo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// field is the field of documents that this package is about.
	field = "embargo_end_time"
	// finishTimeout bounds what goes on after the client has gone, once the document is
	// changed.
	finishTimeout = 20 * time.Second
	// firstPause and lastPause bound the pause between two tries; it doubles.
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
	// pageSize is the size of the pages in which figures are listed.
	pageSize = 1000
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
	if !ok || request.GetValidateOnly() || !changes(request) {
		return call()
	}
	name := request.GetDocument().GetName()
	before, err := OfDocument(ctx, c.documents, name)
	if err != nil {
		return errs.ToStatus(err).Err()
	}
	if before == nil {
		return call() // there is no embargo to change: the service says so
	}
	after := request.GetDocument().GetEmbargoEndTime()
	if after != nil && after.AsTime().After(before.AsTime()) {
		if err := c.postpone(ctx, request); err != nil {
			return errs.ToStatus(err).Err()
		}
		return call()
	}
	if err := call(); err != nil {
		return err
	}
	return errs.ToStatus(c.follow(ctx, name, before, after)).Err()
}

// changes reports whether a request gives a document an end of its embargo.
func changes(request *statementsv1.UpdateDocumentRequest) bool {
	paths := request.GetUpdateMask().GetPaths()
	if len(paths) == 0 {
		return request.GetDocument().GetEmbargoEndTime() != nil
	}
	return slices.Contains(paths, field) || slices.Contains(paths, "*")
}

// postpone gives figures that would be public before the document its new end, before the
// document gets it. If the document then does not, they are late, never early, and the same
// request again finds them so.
func (c *Conn) postpone(ctx context.Context, request *statementsv1.UpdateDocumentRequest) error {
	name, after := request.GetDocument().GetName(), request.GetDocument().GetEmbargoEndTime()
	_, err := c.documents.UpdateDocument(ctx, &statementsv1.UpdateDocumentRequest{
		Document: request.GetDocument(), UpdateMask: request.GetUpdateMask(), ValidateOnly: true,
	})
	if err != nil {
		return err
	}
	ends, err := c.endsBefore(ctx, name, after.AsTime())
	if err != nil {
		return err
	}
	for _, end := range ends {
		_, err := c.figures.EmbargoFigures(ctx, &metricsv1.EmbargoFiguresRequest{
			Document: name, EmbargoEndTime: after, PreviousEmbargoEndTime: timestamppb.New(end),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// endsBefore are the ends of the embargoes of a document's figures that come before a time.
func (c *Conn) endsBefore(ctx context.Context, document string, limit time.Time) (ends []time.Time, err error) {
	request := &metricsv1.ListFiguresRequest{
		Filter: "restricted = true AND document = " + strconv.Quote(document), OrderBy: "name", PageSize: pageSize,
	}
	for {
		page, err := c.figures.ListFigures(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, figure := range page.GetFigures() {
			end := figure.GetEmbargoEndTime()
			if end != nil && end.AsTime().Before(limit) && !slices.ContainsFunc(ends, end.AsTime().Equal) {
				ends = append(ends, end.AsTime())
			}
		}
		if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
			return ends, nil
		}
	}
}

// follow ends the embargo of those figures that had the document's end as that now does. It
// goes on when the client has gone, and does not give up at once: the figures would stay
// restricted until the end that the document had.
func (c *Conn) follow(ctx context.Context, document string, before, after *timestamppb.Timestamp) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	pause := firstPause
	for {
		_, err := c.figures.EmbargoFigures(ctx, &metricsv1.EmbargoFiguresRequest{
			Document: document, EmbargoEndTime: after, PreviousEmbargoEndTime: before,
		})
		if !errs.Is(err, errs.Unavailable) && !errs.Is(err, errs.Aborted) {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
		pause = min(2*pause, lastPause)
	}
}
