package server_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// ingest is a document with one entity and two statements, one in the other.
func ingest(requestID string) *statementsv1.StageDocumentRequest {
	document := newDocument()
	document.Name = "documents/d"
	outer, inner := direct(), direct()
	outer.Name, outer.DocumentVersion = "statements/outer", ""
	inner.Name, inner.DocumentVersion, inner.ParentStatement = "", "", "statements/outer"
	return &statementsv1.StageDocumentRequest{
		RequestId: requestID, Document: document, DocumentVersion: newVersion(),
		Entities: []*statementsv1.Entity{{
			Name: "entities/ana", EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana", Aliases: []string{"Anita"},
		}},
		Statements: []*statementsv1.Statement{outer, inner},
	}
}

func (s *service) stage(t testing.TB, req *statementsv1.StageDocumentRequest) *statementsv1.StageDocumentResponse {
	t.Helper()
	out, err := s.staging.StageDocument(t.Context(), req)
	must.OK(t, err)
	return out
}

func (s *service) publish(t testing.TB, requestID string) (*statementsv1.PublishDocumentResponse, error) {
	t.Helper()
	return s.staging.PublishDocument(t.Context(), &statementsv1.PublishDocumentRequest{RequestId: requestID})
}

func (s *service) discard(t testing.TB, requestID string) error {
	t.Helper()
	_, err := s.staging.DiscardDocument(t.Context(), &statementsv1.DiscardDocumentRequest{RequestId: requestID})
	return err
}

func TestStageAndPublish(t *testing.T) {
	s := start(t)
	staged := s.stage(t, ingest(request1))
	must.Equal(t, staged.GetDocumentVersion().GetName(), "documents/d/versions/1")
	must.Equal(t, staged.GetDocumentVersion().GetText(), stored)
	must.False(t, staged.GetPublished())
	must.Equal(t, s.stage(t, ingest(request1)), staged)

	// Invisible, but taken.
	_, err := s.get(t.Context(), "outer")
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
	_, err = s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana"}, EntityId: "ana",
	})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: newDocument(), DocumentId: "d"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.staging.StageDocument(t.Context(), ingest(request2))
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")

	before := s.settled()
	published, err := s.publish(t, request1)
	must.OK(t, err)
	must.Equal(t, published.GetDocument().GetLatestVersion(), "documents/d/versions/1")
	must.Equal(t, len(published.GetEntities()), 1)
	must.Equal(t, published.GetStatements()[1].GetParentStatement(), "statements/outer")
	must.Equal(t, published.GetStatements()[0].GetDocumentVersion(), "documents/d/versions/1")
	must.Equal(t, published.GetRecordTime(), published.GetStatements()[1].GetCreateTime())
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{})), 2)
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{ReadTime: before})), 0)
	got, err := s.get(t.Context(), "outer")
	must.OK(t, err)
	must.Equal(t, got, published.GetStatements()[0])

	// Whatever comes after, the same answers.
	_, err = s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/outer", Comment: "later"},
	})
	must.OK(t, err)
	again, err := s.publish(t, request1)
	must.OK(t, err)
	must.Equal(t, again, published)
	restaged := s.stage(t, ingest(request1))
	must.True(t, restaged.GetPublished())
	must.Equal(t, restaged.GetDocumentVersion(), published.GetDocumentVersion())
	statustest.Check(t, s.discard(t, request1), codes.FailedPrecondition, "STAGE_PUBLISHED", "")
}

func TestStageComparesWhatIsPresent(t *testing.T) {
	s := start(t)
	s.stage(t, ingest(request1))
	_, err := s.publish(t, request1)
	must.OK(t, err)

	next := ingest(request2)
	next.Statements = next.Statements[1:]
	next.Statements[0].Name = "statements/second"
	kept := s.stage(t, next)
	must.Equal(t, kept.GetDocumentVersion().GetName(), "documents/d/versions/1")
	must.Equal(t, s.stage(t, next), kept)
	published, err := s.publish(t, request2)
	must.OK(t, err)
	must.Equal(t, len(published.GetEntities()), 1)
	must.Equal(t, published.GetDocument().GetEtag(), getDocument(t, s).GetEtag())

	changed := ingest(request3)
	changed.DocumentVersion.Text = text + " And more."
	changed.Statements = nil
	must.Equal(t, s.stage(t, changed).GetDocumentVersion().GetName(), "documents/d/versions/2")
	_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/d", DocumentVersion: &statementsv1.DocumentVersion{Text: "x", PublishTime: notStated()},
	})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.publish(t, request3)
	must.OK(t, err)
	must.Equal(t, getDocument(t, s).GetLatestVersion(), "documents/d/versions/2")
}

