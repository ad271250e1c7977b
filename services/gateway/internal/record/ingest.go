package record

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// finishTimeout bounds what goes on after the client has gone: once the first
// half is published the second must follow.
const finishTimeout = 20 * time.Second

const (
	// requestIDReused is the reason of a service that knows the request id from
	// another request.
	requestIDReused = "REQUEST_ID_REUSED"
	// notStaged is the reason of a service that has nothing staged under the id.
	notStaged = "NOT_STAGED"
)

// IngestDocument implements RecordService.
//
// The steps, each of which can be repeated and then answers the same:
//
//	check    in statements, writing nothing: refuses early, and tells the version
//	stage    in metrics, then in statements: invisible
//	publish  in metrics, then in statements: the commit point
//
// A definite refusal before anything is published drops what was staged. After
// an error that leaves open what happened nothing is dropped: the same request
// finishes it, and what nobody finishes the services drop after a day.
func (s *Service) IngestDocument(ctx context.Context, req *gatewayv1.IngestDocumentRequest) (*gatewayv1.IngestDocumentResponse, error) {
	if err := checkIngest(req); err != nil {
		return nil, err
	}
	id, err := ingestID(req)
	if err != nil {
		return nil, err
	}
	in := &ingest{Service: s, req: req, id: id}
	if err := in.check(ctx); err != nil {
		return nil, err
	}
	if req.GetValidateOnly() {
		s.sendSettled(ctx, req.GetDocument().GetName())
		return in.tried(), nil
	}
	if err := in.stage(ctx); err != nil {
		return nil, err
	}
	answer, err := in.publish(ctx)
	if err == nil {
		s.sendSettled(ctx, req.GetDocument().GetName())
	}
	return answer, err
}

// idSpace is that of the ids which follow from a request: a random UUID.
var idSpace = uuid.MustParse("5e0b3f0c-8c5d-4a53-9a0f-3f6a1f1f3c55")

// ingestID is the id of a request. One that has none gets it from its content
// (a UUID of version 5, RFC 9562), so that an ingest which was cut off between
// its steps can always be finished: by sending it again.
func ingestID(req *gatewayv1.IngestDocumentRequest) (string, error) {
	if id := req.GetRequestId(); id != "" {
		return id, nil
	}
	content, err := fingerprint.Of(req, "request_id", "validate_only")
	if err != nil {
		return "", err
	}
	return uuid.NewSHA1(idSpace, []byte(content)).String(), nil
}

// sendSettled says in the header up to when the joined record is settled now. A
// write that is done does not fail for want of it.
func (s *Service) sendSettled(ctx context.Context, document string) {
	if settled, err := s.settled(ctx, document); err == nil {
		rpcserver.SetSettled(ctx, settled)
	}
}

// ingest is one run of the steps.
type ingest struct {
	*Service
	req *gatewayv1.IngestDocumentRequest
	id  string
	// version is what the version will be called, or is.
	version *statementsv1.DocumentVersion
	figures *metricsv1.StageFiguresRequest
	// figuresPublished says that they were published before and need not be staged.
	figuresPublished bool
	// embargo is when the embargo of the document ends, nil without one.
	embargo *timestamppb.Timestamp
}

func (in *ingest) document(validateOnly bool) *statementsv1.StageDocumentRequest {
	return &statementsv1.StageDocumentRequest{
		RequestId:       in.id,
		Document:        in.req.GetDocument(),
		DocumentVersion: in.req.GetVersion(),
		Entities:        in.req.GetEntities(),
		Statements:      in.req.GetStatements(),
		ValidateOnly:    validateOnly,
	}
}

// check learns the version, and with validate_only checks the figures too.
func (in *ingest) check(ctx context.Context) error {
	answer, err := in.statementStaging.StageDocument(ctx, in.document(true))
	if err != nil {
		if !in.req.GetValidateOnly() {
			in.dropped(ctx, err, false) // what an earlier try may have left
		}
		return fromStatements(err)
	}
	in.version = answer.GetDocumentVersion()
	if in.version.GetName() == "" {
		return errs.New(errs.Internal, "", "the statements service named no version")
	}
	if in.figures, err = in.figuresRequest(ctx); err != nil || in.figures == nil {
		return err
	}
	if err := in.checkFigures(ctx); err != nil {
		return in.unlessPublished(ctx, err)
	}
	if !in.req.GetValidateOnly() {
		return nil
	}
	_, err = in.tryFigures(ctx)
	return err
}

// tryFigures checks the half that goes to the metrics service there, and says whether it was
// published before.
func (in *ingest) tryFigures(ctx context.Context) (published bool, err error) {
	tried := proto.CloneOf(in.figures)
	tried.ValidateOnly = true
	answer, err := in.figureStaging.StageFigures(ctx, tried)
	return answer.GetPublished(), fromMetrics(err)
}

