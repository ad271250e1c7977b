package server_test

import (
	"strconv"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// correction is a request that corrects statements/s1.
func correction(statement *statementsv1.Statement, paths ...string) *statementsv1.CorrectStatementRequest {
	return &statementsv1.CorrectStatementRequest{
		Name: "statements/s1", Kind: typev1.Correction_ERROR, Reason: "misheard", Statement: statement,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	}
}

// TestS22CorrectionsAreFirstClass: a correction changes what a statement says, with
// its reason; the earlier state stays readable.
func TestS22CorrectionsAreFirstClass(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		created := s.create(t, "s1", direct())
		before := s.settled()
		req := correction(&statementsv1.Statement{
			Contents: []*typev1.TextSpan{at("trade is up")}, Speakers: []*statementsv1.Speaker{{Entity: "entities/ben"}},
		}, "contents", "speakers")
		req.NoticeText, req.NoticeDocumentVersion, req.Etag = "Ben said it.", "documents/d/versions/1", created.GetEtag()
		answer := must.Get(s.corrections.CorrectStatement(t.Context(), req))(t)
		after, made := answer.GetStatement(), answer.GetCorrection()
		must.Equal(t, after.GetText(), "trade is up")
		must.Equal(t, after.GetContents()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Contains(t, after.GetContents()[0].GetPrefix(), "\"Café ")
		must.Equal(t, after.GetCreateTime(), created.GetCreateTime())
		must.Equal(t, after.GetCue(), created.GetCue())
		must.Equal(t, after.GetSpeakers()[0].GetEntity(), "entities/ben")
		must.Equal(t, made, &typev1.Correction{
			Name: made.GetName(), Kind: typev1.Correction_ERROR, Subject: "statements/s1", Document: "documents/d", Reason: "misheard",
			Caller: "anonymous", RecordTime: after.GetUpdateTime(), PreviousRevision: "1", NewRevision: "2",
			NoticeText: "Ben said it.", NoticeDocumentVersion: "documents/d/versions/1",
		})
		must.Equal(t, must.Get(s.get(t.Context(), "s1"))(t), after)
		earlier := must.Get(s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ReadTime: before}))(t)
		must.Equal(t, earlier, created)
		must.Equal(t, must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: made.GetName()}))(t), made)
		_, err := s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: made.GetName(), ReadTime: before})
		statustest.Check(t, err, codes.NotFound, "CORRECTION_NOT_FOUND", "")
		revision := must.Get(s.statements.GetStatementRevision(t.Context(),
			&statementsv1.GetStatementRevisionRequest{Name: "statements/s1/revisions/2"}))(t)
		must.Equal(t, revision.GetTags(), []string{"correct"})
		must.Equal(t, revision.GetComment(), "misheard")
		must.Equal(t, s.searched(t, "Café"), []string(nil)) // no word of it any more
		must.Equal(t, s.searched(t, "trade"), []string{"s1"})
	})
}

// searched are the ids that a search finds now.
func (s *service) searched(t testing.TB, query string) (found []string) {
	t.Helper()
	answer := must.Get(s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: query}))(t)
	for _, result := range answer.GetResults() {
		found = append(found, result.GetStatement().GetName()[len("statements/"):])
	}
	return found
}

