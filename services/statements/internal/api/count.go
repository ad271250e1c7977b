package api

import (
	"context"
	"slices"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	// unknownGroup is the reason of a field that statements are not counted by.
	unknownGroup = "UNKNOWN_GROUP"
	// maxGroups is how many groups a count answers at most.
	maxGroups = 1000
)

// CountStatements counts the statements that match a filter.
func (s *statements) CountStatements(
	ctx context.Context, req *statementsv1.CountStatementsRequest,
) (*statementsv1.CountStatementsResponse, error) {
	filter, err := listquery.ParseFilter(domain.StatementFields, req.GetFilter())
	var faults errs.Violations
	faults.AddErr("", err)
	if by := req.GetGroupBy(); by != "" && !slices.Contains(domain.GroupFields, by) {
		faults.Add("group_by", unknownGroup, "statements are not counted by %q, only by %s",
			domain.Shown(by), strings.Join(domain.GroupFields, ", "))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), countsToProto, func(r store.Reader, at recordtime.Time) (store.Counts, error) {
		return r.Count(store.Count{
			At: at, Filter: filter, GroupBy: req.GetGroupBy(), Limit: maxGroups,
			ShowDeleted: req.GetShowDeleted(), ShowDeprecated: req.GetShowDeprecated() || domain.AsksRank(filter),
		})
	})
}

func countsToProto(counts store.Counts) *statementsv1.CountStatementsResponse {
	out := &statementsv1.CountStatementsResponse{
		TotalCount: int32(counts.Total), OtherGroups: int32(counts.Others), //nolint:gosec // there are not as many statements
	}
	for _, group := range counts.Groups {
		out.Groups = append(out.Groups, &statementsv1.ValueCount{Value: group.Value, Count: int32(group.Count)}) //nolint:gosec // see above
	}
	return out
}
