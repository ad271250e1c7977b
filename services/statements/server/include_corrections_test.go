package server_test

import (
	"fmt"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// An answer has at most 1,000 corrections, the newest, and of each subject the newest
// ten: of the statements and of the documents that they stand on, not of all that
// print them too.
func TestIncludedCorrectionsAreBounded(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		notice := func(document string, i int) {
			must.Get(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
				Name: "documents/" + document, Kind: typev1.Correction_CLARIFICATION, Reason: fmt.Sprint(document, i), NoticeText: "n",
			}))(t)
		}
		included := func(req *statementsv1.ListStatementsRequest) (reasons []string) {
			req.IncludeCorrections = true
			for _, c := range must.Get(s.statements.ListStatements(t.Context(), req))(t).GetCorrections() {
				reasons = append(reasons, c.GetReason())
			}
			return reasons
		}
		s.create(t, "s1", direct())
		other := direct()
		other.DocumentVersion = "documents/e/versions/1"
		s.create(t, "s2", other)
		must.Get(s.merge(t, "s2", "s1"))(t)
		notice("e", 0)
		for i := range 12 {
			notice("d", i)
		}
		must.Equal(t, included(&statementsv1.ListStatementsRequest{}),
			[]string{"d11", "d10", "d9", "d8", "d7", "d6", "d5", "d4", "d3", "d2"})

		const many = 101 // with ten corrections each: more than 1,000 on one page
		var requests []*statementsv1.CreateStatementRequest
		for i := range many {
			requests = append(requests, &statementsv1.CreateStatementRequest{Statement: direct(), StatementId: fmt.Sprint("m", i)})
		}
		must.Get(s.batch(t, requests...))(t)
		s.entity(t, "ben")
		from, to := "entities/ana", "entities/ben"
		for range 10 {
			s.reattribute(t, &statementsv1.ReattributeStatementsRequest{
				Filter: `speaker:"` + from + `"`, FromEntity: from, ToEntity: to, Reason: "r", KeepRoles: true,
			})
			from, to = to, from
		}
		must.Equal(t, len(included(&statementsv1.ListStatementsRequest{PageSize: 200})), 1000)
	})
}
