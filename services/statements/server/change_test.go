package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestStatementUpdateKeepsWhatItSays(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "s1", direct())
	update := func(statement *statementsv1.Statement, paths ...string) (*statementsv1.Statement, error) {
		statement.Name = "statements/s1"
		return s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: statement, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
	}
	changed, err := update(&statementsv1.Statement{Comment: "checked", Event: "entities/ana", LanguageCode: "es"})
	must.OK(t, err)
	must.Equal(t, changed.GetComment()+changed.GetEvent()+changed.GetLanguageCode(), "checkedentities/anaes")
	must.Equal(t, changed.GetContents(), created.GetContents())
	must.Equal(t, changed.GetRevisionId(), "2")
	cleared, err := update(&statementsv1.Statement{}, "*")
	must.OK(t, err)
	must.Equal(t, cleared.GetComment()+cleared.GetEvent()+cleared.GetLanguageCode(), "en") // the document's

	for _, path := range []string{"text", "contents", "speakers", "statement_time", "statement_type", "document_version"} {
		_, err = update(&statementsv1.Statement{Comment: "x"}, path)
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	}
	sent := proto.CloneOf(cleared)
	sent.Comment = "sent back"
	changed, err = update(sent, "comment", "text", "contents", "speakers", "statement_time", "parent_statement", "uid")
	must.OK(t, err)
	must.Equal(t, changed.GetComment(), "sent back")
	_, err = update(&statementsv1.Statement{Text: "other"})
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "statement.text")
	_, err = update(&statementsv1.Statement{Audience: []string{"entities/x"}})
	statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.audience[0]")
	_, err = update(&statementsv1.Statement{Audience: []string{"x"}})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "statement.audience[0]")
	_, err = update(&statementsv1.Statement{Comment: "x", Etag: created.GetEtag()})
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
}

func TestRevisions(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "s1", direct())
	afterCreate := s.settled()
	changed, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/s1", Comment: "checked"},
	})
	must.OK(t, err)
	gone, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"})
	must.OK(t, err)
	must.Equal(t, gone.GetRetraction().GetPreviousRevision(), "2")

	first, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/s1", PageSize: 2})
	must.OK(t, err)
	must.Equal(t, first.GetStatementRevisions(), []*statementsv1.StatementRevision{
		{
			Name: "statements/s1/revisions/3", Snapshot: gone, CreateTime: gone.GetUpdateTime(), Caller: "anonymous",
			Comment: "wrong", Tags: []string{"retract"},
		},
		{
			Name: "statements/s1/revisions/2", Snapshot: changed, CreateTime: changed.GetUpdateTime(), Caller: "anonymous",
			Tags: []string{"update"},
		},
	})
	last, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{
		Parent: "statements/s1", PageSize: 2, PageToken: first.GetNextPageToken(),
	})
	must.OK(t, err)
	must.Equal(t, last.GetStatementRevisions()[0].GetSnapshot(), created)
	must.Equal(t, last.GetNextPageToken(), "")
	then, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{
		Parent: "statements/s1", ReadTime: afterCreate,
	})
	must.OK(t, err)
	must.Equal(t, len(then.GetStatementRevisions()), 1)

	one, err := s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/s1/revisions/1"})
	must.OK(t, err)
	must.Equal(t, one.GetSnapshot(), created)
	_, err = s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/s1/revisions/4"})
	statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
	_, err = s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/x"})
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
}

func TestStatementRetraction(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "s1", direct())
	before := s.settled()
	gone, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{
		Name: "statements/s1", Reason: "misheard", Etag: created.GetEtag(),
	})
	must.OK(t, err)
	_, err = s.get(t.Context(), "s1")
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.Equal(t, correctionOf(st), gone.GetRetraction())
	must.Equal(t, gone.GetRetraction().GetKind(), typev1.Correction_RETRACTION)
	_, err = s.statements.BatchGetStatements(t.Context(), &statementsv1.BatchGetStatementsRequest{Names: []string{"statements/s1"}})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	shown, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ShowDeleted: true})
	must.OK(t, err)
	must.Equal(t, shown, gone)
	earlier, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ReadTime: before})
	must.OK(t, err)
	must.Equal(t, earlier, created)
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{})), 0)
	must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true}), []string{"s1"})
	must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: before}), []string{"s1"})
	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "again"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1"})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "reason")
}

func TestReadTimeMustBeSettled(t *testing.T) {
	s := startFilled(t, false)
	future := timestamppb.New(s.server.Settled().AddDate(1, 0, 0))
	broken := &timestamppb.Timestamp{Nanos: -1}
	for name, read := range map[string]func(*timestamppb.Timestamp) error{
		"get": func(at *timestamppb.Timestamp) error {
			_, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ReadTime: at})
			return err
		},
		"list": func(at *timestamppb.Timestamp) error {
			_, err := s.entities.ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{ReadTime: at})
			return err
		},
		"search": func(at *timestamppb.Timestamp) error {
			_, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "x", ReadTime: at})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			statustest.Check(t, read(future), codes.InvalidArgument, "READ_TIME_NOT_SETTLED", "read_time")
			statustest.Check(t, read(broken), codes.InvalidArgument, "INVALID_TIMESTAMP", "read_time")
		})
	}
}