// unlessPublished is why the figures are refused as things stand now, nil if they are
// published already: what they need was there then, and what was begun is finished.
func (in *ingest) unlessPublished(ctx context.Context, refusal error) error {
	definite := func(err error) bool {
		return errs.Is(err, errs.InvalidArgument) || errs.Is(err, errs.FailedPrecondition)
	}
	if !definite(refusal) {
		return refusal
	}
	found, err := in.figureStaging.FindPublishedFigures(ctx, &metricsv1.FindPublishedFiguresRequest{RequestIds: []string{in.id}})
	if err != nil {
		return fromMetrics(err)
	}
	if len(found.GetRequestIds()) == 0 {
		return refusal
	}
	in.figuresPublished, err = in.tryFigures(ctx) // these, not others under the id
	switch {
	case in.figuresPublished:
		return nil
	case err == nil, definite(err):
		return refusal
	default:
		return err
	}
}

// tried answers a request that only wanted to know whether it would be taken.
func (in *ingest) tried() *gatewayv1.IngestDocumentResponse {
	answer := &gatewayv1.IngestDocumentResponse{
		Document: in.req.GetDocument(),
		Version:  in.version,
		Entities: in.req.GetEntities(),
		Metrics:  in.req.GetMetrics(),
	}
	for _, statement := range in.req.GetStatements() {
		statement = proto.CloneOf(statement)
		statement.DocumentVersion = in.version.GetName()
		answer.Statements = append(answer.Statements, statement)
	}
	for _, figure := range in.figures.GetFigures() {
		if figure.GetEmbargoEndTime() == nil {
			figure.EmbargoEndTime = in.embargo
		}
		answer.Figures = append(answer.Figures, figure)
	}
	return answer
}

// stage puts both halves aside.
func (in *ingest) stage(ctx context.Context) error {
	if in.figures != nil && !in.figuresPublished {
		if _, err := in.figureStaging.StageFigures(ctx, in.figures); err != nil {
			return fromMetrics(err)
		}
	}
	answer, err := in.statementStaging.StageDocument(ctx, in.document(false))
	if err != nil {
		in.dropped(ctx, err, false)
		return fromStatements(err)
	}
	if staged := answer.GetDocumentVersion().GetName(); staged != in.version.GetName() {
		// Another version came in between; the figures stand on the wrong one.
		in.discard(ctx, true)
		return errs.New(errs.Aborted, "VERSION_CHANGED",
			"another version of the document was put on record at the same time: send the request again").NotWritten()
	}
	return nil
}

// publish makes both halves visible. From here on the client's patience does
// not count: half an ingest must not stay because somebody hung up.
func (in *ingest) publish(ctx context.Context) (*gatewayv1.IngestDocumentResponse, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	figures := &metricsv1.PublishFiguresResponse{}
	if in.figures != nil {
		var err error
		figures, err = in.figureStaging.PublishFigures(ctx, &metricsv1.PublishFiguresRequest{RequestId: in.id})
		if err != nil {
			in.dropped(ctx, err, true)
			return nil, fromMetrics(err)
		}
	}
	document, err := in.statementStaging.PublishDocument(ctx, &statementsv1.PublishDocumentRequest{RequestId: in.id})
	if err != nil {
		return nil, fromStatements(err)
	}
	if err := in.alignEmbargo(ctx, document.GetDocument().GetName(), figures.GetFigures()); err != nil {
		return nil, err // of either service, and of no field of the request
	}
	return &gatewayv1.IngestDocumentResponse{
		Document:   document.GetDocument(),
		Version:    document.GetDocumentVersion(),
		Entities:   document.GetEntities(),
		Metrics:    figures.GetMetrics(),
		Statements: document.GetStatements(),
		Figures:    figures.GetFigures(),
		RecordTime: document.GetRecordTime(),
	}, nil
}

// alignEmbargo gives the figures the end that the document's embargo got while they were
// staged.
func (s *Service) alignEmbargo(ctx context.Context, document string, figures []*metricsv1.Figure) error {
	embargoed := func(figure *metricsv1.Figure) bool { return figure.GetEmbargoEndTime() != nil }
	if !slices.ContainsFunc(figures, embargoed) {
		return nil
	}
	return embargo.Align(ctx, s.documents, s.figures, document)
}

// dropped discards what was staged if the error is a definite refusal of this
// very ingest: not one that leaves open what happened, and not one that says
// that the id belongs to another ingest.
func (in *ingest) dropped(ctx context.Context, err error, both bool) {
	if !errs.WriteUnknown(err) && errs.ReasonOf(err) != requestIDReused {
		in.discard(ctx, both)
	}
}

// discard drops what was staged in metrics, and if both says so in statements.
// It does its best: what stays is invisible and is dropped after a day. The document
// stays where figures are, or may be, published: the same request finishes it.
func (in *ingest) discard(ctx context.Context, both bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	if len(in.req.GetMetrics())+len(in.req.GetFigures()) > 0 {
		_, err := in.figureStaging.DiscardFigures(ctx, &metricsv1.DiscardFiguresRequest{RequestId: in.id})
		if err != nil && errs.ReasonOf(err) != notStaged {
			return
		}
	}
	if both {
		_, _ = in.statementStaging.DiscardDocument(ctx, &statementsv1.DiscardDocumentRequest{RequestId: in.id})
	}
}