// TestACorrectionIsCheckedAsACreate: and writes nothing when it is refused.
func TestACorrectionIsCheckedAsACreate(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "s1", direct())
	child := indirect()
	child.ParentStatement = "statements/s1"
	s.create(t, "child", child)
	wrong := at("Friday")
	wrong.Exact = "Monday"
	for name, test := range map[string]struct {
		edit   func(*statementsv1.CorrectStatementRequest)
		code   codes.Code
		reason string
		field  string
	}{
		"a span that is not there": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement.Cue, r.UpdateMask.Paths = wrong, []string{"cue"}
		}, codes.InvalidArgument, "SPAN_MISMATCH", "statement.cue.exact"},
		"an unknown speaker": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement.Speakers, r.UpdateMask.Paths = []*statementsv1.Speaker{{Entity: "entities/x"}}, []string{"speakers"}
		}, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.speakers[0].entity"},
		"reported in itself": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement.ParentStatement, r.UpdateMask.Paths = "statements/s1", []string{"parent_statement"}
		}, codes.InvalidArgument, "PARENT_CYCLE", "statement.parent_statement"},
		"reported in its child": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement.ParentStatement, r.UpdateMask.Paths = "statements/child", []string{"parent_statement"}
		}, codes.InvalidArgument, "PARENT_CYCLE", "statement.parent_statement"},
		"what the service sets": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement.Uid, r.UpdateMask.Paths = "x", []string{"uid"}
		}, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]"},
		"nothing new": {func(r *statementsv1.CorrectStatementRequest) {
			r.Statement = proto.CloneOf(created)
			r.Statement.Etag, r.UpdateMask = "", nil
		}, codes.InvalidArgument, "NOTHING_CORRECTED", ""},
		"a retraction": {func(r *statementsv1.CorrectStatementRequest) { r.Kind = typev1.Correction_RETRACTION },
			codes.InvalidArgument, "KIND_NOT_APPLICABLE", "kind"},
		"a kill": {func(r *statementsv1.CorrectStatementRequest) { r.Kind = typev1.Correction_KILL },
			codes.InvalidArgument, "KIND_NOT_APPLICABLE", "kind"},
		"no kind":   {func(r *statementsv1.CorrectStatementRequest) { r.Kind = 0 }, codes.InvalidArgument, "INVALID_REQUEST", "kind"},
		"no reason": {func(r *statementsv1.CorrectStatementRequest) { r.Reason = "" }, codes.InvalidArgument, "INVALID_REQUEST", "reason"},
		"no statement": {func(r *statementsv1.CorrectStatementRequest) { r.Statement = nil },
			codes.InvalidArgument, "FIELD_REQUIRED", "statement"},
		"another's name": {func(r *statementsv1.CorrectStatementRequest) { r.Statement.Name = "statements/other" },
			codes.InvalidArgument, "NAME_NOT_EMPTY", "statement.name"},
		"another state": {func(r *statementsv1.CorrectStatementRequest) { r.Etag = `"7-00000000"` }, codes.Aborted, "ETAG_MISMATCH", ""},
		"a notice elsewhere": {func(r *statementsv1.CorrectStatementRequest) { r.NoticeDocumentVersion = "documents/d/versions/9" },
			codes.InvalidArgument, "REFERENCE_NOT_FOUND", "notice_document_version"},
		"none such": {func(r *statementsv1.CorrectStatementRequest) { r.Name = "statements/none" }, codes.NotFound, "STATEMENT_NOT_FOUND", ""},
	} {
		t.Run(name, func(t *testing.T) {
			req := correction(&statementsv1.Statement{Comment: "x"}, "comment")
			test.edit(req)
			_, err := s.corrections.CorrectStatement(t.Context(), req)
			statustest.Check(t, err, test.code, test.reason, test.field)
		})
	}
	must.Equal(t, must.Get(s.get(t.Context(), "s1"))(t), created)
	must.Equal(t, len(must.Get(s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{}))(t).GetCorrections()), 0)
}

// TestACorrectionOfARetractedStatement is refused, and says why it was retracted.
func TestACorrectionOfARetractedStatement(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	gone := must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "never said"}))(t)
	_, err := s.corrections.CorrectStatement(t.Context(), correction(&statementsv1.Statement{Comment: "x"}, "comment"))
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.Equal(t, correctionOf(st), gone.GetRetraction())
	named := must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: gone.GetRetraction().GetName()}))(t)
	must.Equal(t, named, gone.GetRetraction())
}

// TestACorrectionIsDoneOnce: a retry with the request id gets the same answer; with
// validate_only nothing is written.
func TestACorrectionIsDoneOnce(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "s1", direct())
	req := correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade")}}, "contents")
	req.ValidateOnly = true
	tried := must.Get(s.corrections.CorrectStatement(t.Context(), req))(t)
	must.Equal(t, tried.GetStatement().GetText(), "trade")
	must.Equal(t, tried.GetStatement().GetEtag()+tried.GetCorrection().GetName(), "")
	must.Equal(t, must.Get(s.get(t.Context(), "s1"))(t), created)
	req.ValidateOnly, req.RequestId = false, uuid.NewString()
	first := must.Get(s.corrections.CorrectStatement(t.Context(), req))(t)
	must.Equal(t, must.Get(s.corrections.CorrectStatement(t.Context(), req))(t), first)
	must.Equal(t, first.GetStatement().GetRevisionId(), "2")
}