func getDocument(t testing.TB, s *service) *statementsv1.Document {
	t.Helper()
	document, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	must.OK(t, err)
	return document
}

func TestStageRefusals(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "taken", direct())
	s.entity(t, "gone")
	_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/gone", Reason: "double"})
	must.OK(t, err)
	type request = statementsv1.StageDocumentRequest
	for name, test := range map[string]struct {
		edit          func(*request)
		code          codes.Code
		reason, field string
	}{
		"span":      {func(r *request) { r.Statements[1].Cue.Exact = "said" }, codes.InvalidArgument, "SPAN_MISMATCH", "statements[1].cue.exact"},
		"reference": {func(r *request) { r.Statements[0].Event = "entities/x" }, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statements[0].event"},
		"hash":      {func(r *request) { r.DocumentVersion.TextSha256 = repeat("0", 64) }, codes.InvalidArgument, "TEXT_HASH_MISMATCH", "document_version.text_sha256"},
		"version":   {func(r *request) { r.Statements[0].DocumentVersion = "documents/d/versions/1" }, codes.InvalidArgument, "FIELD_NOT_EMPTY", "statements[0].document_version"},
		"no name":   {func(r *request) { r.Document.Name = "" }, codes.InvalidArgument, "INVALID_NAME", "document.name"},
		"bad name":  {func(r *request) { r.Entities[0].Name = "ana" }, codes.InvalidArgument, "INVALID_NAME", "entities[0].name"},
		"twice":     {func(r *request) { r.Entities = append(r.Entities, r.Entities[0]) }, codes.InvalidArgument, "DUPLICATE_NAME", "entities[1].name"},
		"document":  {func(r *request) { r.Document.Headline = "Other" }, codes.FailedPrecondition, "DOCUMENT_DIFFERS", "document.headline"},
		"withheld":  {func(r *request) { r.Document.TextWithheld = true }, codes.FailedPrecondition, "DOCUMENT_DIFFERS", "document.text_withheld"},
		"published": {func(r *request) { r.DocumentVersion.PublishTime = period("2023-11-19") }, codes.FailedPrecondition, "VERSION_DIFFERS", "document_version.publish_time"},
		"undated":   {func(r *request) { r.DocumentVersion.PublishTime = notStated() }, codes.FailedPrecondition, "VERSION_DIFFERS", "document_version.publish_time"},
		"worded": {func(r *request) { r.DocumentVersion.PublishTime.Printed = &typev1.TimePeriod_Printed{Text: "today"} },
			codes.FailedPrecondition, "VERSION_DIFFERS", "document_version.publish_time.printed"},
		"fetched": {func(r *request) { r.DocumentVersion.AccessTime = timestamppb.New(time.Unix(1, 0)) },
			codes.FailedPrecondition, "VERSION_DIFFERS", "document_version.access_time"},
		"entity":     {func(r *request) { r.Entities[0].DisplayName = "Other" }, codes.FailedPrecondition, "ENTITY_DIFFERS", "entities[0].display_name"},
		"etag":       {func(r *request) { r.Entities[0].Etag = `"x"` }, codes.Aborted, "ETAG_MISMATCH", ""},
		"retracted":  {func(r *request) { r.Entities[0].Name = "entities/gone" }, codes.NotFound, "RETRACTED", ""},
		"statement":  {func(r *request) { r.Statements[0].Name = "statements/taken" }, codes.AlreadyExists, "STATEMENT_EXISTS", "statements[0].name"},
		"request id": {func(r *request) { r.RequestId = "x" }, codes.InvalidArgument, "INVALID_REQUEST", "request_id"},
	} {
		t.Run(name, func(t *testing.T) {
			req := ingest(request1)
			req.Entities[0].DisplayName, req.Entities[0].Aliases = "Name of ana", nil
			test.edit(req)
			_, err := s.staging.StageDocument(t.Context(), req)
			statustest.Check(t, err, test.code, test.reason, test.field)
			_, err = s.publish(t, request1)
			statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
		})
	}
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{})), 1)
}

