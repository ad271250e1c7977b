package server_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// print puts a document with a text on record.
func (s *service) print(t testing.TB, id, text string, edits ...func(*statementsv1.CreateDocumentRequest)) {
	t.Helper()
	req := &statementsv1.CreateDocumentRequest{
		Document: newDocument(), DocumentId: id, InitialVersion: &statementsv1.DocumentVersion{Text: text, PublishTime: period("2023-11-18")},
	}
	req.Document.Uri = "https://example.org/" + id
	for _, edit := range edits {
		edit(req)
	}
	_, err := s.documents.CreateDocument(t.Context(), req)
	must.OK(t, err)
}

func withheld(req *statementsv1.CreateDocumentRequest) { req.Document.TextWithheld = true }

// reprint adds a version with a text.
func (s *service) reprint(t testing.TB, id, text string) *statementsv1.DocumentVersion {
	t.Helper()
	out, err := s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/" + id, DocumentVersion: &statementsv1.DocumentVersion{Text: text, PublishTime: period("2023-11-19")},
	})
	must.OK(t, err)
	return out
}

// spanOf is the span of words in a text, of the first place.
func spanOf(t testing.TB, text, words string) *typev1.TextSpan {
	t.Helper()
	normal := must.Get(sourcetext.Normalize(text))(t)
	before, _, found := strings.Cut(normal.String(), words)
	must.True(t, found, "%q does not stand in the text", words)
	start := int32(utf8.RuneCountInString(before))
	return &typev1.TextSpan{Start: &start, End: start + int32(utf8.RuneCountInString(words)), Exact: words}
}

// quote is a direct quotation of ana's in the first version of a document.
func quote(t testing.TB, document, text string, passages ...string) *statementsv1.Statement {
	t.Helper()
	out := &statementsv1.Statement{
		DocumentVersion: "documents/" + document + "/versions/1", StatementType: statementsv1.Statement_DIRECT,
		Speakers: []*statementsv1.Speaker{{Entity: "entities/ana"}}, StatementTime: notStated(),
	}
	for _, words := range passages {
		out.Contents = append(out.Contents, spanOf(t, text, words))
	}
	return out
}

// standing are how the spans of a statement stand in the newest version, with what
// stands there.
func standing(t testing.TB, text string, anchor *statementsv1.VersionAnchor) map[string]string {
	t.Helper()
	normal := must.Get(sourcetext.Normalize(text))(t)
	out := map[string]string{}
	for _, span := range anchor.GetSpans() {
		out[span.GetField()] = span.GetAnchorState().String()
		if span.Start != nil {
			out[span.GetField()] += ": " + must.Get(normal.Slice(int(span.GetStart()), int(span.GetEnd())))(t)
		}
	}
	return out
}

const edition1 = "On Friday Ana told Ben in the long hall of the parliament: \u201cWe will go to the border.\u201d Ben nodded, and for a long while he looked out of the window. " +
	"Later that day, when the cameras were off, she added: \u201cNo.\u201d Nobody asked her why she had said that. " +
	"And at the very end of the evening she said to all who were left: \u201cGood night.\u201d Then the lights went out."

