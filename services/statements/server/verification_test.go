package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// startByHash has documents/d on record by the hash of its text alone, and
// entities/ana.
func startByHash(t testing.TB) *service {
	t.Helper()
	s := start(t)
	document := newDocument()
	document.TextWithheld = true
	_, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: "d", InitialVersion: &statementsv1.DocumentVersion{
			PublishTime: period("2023"), TextSha256: sourcetext.HashOf(stored), TextLength: int32(len([]rune(stored))),
		},
	})
	must.OK(t, err)
	s.entity(t, "ana")
	return s
}

// verify brings the text of documents/d.
func (s *service) verify(t testing.TB) *statementsv1.VerifyStatementsResponse {
	t.Helper()
	out, err := s.texts.VerifyStatements(t.Context(), verifyRequest())
	must.OK(t, err)
	return out
}

func verifyRequest() *statementsv1.VerifyStatementsRequest {
	return &statementsv1.VerifyStatementsRequest{DocumentVersion: "documents/d/versions/1", SourceText: text}
}

// spansOf are all spans of a statement.
func spansOf(s *statementsv1.Statement) []*typev1.TextSpan {
	all := append([]*typev1.TextSpan{}, s.GetContents()...)
	all = append(all, s.GetSourceMentions()...)
	for _, span := range []*typev1.TextSpan{s.GetCue(), s.GetStatementTime().GetPrinted().GetSpan()} {
		if span != nil {
			all = append(all, span)
		}
	}
	return all
}

func TestVerifyStatements(t *testing.T) {
	s := startByHash(t)
	in := indirect()
	byHash(in.Contents[0])
	in.Cue = at("ministry")
	create := &statementsv1.CreateStatementRequest{Statement: direct(), StatementId: "direct", RequestId: request1}
	first, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	s.create(t, "indirect", in)
	before := s.settled()

	req := verifyRequest()
	req.ValidateOnly = true
	tried, err := s.texts.VerifyStatements(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, tried, &statementsv1.VerifyStatementsResponse{VerifiedCount: 2})
	must.Equal(t, s.settled().AsTime().Before(before.AsTime()), false)
	unchanged, err := s.get(t.Context(), "direct")
	must.OK(t, err)
	must.Equal(t, unchanged, first)

	done, err := s.texts.VerifyStatements(metadata.AppendToOutgoingContext(t.Context(), "onrecord-caller", "librarian"), verifyRequest())
	must.OK(t, err)
	quote, err := s.get(t.Context(), "direct")
	must.OK(t, err)
	must.Equal(t, done, &statementsv1.VerifyStatementsResponse{VerifiedCount: 2, RecordTime: quote.GetUpdateTime()})
	for _, span := range spansOf(quote) {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
	}
	keepsOnlyTheQuotation(t, quote)
	summary, err := s.get(t.Context(), "indirect")
	must.OK(t, err)
	must.Equal(t, summary.GetText(), in.GetText())
	for _, span := range spansOf(summary) {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, span.GetExact()+span.GetPrefix()+span.GetSuffix(), "")
	}
	must.Equal(t, quote.GetRevisionId(), "2")
	must.NotEqual(t, quote.GetEtag(), first.GetEtag())
	revision, err := s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/direct/revisions/2"})
	must.OK(t, err)
	must.Equal(t, revision.GetCaller(), "librarian")
	must.Equal(t, revision.GetSnapshot(), quote)

	past, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/direct", ReadTime: before})
	must.OK(t, err)
	must.Equal(t, past, first)
	replayed, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, replayed, first)
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade"}), []string{"direct"})
	version, err := s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1"})
	must.OK(t, err)
	must.Equal(t, version.GetText(), "")

	must.Equal(t, s.verify(t), &statementsv1.VerifyStatementsResponse{AnchoredCount: 2})
	again, err := s.get(t.Context(), "direct")
	must.OK(t, err)
	must.Equal(t, again, quote)
}

