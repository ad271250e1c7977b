package api

import (
	"context"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxGroups is how many groups a count answers at most.
const maxGroups = 1000

// CountFigures counts the figures that match a filter.
func (s *figures) CountFigures(ctx context.Context, req *metricsv1.CountFiguresRequest) (*metricsv1.CountFiguresResponse, error) {
	filter, err := listquery.ParseFilter(domain.FigureFields, req.GetFilter())
	var faults errs.Violations
	faults.AddErr("", err)
	if by := req.GetGroupBy(); by != "" && !slices.Contains(domain.GroupFields, by) {
		faults.Add("group_by", unknownGroup, "figures are counted only by %s", strings.Join(domain.GroupFields, ", "))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), countsToProto, func(r store.Reader, at recordtime.Time) (store.Counts, error) {
		return r.CountFigures(store.Count{
			At: at, Filter: filter, GroupBy: req.GetGroupBy(), Limit: maxGroups, ShowDeleted: req.GetShowDeleted(),
		})
	})
}

func countsToProto(counts store.Counts) *metricsv1.CountFiguresResponse {
	out := &metricsv1.CountFiguresResponse{
		TotalCount: int32(counts.Total), OtherGroups: int32(counts.Others), //nolint:gosec // a store has fewer figures
	}
	for _, group := range counts.Groups {
		out.Groups = append(out.Groups, &metricsv1.ValueCount{Value: group.Value, Count: int32(group.Count)}) //nolint:gosec // see above
	}
	return out
}
