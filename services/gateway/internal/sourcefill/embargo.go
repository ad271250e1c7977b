package sourcefill

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// present is a figure as it stands, nil if there is none: the method itself says that better.
func (c *Conn) present(ctx context.Context, name string) (*metricsv1.Figure, error) {
	figure, err := c.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: name})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.InvalidArgument) {
		return nil, nil //nolint:nilnil // no figure
	}
	return figure, err
}

// update checks an end of an embargo against that of the document.
func (c *Conn) update(ctx context.Context, request *metricsv1.UpdateFigureRequest) error {
	given := request.GetFigure().GetEmbargoEndTime()
	if !embargo.Changes(request.GetUpdateMask(), given) {
		return nil
	}
	present, err := c.present(ctx, request.GetFigure().GetName())
	if err != nil || !present.GetRestricted() || present.GetDocumentVersion() == "" {
		return err
	}
	end, err := embargo.OfDocument(ctx, c.documents, present.GetDocumentVersion())
	if err != nil {
		return err
	}
	return embargo.Covers(given, "figure."+embargo.Field, embargo.EndLater, present.GetDocumentVersion(), end)
}

// rollback checks what an earlier revision names: it may be of a time at which the figure
// was under embargo, or stood on another document.
func (c *Conn) rollback(ctx context.Context, request *metricsv1.RollbackFigureRequest) error {
	const field = "revision_id"
	present, err := c.present(ctx, request.GetName())
	if err != nil || present == nil {
		return err
	}
	revision, err := c.figures.GetFigureRevision(ctx, &metricsv1.GetFigureRevisionRequest{
		Name: request.GetName() + "/revisions/" + request.GetRevisionId(),
	})
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.InvalidArgument):
		return nil // the method itself says it better
	case err != nil:
		return err
	}
	earlier := revision.GetSnapshot()
	on, err := FindClaimant(ctx, c.statements, c.entities, earlier.GetClaimant())
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err := embargo.CheckNaming(ctx, c.documents, earlier.GetDocumentVersion(), on, field); err != nil {
		return err
	}
	var end *timestamppb.Timestamp
	if version := earlier.GetDocumentVersion(); version != "" {
		if end, err = embargo.OfDocument(ctx, c.documents, version); err != nil {
			return err
		}
	}
	return c.checkMove(ctx, present, earlier.GetDocumentVersion(), field, end)
}

// checkMove refuses that a figure stands on a version, of a document whose embargo ends at a
// time, if it has no embargo as long, or if it now stands on another document under embargo.
func (c *Conn) checkMove(ctx context.Context, present *metricsv1.Figure, version, field string, end *timestamppb.Timestamp) error {
	if err := embargo.Covers(present.GetEmbargoEndTime(), field, embargo.LeaveOut, version, end); err != nil || !present.GetRestricted() {
		return err
	}
	return embargo.CheckNaming(ctx, c.documents, version, present.GetDocumentVersion(), field)
}

// checkNotice refuses a notice, of a correction of a figure on a version, in one that is not
// on record or of another document under embargo.
func (c *Conn) checkNotice(ctx context.Context, figureOn, notice string) error {
	const field = "notice_document_version"
	if notice == "" {
		return nil
	}
	if err := embargo.CheckNaming(ctx, c.documents, figureOn, notice, field); err != nil {
		return err
	}
	_, err := c.fetch(ctx, notice, field)
	return err
}
