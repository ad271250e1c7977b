// Package together keeps a document and the figures on it together. The statements service
// has the document, the metrics service its figures, and neither knows the other: so what
// comes in over REST and makes an end of a document, or of its embargo, has its part in both.
//
//   - A document that is retracted has no figures: they would lose it. So it is with every
//     other way for it to go while it is under embargo: it stays unknown to readers then, and
//     its figures would become public by themselves.
//   - A document whose embargo gets another end takes its figures with it.
//   - A document that is erased takes the words along that figures keep of it.
//
// Only these steps may go here: what each change must fulfil besides, the services say. Which
// end figures have when they come in is said in package embargo.
package together

import (
	"context"

	"google.golang.org/grpc"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Conn wraps a connection to the statements service.
type Conn struct {
	grpc.ClientConnInterface
	documents statementsv1.DocumentServiceClient
	erasures  statementsv1.ErasureServiceClient
	figures   metricsv1.FigureServiceClient
	erased    func(document string)
}

// Wrap returns the statements connection with the metrics service taken along. erased is told
// of a document each time that words of it may have gone: this gateway is not to answer them
// until it hears the change that says so.
func Wrap(statements, metrics grpc.ClientConnInterface, erased func(document string)) *Conn {
	return &Conn{
		ClientConnInterface: statements,
		documents:           statementsv1.NewDocumentServiceClient(statements), erasures: statementsv1.NewErasureServiceClient(statements),
		figures: metricsv1.NewFigureServiceClient(metrics), erased: erased,
	}
}

// Invoke implements grpc.ClientConnInterface. Its errors are what errs.ToStatus takes: whoever
// sends one logs the cause.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	call := func() error { return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...) }
	if err := c.checkGoing(ctx, args); err != nil {
		return err
	}
	switch request := args.(type) {
	case *statementsv1.EraseDocumentRequest:
		return c.erase(ctx, request, call)
	case *statementsv1.UpdateDocumentRequest:
		return c.update(ctx, request, call)
	}
	return call()
}
