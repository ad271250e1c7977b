package together

import (
	"context"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
)

var documentName = resource.Name("documents", "{document}")

// checkGoing refuses a call by which a document would go that figures stand on. If the metrics
// service does not answer it fails: a figure never loses its document because a service was
// away.
func (c *Conn) checkGoing(ctx context.Context, args any) error {
	switch request := args.(type) {
	case *statementsv1.DeleteDocumentRequest:
		return c.checkFigureless(ctx, request.GetName(), "retracted")
	case *statementsv1.CorrectDocumentRequest:
		if request.GetKind() == typev1.Correction_KILL {
			return c.checkEmbargoed(ctx, request.GetName(), "withdrawn while it is under embargo")
		}
	case *statementsv1.EraseDocumentRequest:
		return c.checkEmbargoed(ctx, request.GetName(), "erased while it is under embargo")
	}
	return nil
}

// checkEmbargoed refuses a document under embargo on which a figure stands.
func (c *Conn) checkEmbargoed(ctx context.Context, document, why string) error {
	end, err := embargo.OfDocument(ctx, c.documents, document)
	if end == nil || err != nil {
		return err
	}
	return c.checkFigureless(ctx, document, why)
}

// checkFigureless refuses a document on which a figure stands. why says what cannot be done to it.
func (c *Conn) checkFigureless(ctx context.Context, document, why string) error {
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