func TestStageSaysWhatDiffersAndWhatIsGone(t *testing.T) {
	s := start(t)
	first := ingest(request1)
	first.DocumentVersion.AccessTime = timestamppb.New(time.Unix(5, 6).UTC())
	s.stage(t, first)
	must.Get(s.publish(t, request1))(t)
	same := ingest(request2) // no access_time: nothing is said of it
	same.Statements = nil
	s.stage(t, same)
	must.OK(t, s.discard(t, request2))
	other := ingest(request3)
	other.Document.Byline, other.Statements = "B", nil
	other.Document.Headline = repeat("é", 500)
	_, err := s.staging.StageDocument(t.Context(), other)
	must.Equal(t, statustest.Violations(err)[0].GetDescription(), `on record is "Trade", the request has "`+repeat("é", 63)+"…")
	must.Equal(t, statustest.Fields(err), []string{"document.headline", "document.byline"})

	for _, statement := range s.list(t, &statementsv1.ListStatementsRequest{OrderBy: "create_time desc", Filter: "parent_statement:*"}) {
		must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/" + statement, Reason: "r"}))(t)
	}
	must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/outer", Reason: "r"}))(t)
	must.Get(s.documents.DeleteDocument(t.Context(), &statementsv1.DeleteDocumentRequest{Name: "documents/d", Reason: "double"}))(t)
	_, err = s.staging.StageDocument(t.Context(), same)
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.True(t, slices.ContainsFunc(st.Details(), func(detail any) bool {
		correction, is := detail.(*typev1.Correction)
		return is && correction.GetReason() == "double"
	}), "the correction is told")
}

// Who finishes an ingest is not who says what is in it.
func TestRevisionsNameWhoStaged(t *testing.T) {
	s := start(t)
	as := func(id string) context.Context {
		return metadata.AppendToOutgoingContext(t.Context(), "onrecord-caller", id)
	}
	must.Get(s.staging.StageDocument(as("writer"), ingest(request1)))(t)
	must.Get(s.staging.PublishDocument(as("finisher"), &statementsv1.PublishDocumentRequest{RequestId: request1}))(t)
	revision, err := s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/outer/revisions/1"})
	must.OK(t, err)
	must.Equal(t, revision.GetCaller(), "writer")
}

func TestStageProtectsWhatItUses(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "outer", direct())
	req := ingest(request1)
	req.Entities, req.Statements = nil, req.Statements[1:]
	s.stage(t, req)
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/outer", Reason: "x"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	// What the stage says nothing about may change; it publishes all the same.
	_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
		Entity: &statementsv1.Entity{Name: "entities/ana", DisplayName: "Anna"},
	})
	must.OK(t, err)
	_, err = s.publish(t, request1)
	must.OK(t, err)
}

func TestStageDiscarded(t *testing.T) {
	s := start(t)
	statustest.Check(t, s.discard(t, request1), codes.FailedPrecondition, "NOT_STAGED", "")
	_, err := s.publish(t, request1)
	statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
	s.stage(t, ingest(request1))
	other := ingest(request1)
	other.Document.Byline = "other"
	_, err = s.staging.StageDocument(t.Context(), other)
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	must.OK(t, s.discard(t, request1))
	must.OK(t, s.discard(t, request1))
	_, err = s.publish(t, request1)
	statustest.Check(t, err, codes.FailedPrecondition, "STAGE_DISCARDED", "")
	// Its names are free, and it may be staged again.
	s.stage(t, ingest(request2))
	must.OK(t, s.discard(t, request2))
	s.stage(t, ingest(request1))
	_, err = s.publish(t, request1)
	must.OK(t, err)
}

func TestStagesExpire(t *testing.T) {
	s := start(t)
	s.stage(t, ingest(request1))
	s.ahead.Store(int64(23 * time.Hour))
	must.Get(s.server.Step(t.Context()))(t)
	s.stage(t, ingest(request1))
	s.ahead.Store(int64(25 * time.Hour))
	must.Get(s.server.Step(t.Context()))(t)
	_, err := s.publish(t, request1)
	statustest.Check(t, err, codes.FailedPrecondition, "STAGE_DISCARDED", "")
}

func TestStageValidateOnly(t *testing.T) {
	s := start(t)
	req := ingest(request1)
	req.ValidateOnly = true
	would := s.stage(t, req)
	must.Equal(t, would.GetDocumentVersion().GetName(), "documents/d/versions/1")
	_, err := s.publish(t, request1)
	statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
	s.stage(t, ingest(request1))
}

func TestStageWithheld(t *testing.T) {
	s := start(t)
	req := ingest(request1)
	req.Document.TextWithheld = true
	summary := indirect()
	summary.DocumentVersion = ""
	req.Statements = append(req.Statements, summary)
	staged := s.stage(t, req)
	must.Equal(t, staged.GetDocumentVersion().GetText(), "")
	published, err := s.publish(t, request1)
	must.OK(t, err)
	must.Equal(t, published.GetStatements()[0].GetCue().GetExact(), "told")
	span := published.GetStatements()[2].GetContents()[0]
	must.Equal(t, span.GetExact(), "")
	must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.True(t, proto.Size(published) > 0)
}
