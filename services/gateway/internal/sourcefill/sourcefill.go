// Package sourcefill brings the text to where spans are verified: a figure that
// comes in over REST and stands on a document version is sent on to the
// metrics service with that version's text, which only the statements service
// has.
//
// Only this one step may go here: what a span must fulfil is the metrics
// service's to say.
package sourcefill

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Conn wraps a connection to the metrics service.
type Conn struct {
	grpc.ClientConnInterface
	documents statementsv1.DocumentServiceClient
}

// Wrap returns the metrics connection with texts filled in from the statements
// service.
func Wrap(metrics, statements grpc.ClientConnInterface) *Conn {
	return &Conn{ClientConnInterface: metrics, documents: statementsv1.NewDocumentServiceClient(statements)}
}

// Invoke implements grpc.ClientConnInterface. If the text cannot be fetched the
// call fails: a span is never stored unverified because a service was away.
func (c *Conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	var err error
	switch request := args.(type) {
	case *metricsv1.CreateFigureRequest:
		args, err = c.single(ctx, request)
	case *metricsv1.BatchCreateFiguresRequest:
		args, err = c.batch(ctx, request)
	}
	if err != nil {
		return errs.ToStatus(err).Err()
	}
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

// source is what the metrics service needs to know of a version.
type source struct {
	text, sha256 string
	withheld     bool
}

func (c *Conn) single(ctx context.Context, request *metricsv1.CreateFigureRequest) (*metricsv1.CreateFigureRequest, error) {
	version := request.GetFigure().GetDocumentVersion()
	if version == "" {
		return request, nil
	}
	found, err := c.fetch(ctx, version, "figure.document_version")
	if err != nil {
		return nil, err
	}
	filled := proto.CloneOf(request)
	if filled.SourceText, err = found.fill(request); err != nil {
		return nil, err
	}
	filled.SourceTextSha256, filled.TextWithheld = found.sha256, found.withheld
	if filled.GetSourceText() == "" {
		filled.SourceTextSha256 = ""
	}
	return filled, nil
}

func (c *Conn) batch(ctx context.Context, request *metricsv1.BatchCreateFiguresRequest) (*metricsv1.BatchCreateFiguresRequest, error) {
	version, field, err := oneVersion(request.GetRequests())
	if version == "" || err != nil {
		return request, err
	}
	found, err := c.fetch(ctx, version, field)
	if err != nil {
		return nil, err
	}
	filled := proto.CloneOf(request)
	if filled.SourceText, err = found.fill(request); err != nil {
		return nil, err
	}
	filled.SourceTextSha256, filled.TextWithheld = found.sha256, found.withheld
	if filled.GetSourceText() == "" {
		filled.SourceTextSha256 = ""
	}
	return filled, nil
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
	// A version always has text; an answer without it means that it is withheld.
	return source{text: answer.GetText(), sha256: answer.GetTextSha256(), withheld: answer.GetText() == ""}, nil
}

// claims are what a request says of the version itself.
type claims interface {
	GetSourceText() string
	GetSourceTextSha256() string
	GetTextWithheld() bool
}

// fill returns the text to verify with: the client's own, which a withheld text
// needs, or the one on record. What the client says of the version must be so;
// that a text is not withheld is not said, but left out.
func (s source) fill(given claims) (string, error) {
	var faults errs.Violations
	if sha256 := given.GetSourceTextSha256(); sha256 != "" && sha256 != s.sha256 {
		faults.Add("source_text_sha256", "TEXT_HASH_MISMATCH", "the document version has %s on record", s.sha256)
	}
	if given.GetTextWithheld() && !s.withheld {
		faults.Add("text_withheld", "CONTRADICTORY", "the document's text is not withheld: leave it out")
	}
	if given.GetSourceText() != "" {
		return given.GetSourceText(), faults.Err()
	}
	return s.text, faults.Err()
}
