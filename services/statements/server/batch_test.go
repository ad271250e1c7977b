package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// inside is an item of a batch: a statement reported in another.
func inside(id, parent string) *statementsv1.CreateStatementRequest {
	statement := direct()
	if parent != "" {
		statement.ParentStatement = "statements/" + parent
	}
	return &statementsv1.CreateStatementRequest{Statement: statement, StatementId: id}
}

func (s *service) batch(t testing.TB, requests ...*statementsv1.CreateStatementRequest) ([]*statementsv1.Statement, error) {
	t.Helper()
	out, err := s.statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{Requests: requests})
	return out.GetStatements(), err
}

func TestBatchCreateWithParents(t *testing.T) {
	s := startFilled(t, false)
	created, err := s.batch(t, inside("b", "a"), inside("a", ""), inside("", "b"))
	must.OK(t, err)
	must.Equal(t, created[0].GetName(), "statements/b")
	must.Equal(t, created[2].GetParentStatement(), "statements/b")
	must.Equal(t, created[0].GetCreateTime(), created[2].GetCreateTime())
	got, err := s.statements.BatchGetStatements(t.Context(), &statementsv1.BatchGetStatementsRequest{
		Names: []string{created[2].GetName(), "statements/a", "statements/b"},
	})
	must.OK(t, err)
	must.Equal(t, got.GetStatements(), []*statementsv1.Statement{created[2], created[1], created[0]})
	_, err = s.statements.BatchGetStatements(t.Context(), &statementsv1.BatchGetStatementsRequest{Names: []string{"statements/a", "statements/x"}})
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
	_, err = s.statements.BatchGetStatements(t.Context(), &statementsv1.BatchGetStatementsRequest{Names: []string{"statements/a", "statements/a"}})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "names")

	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/a", Reason: "wrong"})
	statustest.Check(t, err, codes.FailedPrecondition, "STATEMENT_HAS_CHILDREN", "")
}

func TestBatchRefusals(t *testing.T) {
	s := startFilled(t, false)
	bad := inside("bad", "")
	bad.Statement.Cue.Exact = "said"
	var chain []*statementsv1.CreateStatementRequest
	for i := range 9 {
		parent := ""
		if i > 0 {
			parent = fmt.Sprint("c", i-1)
		}
		chain = append(chain, inside(fmt.Sprint("c", i), parent))
	}
	nested, flagged := inside("n", ""), inside("f", "")
	nested.SourceText, flagged.ValidateOnly = "x", true
	type batch = []*statementsv1.CreateStatementRequest
	for name, test := range map[string]struct {
		batch         batch
		code          codes.Code
		reason, field string
	}{
		"one bad":     {batch{inside("ok", ""), bad}, codes.InvalidArgument, "SPAN_MISMATCH", "requests[1].statement.cue.exact"},
		"a cycle":     {batch{inside("a", "b"), inside("b", "a")}, codes.InvalidArgument, "PARENT_CYCLE", "requests[0].statement.parent_statement"},
		"nine deep":   {chain, codes.InvalidArgument, "PARENT_TOO_DEEP", "requests[8].statement.parent_statement"},
		"twice":       {batch{inside("a", ""), inside("a", "")}, codes.AlreadyExists, "STATEMENT_EXISTS", "requests[1].statement_id"},
		"nested text": {batch{nested}, codes.InvalidArgument, "FIELD_NOT_EMPTY", "requests[0].source_text"},
		"nested flag": {batch{flagged}, codes.InvalidArgument, "FIELD_NOT_EMPTY", "requests[0].validate_only"},
		"lost parent": {batch{inside("a", "x")}, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "requests[0].statement.parent_statement"},
		"none":        {nil, codes.InvalidArgument, "INVALID_REQUEST", "requests"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.batch(t, test.batch...)
			statustest.Check(t, err, test.code, test.reason, test.field)
		})
	}
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{})), 0)
	_, err := s.batch(t, chain[:8]...)
	must.OK(t, err)
	_, err = s.statements.CreateStatement(t.Context(), chain[8])
	statustest.Check(t, err, codes.InvalidArgument, "PARENT_TOO_DEEP", "statement.parent_statement")
}

func TestBatchSourceText(t *testing.T) {
	s := startFilled(t, true)
	out, err := s.statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{
		Requests: []*statementsv1.CreateStatementRequest{inside("a", ""), inside("b", "a")}, SourceText: text,
	})
	must.OK(t, err)
	must.True(t, out.GetStatements()[1].GetContents()[0].GetSuffix() != "")
}

// list reads all pages of a list and returns the ids.
func (s *service) list(t testing.TB, req *statementsv1.ListStatementsRequest) (ids []string) {
	t.Helper()
	for {
		out, err := s.statements.ListStatements(t.Context(), req)
		must.OK(t, err)
		for _, statement := range out.GetStatements() {
			ids = append(ids, statement.GetName()[len("statements/"):])
		}
		if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
			return ids
		}
	}
}
