package server_test

import (
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const (
	request1 = "018f3f6e-0000-7000-8000-000000000001"
	request2 = "018f3f6e-0000-7000-8000-000000000002"
	request3 = "018F3F6E-0000-7000-8000-000000000003"
)

func TestRequestIDMakesARetryTheSameWrite(t *testing.T) {
	s := startFilled(t, false)
	create := &statementsv1.CreateStatementRequest{Statement: direct(), RequestId: request1}
	first, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	remove := &statementsv1.DeleteStatementRequest{Name: first.GetName(), Reason: "wrong", RequestId: request2}
	gone, err := s.statements.DeleteStatement(t.Context(), remove)
	must.OK(t, err)
	// Each retry answers what the first call answered, whatever came after.
	again, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, again, first)
	goneAgain, err := s.statements.DeleteStatement(t.Context(), remove)
	must.OK(t, err)
	must.Equal(t, goneAgain, gone)
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true})), 1)

	create.ValidateOnly = true
	_, err = s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	create.Statement.Comment = "other"
	_, err = s.statements.CreateStatement(t.Context(), create)
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	_, err = s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana"}, RequestId: request1,
	})
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
}

func TestARequestThatIsSentManyTimesAtOnceIsDoneOnce(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		create := &statementsv1.CreateStatementRequest{Statement: direct(), RequestId: request1}
		answers := make([]*statementsv1.Statement, 8)
		var group errgroup.Group
		for i := range answers {
			group.Go(func() (err error) {
				answers[i], err = s.statements.CreateStatement(t.Context(), create)
				return err
			})
		}
		must.OK(t, group.Wait())
		for _, answer := range answers {
			must.Equal(t, answer, answers[0])
		}
		must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true})), 1)
	})
}

func TestRequestIDOfEveryWrite(t *testing.T) {
	s := startFilled(t, false)
	entity := &statementsv1.CreateEntityRequest{
		Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana"}, RequestId: request1,
	}
	update := &statementsv1.UpdateDocumentRequest{
		Document: &statementsv1.Document{Name: "documents/d", Byline: "Jean"}, RequestId: request2,
	}
	version := &statementsv1.CreateDocumentVersionRequest{Parent: "documents/d", RequestId: request3, DocumentVersion: newVersion()}
	version.DocumentVersion.Text = "Other."
	batch := &statementsv1.BatchCreateStatementsRequest{
		RequestId: "018f3f6e-0000-7000-8000-000000000004", Requests: []*statementsv1.CreateStatementRequest{inside("", ""), inside("", "")},
	}
	var answers [2][4]any
	for i := range answers {
		e, err := s.entities.CreateEntity(t.Context(), entity)
		must.OK(t, err)
		d, err := s.documents.UpdateDocument(t.Context(), update)
		must.OK(t, err)
		v, err := s.documents.CreateDocumentVersion(t.Context(), version)
		must.OK(t, err)
		b, err := s.statements.BatchCreateStatements(t.Context(), batch)
		must.OK(t, err)
		answers[i] = [4]any{e, d, v, b}
	}
	must.Equal(t, answers[0], answers[1])
}

func TestRequestIDsAreForgotten(t *testing.T) {
	s := startFilled(t, false)
	create := &statementsv1.CreateStatementRequest{Statement: direct(), RequestId: request1}
	first, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	s.ahead.Store(int64(6 * 24 * time.Hour))
	must.Get(s.server.Step(t.Context()))(t)
	again, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, again, first)
	s.ahead.Store(int64(8 * 24 * time.Hour))
	must.Get(s.server.Step(t.Context()))(t)
	another, err := s.statements.CreateStatement(t.Context(), create)
	must.OK(t, err)
	must.NotEqual(t, another.GetName(), first.GetName())
}

func TestAFullStepOfUpkeepSaysThatThereIsMore(t *testing.T) {
	s := startFilled(t, false)
	for range 101 {
		must.Get(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct(), RequestId: resource.NewUID()}))(t)
	}
	req := ingest(request1)
	req.Document.Name, req.Entities, req.Statements = "documents/e", nil, nil
	s.stage(t, req)
	must.Get(s.publish(t, request1))(t)
	s.ahead.Store(int64(8 * 24 * time.Hour))
	must.True(t, must.Get(s.server.Step(t.Context()))(t))
	must.False(t, must.Get(s.server.Step(t.Context()))(t))
}

func TestValidateOnlyWritesNothing(t *testing.T) {
	s := startFilled(t, false)
	would, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{
		Statement: direct(), StatementId: "s1", ValidateOnly: true, RequestId: request1,
	})
	must.OK(t, err)
	must.Equal(t, would.GetName()+would.GetText()+would.GetUid()+would.GetEtag(), "statements/s1Caf\u00e9 trade is up.")
	must.True(t, would.GetCreateTime() == nil)
	_, err = s.get(t.Context(), "s1")
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
	s.create(t, "s1", direct())
	_, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{
		Statement: direct(), StatementId: "s1", ValidateOnly: true,
	})
	statustest.Check(t, err, codes.AlreadyExists, "STATEMENT_EXISTS", "")

	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "x", ValidateOnly: true})
	must.OK(t, err)
	_, err = s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/s1", Comment: "x"}, ValidateOnly: true,
	})
	must.OK(t, err)
	_, err = s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: newDocument(), DocumentId: "e", InitialVersion: newVersion(), ValidateOnly: true,
	})
	must.OK(t, err)
	next := newVersion()
	next.Text = "Other."
	version, err := s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/d", DocumentVersion: next, ValidateOnly: true,
	})
	must.OK(t, err)
	must.Equal(t, version.GetName(), "documents/d/versions/2")
	_, err = s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/ana", Reason: "x", ValidateOnly: true})
	statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_IN_USE", "")
	statement, err := s.get(t.Context(), "s1")
	must.OK(t, err)
	must.Equal(t, statement.GetRevisionId(), "1")
	document, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	must.OK(t, err)
	must.Equal(t, document.GetLatestVersion(), "documents/d/versions/1")
}
