package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestWithheldTextIsVerifiedAndDropped(t *testing.T) {
	s := startFilled(t, true)
	version, err := s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1"})
	must.OK(t, err)
	must.Equal(t, version.GetText(), "")
	must.Equal(t, version.GetTextSha256(), sourcetext.HashOf(stored))
	must.Equal(t, version.GetTextLength(), int32(len([]rune(stored))))

	created, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct(), SourceText: text})
	must.OK(t, err)
	must.Equal(t, created.GetText(), "Caf\u00e9 trade is up.")
	for _, span := range []*typev1.TextSpan{created.GetContents()[0], created.GetCue(), created.GetStatementTime().GetPrinted().GetSpan()} {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, sourcetext.HashOf(span.GetExact()), span.GetExactSha256())
		must.True(t, len([]rune(span.GetPrefix())) <= 32 && span.GetSuffix() != "")
	}

	in := indirect()
	in.Cue = at("ministry")
	created, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in, SourceText: text})
	must.OK(t, err)
	must.Equal(t, created.GetText(), in.GetText())
	for i, span := range []*typev1.TextSpan{created.GetContents()[0], created.GetCue()} {
		want := proto.CloneOf([]*typev1.TextSpan{in.Contents[0], in.Cue}[i])
		want.AnchorState, want.ExactSha256, want.Exact = typev1.TextSpan_ANCHORED, sourcetext.HashOf(want.Exact), ""
		must.Equal(t, span, want)
	}
}

func TestWithheldTextIsNeededToVerify(t *testing.T) {
	s := startFilled(t, true)
	in := direct()
	in.Cue.Suffix = "unseen"
	created := s.create(t, "", in)
	must.Equal(t, created.GetCue().GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	must.Equal(t, created.GetCue().GetSuffix(), "unseen") // as the writer gave it
	must.Equal(t, created.GetCue().GetExact(), "told")

	for name, test := range map[string]struct {
		edit          func(*statementsv1.CreateStatementRequest)
		reason, field string
	}{
		"another text":  {func(r *statementsv1.CreateStatementRequest) { r.SourceText = "another" }, "TEXT_HASH_MISMATCH", "source_text"},
		"length":        {func(r *statementsv1.CreateStatementRequest) { r.Statement.Cue.Exact = "tol" }, "SPAN_MISMATCH", "statement.cue.exact"},
		"not normal":    {func(r *statementsv1.CreateStatementRequest) { r.Statement.Cue.Exact = "e\u0301ab" }, "SPAN_MISMATCH", "statement.cue.exact"},
		"beyond":        {func(r *statementsv1.CreateStatementRequest) { r.Statement.Cue.End = 1000 }, "SPAN_OUT_OF_RANGE", "statement.cue.end"},
		"no summary":    {func(r *statementsv1.CreateStatementRequest) { r.Statement = indirect(); r.Statement.Text = "" }, "TEXT_REQUIRED", "statement.text"},
		"words by hash": {func(r *statementsv1.CreateStatementRequest) { byHash(r.Statement.Contents[0]) }, "FIELD_REQUIRED", "statement.contents[0].exact"},
	} {
		t.Run(name, func(t *testing.T) {
			req := &statementsv1.CreateStatementRequest{Statement: direct()}
			test.edit(req)
			_, err := s.statements.CreateStatement(t.Context(), req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
}

// byHash makes a span known by the hash of its words alone.
func byHash(span *typev1.TextSpan) {
	span.ExactSha256, span.Exact = sourcetext.HashOf(span.Exact), ""
}

func TestSpansByHash(t *testing.T) {
	s := startFilled(t, true)
	in := indirect()
	byHash(in.Contents[0])
	created := s.create(t, "", in)
	must.Equal(t, created.GetContents()[0].GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	must.Equal(t, created.GetContents()[0].GetExactSha256(), in.Contents[0].GetExactSha256())

	quote := direct()
	byHash(quote.Contents[0])
	withText, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: quote, SourceText: text})
	must.OK(t, err)
	must.Equal(t, withText.GetText(), "Caf\u00e9 trade is up.")
}

func TestVersionByHash(t *testing.T) {
	s := start(t)
	document := newDocument()
	document.TextWithheld = true
	version := &statementsv1.DocumentVersion{
		PublishTime: period("2023"), TextSha256: sourcetext.HashOf(stored), TextLength: int32(len([]rune(stored))),
	}
	_, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: "d", InitialVersion: version,
	})
	must.OK(t, err)
	s.entity(t, "ana")
	must.Equal(t, s.create(t, "", direct()).GetCue().GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	verified, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct(), SourceText: text})
	must.OK(t, err)
	must.Equal(t, verified.GetCue().GetAnchorState(), typev1.TextSpan_ANCHORED)

	version.TextSha256 = ""
	_, err = s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: document, InitialVersion: version})
	statustest.Check(t, err, codes.InvalidArgument, "TEXT_REQUIRED", "initial_version.text")
	version.TextSha256, document.TextWithheld = sourcetext.HashOf(stored), false
	_, err = s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: document, InitialVersion: version})
	statustest.Check(t, err, codes.InvalidArgument, "TEXT_REQUIRED", "initial_version.text")
}