func TestVerifyListsWhatDoesNotMatch(t *testing.T) {
	s := startByHash(t)
	s.create(t, "right", direct())
	wrong := direct()
	wrong.Contents[0].Exact = "Caf\u00e9 trade is on."
	wrong.Contents[0].Prefix, wrong.Contents[0].Suffix = "Anna ", " Bob"
	wrong.Cue.Exact = "tell"
	s.create(t, "wrong", wrong)
	byWrongHash := indirect()
	byWrongHash.Contents[0].Exact, byWrongHash.Contents[0].ExactSha256 = "", sourcetext.HashOf("other")
	s.create(t, "hash", byWrongHash)
	s.create(t, "retracted", wrong)
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/retracted", Reason: "wrong"})
	must.OK(t, err)

	out := s.verify(t)
	must.Equal(t, out.GetVerifiedCount(), 1)
	must.Equal(t, out.GetMismatchCount(), 2)
	var got []string
	for _, m := range out.GetMismatches() {
		got = append(got, m.GetStatement()+" "+m.GetField())
	}
	must.Equal(t, got, []string{"statements/wrong contents[0]", "statements/wrong cue", "statements/hash contents[0]"})
	must.Contains(t, out.GetMismatches()[0].GetDescription(), `"Café trade is up."`)
	must.Contains(t, out.GetMismatches()[0].GetDescription(), `before the span stands`)
	must.Contains(t, out.GetMismatches()[0].GetDescription(), `after the span stands`)
	must.Contains(t, out.GetMismatches()[1].GetDescription(), `"told"`)
	must.Contains(t, out.GetMismatches()[2].GetDescription(), `"stressed the wall"`)
	for _, id := range []string{"wrong", "hash"} {
		kept, err := s.get(t.Context(), id)
		must.OK(t, err)
		must.Equal(t, kept.GetRevisionId(), "1")
		must.Equal(t, kept.GetContents()[0].GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	}
	must.Equal(t, s.verify(t).GetAnchoredCount(), 1)
}

func TestVerifyOfAStoredText(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "", direct())
	s.create(t, "", indirect())
	must.Equal(t, s.verify(t), &statementsv1.VerifyStatementsResponse{AnchoredCount: 2})
}

func TestVerifyRefusals(t *testing.T) {
	s := startByHash(t)
	s.document(t, "gone", true)
	_, err := s.documents.DeleteDocument(t.Context(), &statementsv1.DeleteDocumentRequest{Name: "documents/gone", Reason: "wrong"})
	must.OK(t, err)
	for name, test := range map[string]struct {
		edit   func(*statementsv1.VerifyStatementsRequest)
		code   codes.Code
		reason string
		field  string
	}{
		"another text":  {func(r *statementsv1.VerifyStatementsRequest) { r.SourceText += " " }, codes.InvalidArgument, "TEXT_HASH_MISMATCH", "source_text"},
		"NUL":           {func(r *statementsv1.VerifyStatementsRequest) { r.SourceText += "\x00" }, codes.InvalidArgument, "NUL_CHARACTER", "source_text"},
		"no text":       {func(r *statementsv1.VerifyStatementsRequest) { r.SourceText = "" }, codes.InvalidArgument, "INVALID_REQUEST", "source_text"},
		"no version":    {func(r *statementsv1.VerifyStatementsRequest) { r.DocumentVersion = "documents/d" }, codes.InvalidArgument, "INVALID_REQUEST", "document_version"},
		"lost version":  {func(r *statementsv1.VerifyStatementsRequest) { r.DocumentVersion = "documents/d/versions/2" }, codes.NotFound, "VERSION_NOT_FOUND", ""},
		"lost document": {func(r *statementsv1.VerifyStatementsRequest) { r.DocumentVersion = "documents/x/versions/1" }, codes.NotFound, "DOCUMENT_NOT_FOUND", ""},
		"retracted":     {func(r *statementsv1.VerifyStatementsRequest) { r.DocumentVersion = "documents/gone/versions/1" }, codes.NotFound, "RETRACTED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			req := verifyRequest()
			test.edit(req)
			_, err := s.texts.VerifyStatements(t.Context(), req)
			statustest.Check(t, err, test.code, test.reason, test.field)
		})
	}
}

func TestVerifyIsBounded(t *testing.T) {
	s := startByHash(t)
	wrong := indirect()
	wrong.Contents[0].Exact, wrong.Contents[0].ExactSha256 = "", sourcetext.HashOf("other")
	fill := func(batch, size int) {
		req := &statementsv1.BatchCreateStatementsRequest{}
		for i := range size {
			req.Requests = append(req.Requests, &statementsv1.CreateStatementRequest{
				Statement: proto.CloneOf(wrong), StatementId: fmt.Sprintf("s-%d-%d", batch, i),
			})
		}
		_, err := s.statements.BatchCreateStatements(t.Context(), req)
		must.OK(t, err)
	}
	for batch := range 5 {
		fill(batch, 1000)
	}
	out := s.verify(t)
	must.Equal(t, out.GetMismatchCount(), 5000)
	must.Equal(t, len(out.GetMismatches()), 100)
	fill(5, 1)
	_, err := s.texts.VerifyStatements(t.Context(), verifyRequest())
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/d", DocumentVersion: &statementsv1.DocumentVersion{Text: "All is new.", PublishTime: period("2023-11-19")},
	})
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
}
