// Package figureguard keeps documents on record while figures stand on them: a
// retraction that comes in over REST is sent on to the statements service only
// if the metrics service, which alone knows figures, has none of the document. So
// it is with every other way for a document to go while it is under embargo: it
// stays unknown to readers then, and its figures would become public by themselves.
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
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
)

var documentName = resource.Name("documents", "{document}")

// Conn wraps a connection to the statements service.
type Conn struct {
	grpc.ClientConnInterface
	documents statementsv1.DocumentServiceClient
	figures   metricsv1.FigureServiceClient
}

// Wrap returns the statements connection with the metrics service asked before a
// document goes.
func Wrap(statements, metrics grpc.ClientConnInterface) *Conn {
	return &Conn{
		ClientConnInterface: statements,
		documents:           statementsv1.NewDocumentServiceClient(statements), figures: metricsv1.NewFigureServiceClient(metrics),
	}
}

// Invoke implements grpc.ClientConnInterface. If the metrics service does not
// answer the call fails: a figure never loses its document because a service was
// away.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	var err error
	switch request := args.(type) {
	case *statementsv1.DeleteDocumentRequest:
		err = c.check(ctx, request.GetName(), "retracted")
	case *statementsv1.CorrectDocumentRequest:
		if request.GetKind() == typev1.Correction_KILL {
			err = c.checkEmbargoed(ctx, request.GetName(), "withdrawn while it is under embargo")
		}
	case *statementsv1.EraseDocumentRequest:
		err = c.checkEmbargoed(ctx, request.GetName(), "erased while it is under embargo")
	}
	if err != nil {
		return errs.ToStatus(err).Err()
	}
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

// checkEmbargoed refuses a document under embargo on which a figure stands.
func (c *Conn) checkEmbargoed(ctx context.Context, document, why string) error {
	end, err := embargo.OfDocument(ctx, c.documents, document)
	if end == nil || err != nil {
		return err
	}
	return c.check(ctx, document, why)
}

// check refuses a document on which a figure stands. why says what cannot be done to it.
func (c *Conn) check(ctx context.Context, document, why string) error {
	if !documentName.Matches(document) {
		return nil // the service refuses it
	}
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
		"%s cannot be %s: figures stand on its versions, such as %s", document, why, figure).
		About("onrecord.dev/Document", document).With("figure", figure)
}