// TestConcurrentCorrections: each is made on what the one before left, and none is
// lost; with an etag exactly one is made.
func TestConcurrentCorrections(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		created := s.create(t, "s1", direct())
		const editors = 4
		race := func(etag string) (made int) {
			results := make(chan error)
			for i := range editors {
				req := correction(&statementsv1.Statement{Comment: etag + strconv.Itoa(i)}, "comment")
				req.Etag = etag
				go func() {
					_, err := s.corrections.CorrectStatement(t.Context(), req)
					results <- err
				}()
			}
			for range editors {
				err := <-results
				if err == nil {
					made++
				} else {
					statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
				}
			}
			return made
		}
		must.Equal(t, race(created.GetEtag()), 1)
		must.Equal(t, race(""), editors)
		must.Equal(t, must.Get(s.get(t.Context(), "s1"))(t).GetRevisionId(), strconv.Itoa(editors+2))
	})
}

// TestACorrectionKeepsWhatWasVerified: where the text is withheld and nobody brings
// it again, spans that stay as they are stay verified.
func TestACorrectionKeepsWhatWasVerified(t *testing.T) {
	s := startFilled(t, true)
	must.Get(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{
		Statement: direct(), StatementId: "s1", SourceText: text,
	}))(t)
	after := must.Get(s.corrections.CorrectStatement(t.Context(),
		correction(&statementsv1.Statement{Speakers: []*statementsv1.Speaker{{AttributionText: "a minister"}}}, "speakers")))(t).GetStatement()
	must.Equal(t, after.GetContents()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.Equal(t, after.GetCue().GetAnchorState(), typev1.TextSpan_ANCHORED)
	moved := correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade is up.")}}, "contents")
	after = must.Get(s.corrections.CorrectStatement(t.Context(), moved))(t).GetStatement()
	must.Equal(t, after.GetContents()[0].GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	must.Equal(t, after.GetCue().GetAnchorState(), typev1.TextSpan_ANCHORED)
	moved = correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade is")}}, "contents")
	moved.SourceText = text
	after = must.Get(s.corrections.CorrectStatement(t.Context(), moved))(t).GetStatement()
	must.Equal(t, after.GetContents()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
}

// TestCorrectionsAreListed: per document, per statement, overall, by kind; lists
// and searches carry them when asked.
func TestCorrectionsAreListed(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		s.create(t, "s2", indirect())
		one := must.Get(s.corrections.CorrectStatement(t.Context(), correction(&statementsv1.Statement{Comment: "x"}, "comment")))(t).GetCorrection()
		notice := must.Get(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/d", Kind: typev1.Correction_CLARIFICATION, Reason: "an addition", NoticeText: "See also",
		}))(t)
		must.Equal(t, notice.GetNewRevision(), "")
		must.Equal(t, notice.GetPreviousRevision(), "1")
		gone := must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s2", Reason: "r"}))(t).GetRetraction()
		ben := s.entity(t, "ben")
		left := must.Get(s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: ben.GetName(), Reason: "twice"}))(t).GetRetraction()
		for filter, want := range map[string][]*typev1.Correction{
			"":                          {left, gone, notice, one},
			`document = "documents/d"`:  {gone, notice, one},
			`subject = "documents/d"`:   {notice},
			`subject = "statements/s1"`: {one},
			`subject = "entities/ben"`:  {left},
			`kind = RETRACTION`:         {left, gone},
			`subject = "statements/s1" AND kind = KILL`: nil,
		} {
			var found []*typev1.Correction
			for token := ""; ; {
				page := must.Get(s.corrections.ListCorrections(t.Context(),
					&statementsv1.ListCorrectionsRequest{Filter: filter, PageSize: 2, PageToken: token}))(t)
				found = append(found, page.GetCorrections()...)
				if token = page.GetNextPageToken(); token == "" {
					break
				}
			}
			must.Equal(t, found, want)
		}
		_, err := s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{Filter: `subject = "x"`})
		statustest.Check(t, err, codes.InvalidArgument, "FILTER_VALUE_INVALID", "filter")
		must.Contains(t, err.Error(), "documents/{document} or entities/{entity} or statements/{statement}/reviews/{review} or figures/{figure}")

		list := must.Get(s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{IncludeCorrections: true}))(t)
		must.Equal(t, list.GetCorrections(), []*typev1.Correction{notice, one})
		list = must.Get(s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{IncludeCorrections: true, ShowDeleted: true}))(t)
		must.Equal(t, list.GetCorrections(), []*typev1.Correction{gone, notice, one})
		list = must.Get(s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{}))(t)
		must.Equal(t, len(list.GetCorrections()), 0)
		found := must.Get(s.statements.SearchStatements(t.Context(),
			&statementsv1.SearchStatementsRequest{Query: "trade", IncludeCorrections: true}))(t)
		must.Equal(t, found.GetCorrections(), []*typev1.Correction{notice, one})
	})
}

