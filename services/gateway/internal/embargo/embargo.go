// Package embargo keeps a document and its figures under one embargo. The statements
// service has the document, the metrics service its figures, and neither knows the other:
// so a figure that comes in over the gateway gets the end that its document has, and a
// document whose end is changed over REST takes its figures with it. No figure is public
// before the document that it stands on.
//
// What may go here: those two steps. What an embargo is, and who reads what is under one,
// the services say.
package embargo

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// OfDocument is the end of a document's embargo, nil if it is under none. A version's name
// is that of its document. A document that is not there is under none: whoever needs it
// says that it is missing.
func OfDocument(ctx context.Context, documents statementsv1.DocumentServiceClient, name string) (*timestamppb.Timestamp, error) {
	name, _, _ = strings.Cut(name, "/versions/")
	document, err := documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name})
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.InvalidArgument):
		return nil, nil //nolint:nilnil // no embargo
	case err != nil:
		return nil, err
	case !document.GetRestricted():
		return nil, nil //nolint:nilnil // no embargo
	default:
		return document.GetEmbargoEndTime(), nil
	}
}

// Fill gives a figure the end of its document's embargo, if it has none of its own; an end
// of nil leaves it as it is. FAILED_PRECONDITION, reason EMBARGOED, if its own comes before
// that: it would name a document that readers may not know yet. The error says where the
// figure stands in the request.
func Fill(figure *metricsv1.Figure, at string, end *timestamppb.Timestamp) error {
	switch {
	case end == nil:
		return nil
	case figure.GetEmbargoEndTime() == nil:
		figure.EmbargoEndTime = end
		return nil
	default:
		return Covers(figure, at, end)
	}
}

// Covers refuses a figure whose embargo ends before that of its document, as Fill does, and
// one that has none.
func Covers(figure *metricsv1.Figure, at string, end *timestamppb.Timestamp) error {
	own := figure.GetEmbargoEndTime()
	if end == nil || own != nil && !own.AsTime().Before(end.AsTime()) {
		return nil
	}
	return errs.New(errs.FailedPrecondition, "EMBARGOED",
		"%s: the document is under embargo until %s, and its figures are so at least as long", at, end.AsTime().Format(time.RFC3339Nano)).
		With("field", at)
}
