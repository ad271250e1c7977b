// Package figureguard keeps documents on record while figures stand on them: a
// retraction that comes in over REST is sent on to the statements service only
// if the metrics service, which alone knows figures, has none of the document.
//
// Only this one question may go here: what else a retraction must fulfil is the
// statements service's to say.
package figureguard

import (
	"context"
	"strconv"

	"google.golang.org/grpc"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
)

var documentName = resource.Name("documents", "{document}")

// Conn wraps a connection to the statements service.
type Conn struct {
	grpc.ClientConnInterface
	figures metricsv1.FigureServiceClient
}

// Wrap returns the statements connection with the metrics service asked before a
// document is retracted.
func Wrap(statements, metrics grpc.ClientConnInterface) *Conn {
	return &Conn{ClientConnInterface: statements, figures: metricsv1.NewFigureServiceClient(metrics)}
}

// Invoke implements grpc.ClientConnInterface. If the metrics service does not
// answer the call fails: a figure never loses its document because a service was
// away.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if request, ok := args.(*statementsv1.DeleteDocumentRequest); ok && documentName.Matches(request.GetName()) {
		if err := c.check(ctx, request.GetName()); err != nil {
			return errs.ToStatus(err).Err()
		}
	}
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

// check refuses a document on which a figure stands.
func (c *Conn) check(ctx context.Context, document string) error {
	answer, err := c.figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{
		Filter: "document = " + strconv.Quote(document), OrderBy: "name", PageSize: 1,
	})
	switch {
	case err != nil:
		return err
	case len(answer.GetFigures()) == 0:
		return nil
	}
	figure := answer.GetFigures()[0].GetName()
	return errs.New(errs.FailedPrecondition, "DOCUMENT_HAS_FIGURES",
		"%s cannot be retracted: figures stand on its versions, such as %s", document, figure).
		About("onrecord.dev/Document", document).With("figure", figure)
}
