// Package sourcefill adds to figures that come in over REST what only the
// statements service has: the text of the document version that a figure stands on,
// so that its spans are verified; the time at which that version was published,
// which is the figure's release if it states none; the embargo of its document; and
// whether its claimant, and the notice of a correction, are on record and may be named.
//
// Only these steps may go here: what a span and a figure must fulfil is the metrics
// service's to say.
package sourcefill

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// Conn wraps a connection to the metrics service.
type Conn struct {
	grpc.ClientConnInterface
	documents  statementsv1.DocumentServiceClient
	statements statementsv1.StatementServiceClient
	entities   statementsv1.EntityServiceClient
	figures    metricsv1.FigureServiceClient
}

// Wrap returns the metrics connection with texts filled in from the statements
// service.
func Wrap(metrics, statements grpc.ClientConnInterface) *Conn {
	return &Conn{
		ClientConnInterface: metrics, documents: statementsv1.NewDocumentServiceClient(statements),
		statements: statementsv1.NewStatementServiceClient(statements), entities: statementsv1.NewEntityServiceClient(statements),
		figures: metricsv1.NewFigureServiceClient(metrics),
	}
}

// Invoke implements grpc.ClientConnInterface. If the text cannot be fetched the
// call fails: a span is never stored unverified because a service was away. Its errors are
// what errs.ToStatus takes: whoever sends one logs the cause.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	filled, isFilled, err := c.filled(ctx, args)
	author, isWrite := args.(recordwrite.Message)
	if isFilled && isWrite && author.GetRequestId() != "" {
		return once(ctx, author, filled, err, func(ctx context.Context, args any, more ...grpc.CallOption) error {
			return c.ClientConnInterface.Invoke(ctx, method, args, reply, slices.Concat(opts, more)...)
		})
	}
	if err != nil {
		return err
	}
	return c.ClientConnInterface.Invoke(ctx, method, filled, reply, opts...)
}

// filled is a request with what is added to it, checked, if it is one of those.
func (c *Conn) filled(ctx context.Context, args any) (filled any, isFilled bool, err error) {
	switch request := args.(type) {
	case *metricsv1.CreateFigureRequest:
		filled, err = c.single(ctx, request)
	case *metricsv1.BatchCreateFiguresRequest:
		filled, err = c.batch(ctx, request)
	case *metricsv1.CorrectFigureRequest:
		filled, err = c.correction(ctx, request)
	case *metricsv1.UpdateFigureRequest:
		filled, err = request, c.update(ctx, request)
	case *metricsv1.RollbackFigureRequest:
		filled, err = request, c.rollback(ctx, request)
	default:
		return args, false, nil
	}
	return filled, true, err
}

// versionField is the field of a request in which a figure's version stands.
const versionField = "figure.document_version"

// source is what the metrics service needs to know of a version.
type source struct {
	text, sha256 string
	withheld     bool
	published    *typev1.TimePeriod
	// embargo is when that of its document ends, nil without one.
	embargo *timestamppb.Timestamp
}

func (c *Conn) single(ctx context.Context, request *metricsv1.CreateFigureRequest) (*metricsv1.CreateFigureRequest, error) {
	if err := c.checkClaimants(ctx, claimantOf("figure", request.GetFigure())); err != nil {
		return nil, err
	}
	version := request.GetFigure().GetDocumentVersion()
	if version == "" {
		return request, nil
	}
	found, err := c.fetch(ctx, version, versionField)
	if err != nil {
		return nil, err
	}
	filled := proto.CloneOf(request)
	if filled.SourceText, filled.SourceTextSha256, filled.TextWithheld, err = found.fill(request); err != nil {
		return nil, err
	}
	filled.DocumentEmbargoEndTime = found.embargo
	return filled, found.complete(filled.GetFigure(), "figure")
}