func TestS5SpansAreFoundInTheNextVersion(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.entity(t, "ana")
		s.print(t, "d", edition1)
		full := quote(t, "d", edition1, "We will go", "to the border.")
		full.Cue, full.SourceMentions = spanOf(t, edition1, "told"), []*typev1.TextSpan{spanOf(t, edition1, "Ana")}
		full.StatementTime = &typev1.TimePeriod{Edtf: "2023-11-17", Printed: &typev1.TimePeriod_Printed{Text: "On Friday", Span: spanOf(t, edition1, "On Friday")}}
		first := s.create(t, "full", full)
		must.True(t, first.LatestAnchor == nil)
		s.create(t, "no", quote(t, "d", edition1, "No."))
		s.create(t, "night", quote(t, "d", edition1, "Good night."))
		before := s.settled()

		// What stands before is longer, one word is another, and "No." stands only where
		// somebody else says it.
		edition2 := strings.NewReplacer(
			"On Friday", "\U0001F534 Update\r\nOn Friday", "to the border.", "to the wall.",
			"Later that day, when the cameras were off, she added: \u201cNo.\u201d Nobody asked her why she had said that.", "Ben said: \u201cNo.\u201d",
		).Replace(edition1)
		s.reprint(t, "d", edition2)
		got := must.Get(s.get(t.Context(), "full"))(t)
		anchor := got.GetLatestAnchor()
		must.Equal(t, anchor.GetDocumentVersion(), "documents/d/versions/2")
		must.Equal(t, anchor.GetAnchorState(), typev1.TextSpan_CHANGED)
		must.Equal(t, standing(t, edition2, anchor), map[string]string{
			"contents[0]": "MOVED: We will go", "contents[1]": "CHANGED: to the wall.", "cue": "MOVED: told",
			"source_mentions[0]": "MOVED: Ana", "statement_time.printed.span": "MOVED: On Friday",
		})
		must.Equal(t, standing(t, edition2, must.Get(s.get(t.Context(), "no"))(t).GetLatestAnchor()), map[string]string{"contents[0]": "ORPHANED"})
		must.Equal(t, standing(t, edition2, must.Get(s.get(t.Context(), "night"))(t).GetLatestAnchor()), map[string]string{"contents[0]": "MOVED: Good night."})

		// The statement stays what its own version says; the record of before is as it was.
		must.Equal(t, got.GetContents(), first.GetContents())
		must.Equal(t, got.GetDocumentVersion(), first.GetDocumentVersion())
		must.Equal(t, got.GetRevisionId(), "2")
		revisions, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/full"})
		must.OK(t, err)
		must.Equal(t, revisions.GetStatementRevisions()[0].GetTags(), []string{"reanchor"})
		old, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/full", ReadTime: before})
		must.OK(t, err)
		must.Equal(t, old, first)
		for filter, want := range map[string][]string{
			"latest_anchor.anchor_state = ORPHANED": {"no"}, "latest_anchor.anchor_state = CHANGED": {"full"}, "latest_anchor.anchor_state = MOVED": {"night"},
			`document_version = "documents/d/versions/2"`: nil,
		} {
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: filter}), want)
		}

		// Back to the first text: all is where it was. What is put on record on an old
		// version is found in the newest at once.
		s.reprint(t, "d", edition1+" (Corrected.)")
		must.Equal(t, must.Get(s.get(t.Context(), "full"))(t).GetLatestAnchor().GetAnchorState(), typev1.TextSpan_ANCHORED)
		late := s.create(t, "late", quote(t, "d", edition1, "Good night."))
		must.Equal(t, late.GetRevisionId(), "1")
		must.Equal(t, late.GetLatestAnchor().GetDocumentVersion(), "documents/d/versions/3")
		must.Equal(t, late.GetLatestAnchor().GetAnchorState(), typev1.TextSpan_ANCHORED)
		on2 := quote(t, "d", edition2, "to the wall.")
		on2.DocumentVersion = "documents/d/versions/2"
		must.Equal(t, s.create(t, "on2", on2).GetLatestAnchor().GetAnchorState(), typev1.TextSpan_CHANGED)
		on3 := quote(t, "d", edition1, "No.")
		on3.DocumentVersion = "documents/d/versions/3"
		must.True(t, s.create(t, "on3", on3).LatestAnchor == nil)
	})
}

func TestS5AnIngestFindsTheSpansInItsVersion(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	next := ingest(request1)
	next.DocumentVersion.Text, next.Statements = "Again. "+text, nil
	next.Document.TextWithheld = false
	s.stage(t, &statementsv1.StageDocumentRequest{RequestId: request1, Document: next.Document, DocumentVersion: next.DocumentVersion})
	must.True(t, must.Get(s.get(t.Context(), "s1"))(t).LatestAnchor == nil)
	late := s.create(t, "late", direct()) // after it was staged
	must.True(t, late.LatestAnchor == nil)
	published, err := s.publish(t, request1)
	must.OK(t, err)
	must.Equal(t, published.GetDocument().GetLatestVersion(), "documents/d/versions/2")
	for _, id := range []string{"s1", "late"} {
		anchor := must.Get(s.get(t.Context(), id))(t).GetLatestAnchor()
		must.Equal(t, anchor.GetDocumentVersion(), "documents/d/versions/2")
		must.Equal(t, anchor.GetAnchorState(), typev1.TextSpan_MOVED)
	}
}

