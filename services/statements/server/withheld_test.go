package server_test

import (
	"os"
	"path/filepath"
	"strings"
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
	for _, span := range spansOf(created) {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
	}
	keepsOnlyTheQuotation(t, created)

	in := indirect()
	in.Cue = at("ministry")
	created, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in, SourceText: text})
	must.OK(t, err)
	must.Equal(t, created.GetText(), in.GetText())
	for i, span := range []*typev1.TextSpan{created.GetContents()[0], created.GetCue()} {
		want := proto.CloneOf([]*typev1.TextSpan{in.Contents[0], in.Cue}[i])
		want.AnchorState, want.ExactSha256, want.Exact = typev1.TextSpan_ANCHORED, sourcetext.HashOf(want.Exact), ""
		want.Role = []typev1.TextSpan_Role{typev1.TextSpan_CONTENT, typev1.TextSpan_CUE}[i]
		must.Equal(t, span, want)
	}
}

// keepsOnlyTheQuotation checks what a direct quotation of a withheld text may
// have of it.
func keepsOnlyTheQuotation(t testing.TB, quote *statementsv1.Statement) {
	t.Helper()
	words := quote.GetContents()[0]
	must.Equal(t, sourcetext.HashOf(words.GetExact()), words.GetExactSha256())
	must.True(t, words.GetPrefix() != "" && words.GetSuffix() != "", "a quotation keeps its context")
	must.Equal(t, quote.GetCue().GetExact(), "told")
	must.Equal(t, quote.GetCue().GetPrefix()+quote.GetCue().GetSuffix(), "")
	for _, span := range append(quote.GetSourceMentions(), quote.GetStatementTime().GetPrinted().GetSpan()) {
		must.Equal(t, span.GetExact()+span.GetPrefix()+span.GetSuffix(), "")
		must.True(t, span.GetExactSha256() != "", "the hash stands for the words")
	}
}

func TestASummaryIsNotThePassage(t *testing.T) {
	s := startFilled(t, true)
	refused := func(edit func(*statementsv1.Statement), source string) {
		t.Helper()
		in := indirect()
		edit(in)
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in, SourceText: source})
		statustest.Check(t, err, codes.InvalidArgument, "TEXT_NOT_A_SUMMARY", "statement.text")
	}
	for _, source := range []string{"", text} {
		refused(func(s *statementsv1.Statement) { s.Text = s.Contents[0].Exact }, source)
		refused(func(s *statementsv1.Statement) { s.Text = s.Contents[0].Exact; byHash(s.Contents[0]) }, source)
		refused(func(s *statementsv1.Statement) {
			s.Contents = []*typev1.TextSpan{at("ministry"), at("the wall")}
			byHash(s.Contents[1])
			s.Text = "ministry […] the wall"
		}, source)
	}
	open := start(t)
	open.document(t, "d", false)
	in := indirect()
	in.Text = in.Contents[0].Exact
	open.create(t, "", in)
}

func TestPrintedTimeHasTheWordsOfItsSpan(t *testing.T) {
	for _, withheld := range []bool{false, true} {
		s := startFilled(t, withheld)
		in := direct()
		in.StatementTime.Printed.Text = "on Friday"
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "statement.statement_time.printed.text")
		byHash(in.StatementTime.Printed.Span)
		_, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "statement.statement_time.printed.span")
		version := newVersion()
		version.PublishTime.Printed = in.StatementTime.Printed
		_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
			Parent: "documents/d", DocumentVersion: version,
		})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "document_version.publish_time.printed.text")
	}
}

func TestWithheldTextIsNeededToVerify(t *testing.T) {
	s := startFilled(t, true)
	in := direct()
	in.Contents[0].Suffix = "unseen"
	created := s.create(t, "", in)
	must.Equal(t, created.GetCue().GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	must.Equal(t, created.GetContents()[0].GetSuffix(), "unseen") // as the writer gave it
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

// Whatever becomes of it, of a text that is withheld the files hold only what
// may be kept.
func TestWithheldTextIsNotOnDisk(t *testing.T) {
	s := start(t)
	s.entity(t, "ana")
	withheld := func(requestID string) *statementsv1.StageDocumentRequest {
		req := ingest(requestID)
		req.Document.TextWithheld = true
		quote, in := direct(), indirect()
		quote.DocumentVersion, quote.Cue, quote.SourceMentions, quote.StatementTime = "", nil, nil, notStated()
		in.DocumentVersion, in.Cue = "", at("ministry")
		req.Entities, req.Statements = nil, []*statementsv1.Statement{quote, in}
		return req
	}
	s.stage(t, withheld(request1))
	must.OK(t, s.discard(t, request1))
	s.stage(t, withheld(request2))
	must.Get(s.publish(t, request2))(t)
	_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: indirect(), SourceText: text, RequestId: request3})
	must.OK(t, err)

	files, err := filepath.Glob(filepath.Join(s.dir, "*"))
	must.OK(t, err)
	must.True(t, len(files) > 1, "%v", files) // the database and its log
	found := false
	for _, file := range files {
		content := strings.ToLower(string(must.Get(os.ReadFile(file))(t)))
		found = found || strings.Contains(content, "trade is up.") // the quotation, which is kept
		must.False(t, strings.Contains(content, "stressed the wall"), "the indirect speech stands in %s", file)
	}
	must.True(t, found)
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
