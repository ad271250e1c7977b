package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestS21CountsAtAnyReadTime(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		empty := s.settled()
		s.create(t, "a", direct())
		b := direct()
		b.Speakers = append(b.Speakers, &statementsv1.Speaker{Entity: "entities/ben"})
		b.StatementTime = period("2024")
		s.create(t, "b", b)
		s.create(t, "c", indirect())
		full := s.settled()
		count := func(req *statementsv1.CountStatementsRequest) *statementsv1.CountStatementsResponse {
			out, err := s.statements.CountStatements(t.Context(), req)
			must.OK(t, err)
			return out
		}
		speakers := &statementsv1.CountStatementsResponse{TotalCount: 3, Groups: []*statementsv1.ValueCount{
			{Value: "entities/ana", Count: 2}, {Value: "", Count: 1}, {Value: "entities/ben", Count: 1},
		}}
		must.Equal(t, count(&statementsv1.CountStatementsRequest{GroupBy: "speaker"}), speakers)
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/b", Reason: "misheard"})
		must.OK(t, err)
		s.update(t, &statementsv1.Statement{Name: "statements/a", Rank: statementsv1.Statement_DEPRECATED, RankReason: "misquoted"})
		// What was known then is still the answer, whatever was learned since.
		must.Equal(t, count(&statementsv1.CountStatementsRequest{GroupBy: "speaker", ReadTime: full}), speakers)
		for _, test := range []struct {
			filter              string
			deleted, deprecated bool
			at                  *timestamppb.Timestamp
			want                int32
		}{
			{"", false, false, nil, 1},
			{"", true, false, nil, 2},
			{"", true, true, nil, 3},
			{"", false, false, empty, 0},
			{`statement_time = "2023"`, false, false, full, 1},
			{`statement_time >= "2023"`, false, false, full, 2},
			{`speaker:"entities/ana"`, false, true, nil, 1},
			{`NOT speaker:*`, false, false, nil, 1},
		} {
			req := &statementsv1.CountStatementsRequest{
				Filter: test.filter, ShowDeleted: test.deleted, ShowDeprecated: test.deprecated, ReadTime: test.at,
			}
			must.Equal(t, count(req), &statementsv1.CountStatementsResponse{TotalCount: test.want})
		}
		byType := count(&statementsv1.CountStatementsRequest{Filter: `document = "documents/d"`, GroupBy: "statement_type", ReadTime: full})
		must.Equal(t, byType.GetGroups(), []*statementsv1.ValueCount{{Value: "DIRECT", Count: 2}, {Value: "INDIRECT", Count: 1}})
		byValue := count(&statementsv1.CountStatementsRequest{Filter: `speaker:"entities/ben"`, GroupBy: "speakers.value_type", ReadTime: full})
		must.Equal(t, byValue.GetGroups(), []*statementsv1.ValueCount{{Value: "VALUE", Count: 1}})
	})
}

func TestCountRefusals(t *testing.T) {
	s := startFilled(t, false)
	_, err := s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{GroupBy: "text"})
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_GROUP", "group_by")
	_, err = s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{Filter: "walls"})
	statustest.Check(t, err, codes.InvalidArgument, "FILTER_BARE_WORD", "filter")
	_, err = s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{ReadTime: &timestamppb.Timestamp{Nanos: -1}})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_TIMESTAMP", "read_time")
}