func TestS5AWithheldTextIsFoundWhenItIsBrought(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.entity(t, "ana")
		s.print(t, "d", edition1, withheld)
		in := quote(t, "d", edition1, "Good night.")
		in.SourceMentions = []*typev1.TextSpan{spanOf(t, edition1, "Ana")}
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{
			Statement: in, StatementId: "s1", SourceText: edition1,
		})
		must.OK(t, err)

		// The text comes with the version: used, and not kept.
		s.reprint(t, "d", "New: "+edition1)
		got := must.Get(s.get(t.Context(), "s1"))(t)
		must.Equal(t, standing(t, "New: "+edition1, got.GetLatestAnchor()), map[string]string{
			"contents[0]": "MOVED: Good night.", "source_mentions[0]": "ORPHANED", // of which only the hash is kept
		})

		// Only the hash comes: it is not known, until somebody brings the text.
		edition3 := must.Get(sourcetext.Normalize(edition1 + " The end."))(t)
		_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
			Parent: "documents/d", DocumentVersion: &statementsv1.DocumentVersion{
				TextSha256: edition3.SHA256(), TextLength: int32(edition3.Len()), PublishTime: period("2023-11-20"),
			},
		})
		must.OK(t, err)
		got = must.Get(s.get(t.Context(), "s1"))(t)
		must.Equal(t, got.GetLatestAnchor().GetAnchorState(), typev1.TextSpan_UNVERIFIED)
		must.Equal(t, standing(t, "", got.GetLatestAnchor()), map[string]string{"contents[0]": "UNVERIFIED", "source_mentions[0]": "UNVERIFIED"})
		bring := &statementsv1.VerifyStatementsRequest{DocumentVersion: "documents/d/versions/3", SourceText: edition3.String()}
		dry := proto.CloneOf(bring)
		dry.ValidateOnly = true
		answer, err := s.texts.VerifyStatements(t.Context(), dry)
		must.OK(t, err)
		must.True(t, answer.GetRecordTime() == nil)
		answer, err = s.texts.VerifyStatements(t.Context(), bring)
		must.OK(t, err)
		must.True(t, answer.GetRecordTime() != nil)
		got = must.Get(s.get(t.Context(), "s1"))(t)
		must.Equal(t, got.GetLatestAnchor().GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, got.GetUpdateTime(), answer.GetRecordTime())
		answer, err = s.texts.VerifyStatements(t.Context(), bring)
		must.OK(t, err)
		must.True(t, answer.GetRecordTime() == nil, "verifying twice writes twice")
	})
}

// BEYOND the rules for one span: F19, as readers of the old tools met it.
func TestF19AQuoteIsNeverPutOnALookAlike(t *testing.T) {
	s := startFilled(t, false)
	old := "Ana: \u201cYes.\u201d \u2014 Ben: \u201cYes.\u201d \u2014 Cai asked them both again, and then it was late. Ana: \u201cYes.\u201d And so they went."
	s.print(t, "talk", old)
	first := quote(t, "talk", old, "Yes.")
	third := quote(t, "talk", old)
	at := strings.LastIndex(old, "Yes.")
	start := int32(utf8.RuneCountInString(old[:at]))
	third.Contents = []*typev1.TextSpan{{Start: &start, End: start + 4, Exact: "Yes."}}
	s.create(t, "first", first)
	s.create(t, "third", third)
	s.reprint(t, "talk", "Ben: \u201cYes.\u201d \u2014 Cai asked them both again, and then it was late. And so they went.")
	for _, id := range []string{"first", "third"} {
		must.Equal(t, must.Get(s.get(t.Context(), id))(t).GetLatestAnchor().GetAnchorState(), typev1.TextSpan_ORPHANED)
	}
}

// What stood twice in the old text may have lost either: nothing says that what is
// left is the statement's.
func TestF19WhatIsLeftOfTwoIsNotTheOther(t *testing.T) {
	const rest = "\u201d The motion was then put to the house once again, and it was late.\n"
	minutes := func(speaker, words string) string {
		return speaker + " rose and was asked by the chair for her vote: \u201c" + words + rest
	}
	for name, second := range map[string]string{
		"of equal length":        minutes("Bea", "Aye."),
		"moved":                  minutes("The honourable Bea", "Aye."),
		"with other words in it": minutes("The honourable Bea", "No."),
	} {
		t.Run(name, func(t *testing.T) {
			s := startFilled(t, false)
			old := minutes("Ana", "Aye.") + second
			s.print(t, "minutes", old)
			s.create(t, "vote", quote(t, "minutes", old, "Aye."))
			s.reprint(t, "minutes", second)
			got := must.Get(s.get(t.Context(), "vote"))(t)
			must.Equal(t, standing(t, second, got.GetLatestAnchor()), map[string]string{"contents[0]": "ORPHANED"})
		})
	}
}
