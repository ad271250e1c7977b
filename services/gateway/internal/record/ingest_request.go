package record

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

var documentName = resource.Name("documents", "{document}")

// checkIngest checks what neither service can know: what an ingest fills in
// itself must be empty.
func checkIngest(req *gatewayv1.IngestDocumentRequest) error {
	var v errs.Violations
	if !documentName.Matches(req.GetDocument().GetName()) {
		v.Add("document.name", "INVALID_NAME", "must be documents/{document}, where the id has 1 to 63 lower-case letters, digits and hyphens")
	}
	if req.GetVersion().GetName() != "" {
		v.Add("version.name", "FIELD_NOT_EMPTY", "must be empty: the service numbers versions")
	}
	for i, statement := range req.GetStatements() {
		if statement.GetDocumentVersion() != "" {
			v.Add(fmt.Sprintf("statements[%d].document_version", i), "FIELD_NOT_EMPTY", "must be empty: it is the version of this request")
		}
	}
	for i, figure := range req.GetFigures() {
		if figure.GetDocumentVersion() != "" {
			v.Add(fmt.Sprintf("figures[%d].document_version", i), "FIELD_NOT_EMPTY", "must be empty: it is the version of this request")
		}
		if figure.GetOrigin() == nil && !hasSpans(figure) {
			v.Add(fmt.Sprintf("figures[%d].origin", i), "FIELD_REQUIRED", "a figure without spans must say whose it is")
		}
	}
	return v.Err()
}

// hasSpans reports whether any passage of the text is given for the figure.
func hasSpans(f *metricsv1.Figure) bool {
	spans := append([]*typev1.TextSpan(nil), f.GetReported().GetSpans()...)
	for _, alternate := range f.GetAlternates() {
		spans = append(spans, alternate.GetReported().GetSpans()...)
	}
	for _, claim := range f.GetComparisonClaims() {
		if claim.GetSpan() != nil {
			spans = append(spans, claim.GetSpan())
		}
	}
	return len(spans) > 0 || f.GetTimePeriod().GetPrinted().GetSpan() != nil
}

// figuresRequest is the half that goes to the metrics service, nil if there is
// nothing for it. Every figure stands on the version.
func (in *ingest) figuresRequest(ctx context.Context) (*metricsv1.StageFiguresRequest, error) {
	if len(in.req.GetMetrics()) == 0 && len(in.req.GetFigures()) == 0 {
		return nil, nil
	}
	text, err := sourcetext.Normalize(in.req.GetVersion().GetText())
	var refused *sourcetext.TextError
	if errors.As(err, &refused) {
		return nil, errs.Invalid("version.text", string(refused.Reason), "%s", refused.Message)
	}
	out := &metricsv1.StageFiguresRequest{
		RequestId:        in.id,
		Metrics:          in.req.GetMetrics(),
		SourceText:       text.String(),
		SourceTextSha256: text.SHA256(),
		TextWithheld:     in.req.GetDocument().GetTextWithheld(),
	}
	if in.embargo, err = in.embargoEnd(ctx); err != nil {
		return nil, err
	}
	out.DocumentEmbargoEndTime = in.embargo
	for _, figure := range in.req.GetFigures() {
		figure = proto.CloneOf(figure)
		figure.DocumentVersion = in.version.GetName()
		if published := in.req.GetVersion().GetPublishTime().GetEdtf(); figure.GetReleaseTime() == nil && published != "" {
			// As over REST: a figure is put out with the version that prints it.
			figure.ReleaseTime = &typev1.TimePeriod{Edtf: published}
		}
		out.Figures = append(out.Figures, figure)
	}
	return out, nil
}

// checkFigures refuses figures that name what is not there, or may not be named, or that
// would be public before their document.
func (in *ingest) checkFigures(ctx context.Context) error {
	if err := in.checkClaimants(ctx); err != nil {
		return err
	}
	for i, figure := range in.figures.GetFigures() {
		if err := embargo.CheckOwn(figure, errs.Index("figures", i), in.embargo); err != nil {
			return err
		}
	}
	return nil
}

// embargoEnd is when the embargo of the document ends, nil without one: what the request
// says or, of one that is on record, what that has.
func (in *ingest) embargoEnd(ctx context.Context) (*timestamppb.Timestamp, error) {
	if end := in.req.GetDocument().GetEmbargoEndTime(); end != nil || len(in.req.GetFigures()) == 0 {
		return end, nil
	}
	end, err := embargo.OfDocument(ctx, in.documents, in.req.GetDocument().GetName())
	return end, fromStatements(err)
}
