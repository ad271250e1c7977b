// Package embargo keeps figures under the embargo of their document. The statements service
// has the document, the metrics service its figures, and neither knows the other: so a figure
// that comes in over the gateway gets the end that its document has, figures get another end
// with their document, and no figure that is public is made to name what is not.
//
// At the end each service publishes what is its own, within seconds: for so long a figure
// may be there whose document is not, or a document without its figures. Whoever calls the
// services themselves keeps the two together himself.
//
// What may go here: those rules. When they are asked, their callers say; what an embargo is,
// and who reads what is under one, the services.
package embargo

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Field is the field of documents and figures that this package is about.
const Field = "embargo_end_time"

// What an error says to do about the field that it names.
const (
	LeaveOut = "leave it out until then"           // it names a document under embargo
	EndLater = "give it that time, or a later one" // it is the end of an embargo
)

// Changes reports whether an update with a mask gives a document or a figure an end of its
// embargo, which is nil where it says none.
func Changes(mask *fieldmaskpb.FieldMask, end *timestamppb.Timestamp) bool {
	paths := mask.GetPaths()
	return slices.Contains(paths, Field) || (len(paths) == 0 || slices.Contains(paths, "*")) && end != nil
}

// OfDocument is the end of a document's embargo, nil if it is under none. A version's name
// is that of its document. A document that is not there is under none: whoever needs it
// says that it is missing.
func OfDocument(ctx context.Context, documents statementsv1.DocumentServiceClient, name string) (*timestamppb.Timestamp, error) {
	document, err := documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: documentOf(name)})
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

// CheckOwn refuses a new figure with an end of its own before that of the document which it
// stands on, as Covers does; one without gets the document's. The error says where the
// figure stands in the request.
func CheckOwn(figure *metricsv1.Figure, at string, end *timestamppb.Timestamp) error {
	if figure.GetEmbargoEndTime() == nil {
		return nil
	}
	return Covers(figure.GetEmbargoEndTime(), errs.JoinPath(at, Field), EndLater, figure.GetDocumentVersion(), end)
}

// Covers refuses that a figure stands on a version of a document whose embargo ends at a
// time, if its own ends before, or if it has none: it would name a document that readers may
// not know yet. at is the field of the request by which it would, and fix what to do about
// it: LeaveOut or EndLater.
//
// Errors: FAILED_PRECONDITION EMBARGOED.
func Covers(own *timestamppb.Timestamp, at, fix, version string, end *timestamppb.Timestamp) error {
	if end == nil || own != nil && !own.AsTime().Before(end.AsTime()) {
		return nil
	}
	return embargoed(at, fix, version, end, "a figure on it is so at least as long")
}

// CheckNaming refuses that a figure on one version names something that stands on another:
// that document is under embargo, and only what is of it can name it before the end. at is
// the field by which it does.
//
// Errors: FAILED_PRECONDITION EMBARGOED.
func CheckNaming(ctx context.Context, documents statementsv1.DocumentServiceClient, figureOn, namedOn, at string) error {
	if namedOn == "" || documentOf(figureOn) == documentOf(namedOn) {
		return nil
	}
	end, err := OfDocument(ctx, documents, namedOn)
	if end == nil || err != nil {
		return err
	}
	return embargoed(at, LeaveOut, namedOn, end, "only what is of it can name it before")
}

func embargoed(at, fix, version string, end *timestamppb.Timestamp, because string) error {
	document := documentOf(version)
	return errs.New(errs.FailedPrecondition, "EMBARGOED",
		"%s: %s is under embargo until %s, and %s", at, document, end.AsTime().Format(time.RFC3339Nano), because).
		About("onrecord.dev/Document", document).Field(at, fix)
}

// documentOf is the document of a version.
func documentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}
