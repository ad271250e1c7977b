package together

import (
	"context"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// What is erased although the call failed, as its metadata say.
const (
	erasedKey      = "erased"
	erasedWords    = "FIGURE_WORDS"
	erasedDocument = "DOCUMENT"
)

// erase erases the words before the document: if the document then stays, its readers lost
// nothing that was not to go, and the same call goes on, once what refused it is mended. They
// go once more after it, with a figure that came on record meanwhile. If the document is
// erased already, what a fault left of them goes before the statements service says so. If the
// metrics service does not answer it fails, and its error says what is erased all the same.
func (c *Conn) erase(ctx context.Context, request *statementsv1.EraseDocumentRequest, eraseDocument func() error) error {
	if err := c.tryErase(ctx, request); err != nil {
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

// tryErase refuses what the statements service would refuse, before anything goes.
func (c *Conn) tryErase(ctx context.Context, request *statementsv1.EraseDocumentRequest) error {
	trial := proto.CloneOf(request)
	trial.ValidateOnly, trial.RequestId = true, ""
	_, err := c.erasures.EraseDocument(ctx, trial)
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
