package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// reportedIn is a statement of documents/d that is reported in another.
func reportedIn(parent string) *statementsv1.Statement {
	out := indirect()
	out.ParentStatement = parent
	return out
}

// correct corrects one field of a statement.
func (s *service) correct(t testing.TB, id, field string, statement *statementsv1.Statement) error {
	t.Helper()
	req := correction(statement, field)
	req.Name = "statements/" + id
	_, err := s.corrections.CorrectStatement(t.Context(), req)
	return err
}

// What was staged can be published: nobody moves the statement in which a staged one
// is reported, or puts it so deep that the staged one is too deep.
func TestAStagedStatementKeepsItsParent(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		parent := ""
		for i := range 7 {
			id := fmt.Sprint("c", i+1)
			s.create(t, id, reportedIn(parent))
			parent = "statements/" + id
		}
		s.create(t, "deep", reportedIn(parent))
		must.OK(t, s.correct(t, "deep", "parent_statement", &statementsv1.Statement{}))
		s.create(t, "p", indirect())
		s.create(t, "q", reportedIn("statements/p"))
		for _, test := range []struct {
			name, parent string // of the staged statement
			change       func() error
		}{
			{"another version", "statements/deep", func() error {
				return s.correct(t, "deep", "document_version", &statementsv1.Statement{DocumentVersion: "documents/e/versions/1"})
			}},
			{"deeper", "statements/deep", func() error {
				return s.correct(t, "deep", "parent_statement", &statementsv1.Statement{ParentStatement: "statements/c7"})
			}},
			{"deeper with what is in it", "statements/q", func() error {
				return s.correct(t, "p", "parent_statement", &statementsv1.Statement{ParentStatement: "statements/c6"})
			}},
			{"deeper as before", "statements/deep", func() error {
				_, err := s.statements.RollbackStatement(t.Context(),
					&statementsv1.RollbackStatementRequest{Name: "statements/deep", RevisionId: "1", Reason: "r"})
				return err
			}},
		} {
			t.Run(test.name, func(t *testing.T) {
				staged := ingest("")
				staged.RequestId, staged.Entities, staged.Statements = uuid.NewString(), nil, staged.Statements[1:]
				staged.Statements[0].Name, staged.Statements[0].ParentStatement = "", test.parent
				s.stage(t, staged)
				before := s.statement(t, strings.TrimPrefix(test.parent, "statements/"))
				statustest.Check(t, test.change(), codes.Aborted, "NAME_STAGED", "")
				must.Equal(t, s.statement(t, strings.TrimPrefix(test.parent, "statements/")), before)
				_, err := s.publish(t, staged.GetRequestId())
				must.OK(t, err)
			})
		}
		// Words may change meanwhile, and without a stage everything may.
		waiting := ingest("")
		waiting.RequestId, waiting.Entities, waiting.Statements = uuid.NewString(), nil, waiting.Statements[1:]
		waiting.Statements[0].ParentStatement = "statements/p"
		s.stage(t, waiting)
		must.OK(t, s.correct(t, "p", "comment", &statementsv1.Statement{Comment: "checked"}))
		must.OK(t, s.discard(t, waiting.GetRequestId()))
		must.OK(t, s.correct(t, "p", "parent_statement", &statementsv1.Statement{ParentStatement: "statements/c1"}))
	})
}