func (c *Conn) batch(ctx context.Context, request *metricsv1.BatchCreateFiguresRequest) (*metricsv1.BatchCreateFiguresRequest, error) {
	var claimants []claimant
	for i, one := range request.GetRequests() {
		claimants = append(claimants, claimantOf(errs.Index("requests", i)+".figure", one.GetFigure()))
	}
	if err := c.checkClaimants(ctx, claimants...); err != nil {
		return nil, err
	}
	version, field, err := oneVersion(request.GetRequests())
	if version == "" || err != nil {
		return request, err
	}
	found, err := c.fetch(ctx, version, field)
	if err != nil {
		return nil, err
	}
	filled := proto.CloneOf(request)
	if filled.SourceText, filled.SourceTextSha256, filled.TextWithheld, err = found.fill(request); err != nil {
		return nil, err
	}
	filled.DocumentEmbargoEndTime = found.embargo
	for i, one := range filled.GetRequests() {
		if one.GetFigure().GetDocumentVersion() == "" {
			continue
		}
		if err := found.complete(one.GetFigure(), errs.Index("requests", i)+".figure"); err != nil {
			return nil, err
		}
	}
	return filled, nil
}

// correction gets the text of the version that the figure stands on afterwards. What
// it leaves out of the mask stays, the release too.
func (c *Conn) correction(ctx context.Context, request *metricsv1.CorrectFigureRequest) (*metricsv1.CorrectFigureRequest, error) {
	present, err := c.present(ctx, request.GetName())
	if err != nil {
		return nil, err
	}
	version := cmp.Or(request.GetFigure().GetDocumentVersion(), present.GetDocumentVersion())
	claimant := claimantOf("figure", request.GetFigure())
	claimant.figureOn = version
	if err := c.checkClaimants(ctx, claimant); err != nil || present == nil {
		return request, err
	}
	if err := c.checkNotice(ctx, version, request.GetNoticeDocumentVersion()); err != nil {
		return nil, err
	}
	if version == "" {
		return request, nil
	}
	found, err := c.fetch(ctx, version, versionField)
	if err != nil {
		return nil, err
	}
	if err := c.checkMove(ctx, present, version, versionField, found.embargo); err != nil {
		return nil, err
	}
	filled := proto.CloneOf(request)
	filled.SourceText, filled.SourceTextSha256, filled.TextWithheld, err = found.fill(request)
	return filled, err
}

// fetch reads a version. One that is not there is the request's fault.
func (c *Conn) fetch(ctx context.Context, version, field string) (source, error) {
	answer, err := c.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: version})
	switch {
	case errs.Is(err, errs.NotFound):
		return source{}, errs.Invalid(field, "REFERENCE_NOT_FOUND", "there is no %s", version)
	case errs.Is(err, errs.InvalidArgument):
		return source{}, errs.Invalid(field, "REFERENCE_NOT_FOUND", "is not the name of a document version")
	case err != nil:
		return source{}, err
	}
	end, err := embargo.OfDocument(ctx, c.documents, version)
	if err != nil {
		return source{}, err
	}
	// A version always has text; an answer without it means that it is withheld.
	return source{
		text: answer.GetText(), sha256: answer.GetTextSha256(), withheld: answer.GetText() == "", published: answer.GetPublishTime(),
		embargo: end,
	}, nil
}

// claims are what a request says of the version itself.
type claims interface {
	GetSourceText() string
	GetSourceTextSha256() string
	GetTextWithheld() bool
}

// fill returns the text to verify with, its hash, and whether it is withheld: the
// client's own text, which a withheld one needs, or the one on record. What the
// client says of the version must be so; that a text is not withheld is not said,
// but left out.
func (s source) fill(given claims) (text, sha256 string, withheld bool, err error) {
	var faults errs.Violations
	if sha256 := given.GetSourceTextSha256(); sha256 != "" && sha256 != s.sha256 {
		faults.Add("source_text_sha256", "TEXT_HASH_MISMATCH", "the document version has %s on record", s.sha256)
	}
	if given.GetTextWithheld() && !s.withheld {
		faults.Add("text_withheld", "CONTRADICTORY", "the document's text is not withheld: leave it out")
	}
	if text = given.GetSourceText(); text == "" {
		text = s.text
	}
	if text != "" {
		sha256 = s.sha256
	}
	return text, sha256, s.withheld, faults.Err()
}

// complete makes the time at which the version was published the figure's, if it has
// none: the words of the source for that time stand on the version. Errors: as
// embargo.CheckOwn.
func (s source) complete(figure *metricsv1.Figure, at string) error {
	if figure.GetReleaseTime() == nil && s.published.GetEdtf() != "" {
		figure.ReleaseTime = &typev1.TimePeriod{Edtf: s.published.GetEdtf()}
	}
	return embargo.CheckOwn(figure, at, s.embargo)
}
