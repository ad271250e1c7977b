// Package erasure takes the words of a document along to the metrics service when the
// document is erased over REST: the statements service has the document, and figures keep
// words of it, but neither service knows the other.
//
// Only this one step may go here: what an erasure must fulfil and what stays of it, the
// services say.
package erasure

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Conn wraps a connection to the statements service.
type Conn struct {
	grpc.ClientConnInterface
	documents statementsv1.ErasureServiceClient
	figures   metricsv1.FigureServiceClient
	erased    func(document string)
}

// Wrap returns the statements connection with the words that figures have of a document
// erased with it. erased is told of the document each time that some may have gone: this gateway
// is not to answer them until it hears the change that says so.
func Wrap(statements, metrics grpc.ClientConnInterface, erased func(document string)) *Conn {
	return &Conn{
		ClientConnInterface: statements,
		documents:           statementsv1.NewErasureServiceClient(statements), figures: metricsv1.NewFigureServiceClient(metrics),
		erased: erased,
	}
}

// What is erased although the call failed, as its metadata say.
const (
	erasedKey      = "erased"
	erasedWords    = "FIGURE_WORDS"
	erasedDocument = "DOCUMENT"
)

// Invoke implements grpc.ClientConnInterface.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	call := func() error { return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...) }
	request, ok := args.(*statementsv1.EraseDocumentRequest)
	if !ok {
		return call()
	}
	return errs.ToStatus(c.erase(ctx, request, call)).Err()
}

// erase erases the words before the document: if the document then stays, its readers lost
// nothing that was not to go, and the same call goes on, once what refused it is mended. They
// go once more after it, with a figure that came on record meanwhile. If the document is
// erased already, what a fault left of them goes before the statements service says so.
func (c *Conn) erase(ctx context.Context, request *statementsv1.EraseDocumentRequest, eraseDocument func() error) error {
	if err := c.check(ctx, request); err != nil {
		return err
	}
	gone, err := c.eraseWords(ctx, request)
	if err != nil {
		return err
	}
	err = eraseDocument()
	switch {
	case err != nil && gone && errs.ReasonOf(err) != erasedAlready:
		return errs.WithMetadata(errs.MaybeWritten(err), erasedKey, erasedWords)
	case err != nil || request.GetValidateOnly():
		return err
	}
	if _, err := c.eraseWords(ctx, request); err != nil {
		return errs.WithMetadata(errs.MaybeWritten(err), erasedKey, erasedDocument)
	}
	return nil
}

// erasedAlready is the reason of what is refused since it was erased before.
const erasedAlready = "ERASED"

// check refuses what the statements service would refuse, before anything goes.
func (c *Conn) check(ctx context.Context, request *statementsv1.EraseDocumentRequest) error {
	trial := proto.CloneOf(request)
	trial.ValidateOnly, trial.RequestId = true, ""
	_, err := c.documents.EraseDocument(ctx, trial)
	if errs.ReasonOf(err) == erasedAlready {
		return nil
	}
	return err
}

// eraseWords erases the words that figures have. gone says whether there were any.
func (c *Conn) eraseWords(ctx context.Context, request *statementsv1.EraseDocumentRequest) (gone bool, err error) {
	if !request.GetValidateOnly() {
		defer c.erased(request.GetName()) // a call that failed may have written, too
	}
	answer, err := c.figures.EraseFigureWords(ctx, &metricsv1.EraseFigureWordsRequest{Document: request.GetName(), ValidateOnly: request.GetValidateOnly()})
	if errs.Is(err, errs.Unimplemented) {
		return false, errs.New(errs.FailedPrecondition, "SERVICE_TOO_OLD",
			"the metrics service cannot erase the words that figures have of a document: bring it up to the version of the gateway first").
			With("service", "metrics").Wrap(err)
	}
	return answer.GetRecordTime() != nil, err
}