// TestAKillTakesWhatStandsOnTheDocument: in one transaction, each tombstone with its
// correction.
func TestAKillTakesWhatStandsOnTheDocument(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		s.create(t, "s1", direct())
		child := indirect()
		child.ParentStatement = "statements/s1"
		s.create(t, "child", child)
		elsewhere := direct()
		elsewhere.DocumentVersion = "documents/e/versions/1"
		s.create(t, "s2", elsewhere)
		before := s.settled()
		must.Get(s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/s1", Target: "statements/s2"}))(t)
		kill := &statementsv1.CorrectDocumentRequest{
			Name: "documents/d", Kind: typev1.Correction_KILL, Reason: "invented", NoticeText: "KILL", NoticeDocumentVersion: "documents/d/versions/1",
		}
		_, err := s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/d", Kind: typev1.Correction_RETRACTION, Reason: "r",
		})
		statustest.Check(t, err, codes.InvalidArgument, "KIND_NOT_APPLICABLE", "kind")
		made := must.Get(s.corrections.CorrectDocument(t.Context(), kill))(t)
		must.Equal(t, made.GetKind(), typev1.Correction_KILL)
		_, err = s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
		must.Equal(t, correctionOf(statustest.Check(t, err, codes.NotFound, "RETRACTED", "")), made)
		for _, id := range []string{"s1", "child"} {
			_, err := s.get(t.Context(), id)
			why := correctionOf(statustest.Check(t, err, codes.NotFound, "RETRACTED", ""))
			must.Equal(t, why.GetKind(), typev1.Correction_KILL)
			must.Equal(t, why.GetNoticeText(), "KILL")
			must.Equal(t, why.GetRecordTime(), made.GetRecordTime())
			named := must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: why.GetName()}))(t)
			must.Equal(t, named, why)
		}
		left := must.Get(s.get(t.Context(), "s2"))(t)
		must.Equal(t, len(left.GetAppearances()), 0)
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: before, OrderBy: "name"}), []string{"child", "s1", "s2"})
		_, err = s.corrections.CorrectDocument(t.Context(), kill)
		statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	})
}

// TestAKillLeavesOtherPrintings: what was merged into a killed statement stands by
// itself again.
func TestAKillLeavesOtherPrintings(t *testing.T) {
	s := startFilled(t, false)
	s.document(t, "e", false)
	s.create(t, "s1", direct())
	elsewhere := direct()
	elsewhere.DocumentVersion = "documents/e/versions/1"
	s.create(t, "s2", elsewhere)
	must.Get(s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/s2", Target: "statements/s1"}))(t)
	must.Get(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
		Name: "documents/d", Kind: typev1.Correction_KILL, Reason: "invented",
	}))(t)
	_, err := s.get(t.Context(), "s1")
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.Equal(t, must.Get(s.get(t.Context(), "s2"))(t).GetRedirectTo(), "")
	must.Equal(t, s.searched(t, "trade"), []string{"s2"})
}

// TestACorrectionOfAState: the etag may be the request's or the statement's.
func TestACorrectionOfAState(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		first := s.create(t, "s1", direct())
		correct := func(etag, of, comment string) (string, error) {
			req := correction(&statementsv1.Statement{Comment: comment, Etag: of}, "comment")
			req.Etag = etag
			out, err := s.corrections.CorrectStatement(t.Context(), req)
			return out.GetStatement().GetEtag(), err
		}
		second, err := correct("", first.GetEtag(), "a")
		must.OK(t, err)
		_, err = correct("", first.GetEtag(), "b")
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
		_, err = correct(second, first.GetEtag(), "b")
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "etag")
		_, err = correct(second, second, "b")
		must.OK(t, err)
	})
}
