package api

import (
	"context"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// QueryMetric answers the points of the series that match, and what is computed of them.
func (s *metrics) QueryMetric(ctx context.Context, req *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	plan, err := planOf(req)
	if err != nil {
		return nil, err
	}
	params, err := parametersOf(req)
	if err != nil {
		return nil, err
	}
	p, err := recordread.Begin(ctx, s.store, "QueryMetric", req, params)
	if err != nil {
		return nil, err
	}
	from, err := queryPlace(p.After)
	if err != nil {
		return nil, err
	}
	var answer *answer
	var metric domain.Metric
	err = s.read(ctx, func(r store.Reader) error {
		metric, err = readMetric(r, "name", req.GetName(), p.At, false)
		if err != nil {
			return err
		}
		if err := bindPlan(r, plan, req, metric, p.At); err != nil {
			return err
		}
		q := querying{
			reader: r, at: p.At, metric: metric.ID, plan: plan, size: p.Size,
			series: newSeriesWalk(r, metric, store.SeriesQuery{
				Metric: metric.ID, At: p.At, Dimensions: req.GetDimensions(), Frequency: short(req.GetFrequency()),
			}),
		}
		answer, err = q.page(from)
		return err
	})
	if err != nil {
		return nil, err
	}
	resp := answer.toProto(plan, metric)
	if answer.more {
		at := answer.last
		resp.NextPageToken, err = p.Next(at.series.Dimensions, at.series.Frequency, int64(at.side), int64(at.start), int64(at.skip))
	}
	return resp, err
}

// parametersOf is all of a request that decides what its pages hold.
func parametersOf(req *metricsv1.QueryMetricRequest) (string, error) {
	bare := &metricsv1.QueryMetricRequest{}
	proto.Merge(bare, req)
	bare.PageSize, bare.PageToken, bare.ReadTime = 0, "", nil
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(bare)
	return string(text), err
}

// queryPosition is where a page of a query ends: in a series, after so many observations of one start.
type queryPosition struct {
	seriesPosition

	start recordtime.Time
	skip  int
}

// queryPlace reads the keys of a query's token; nil on the first page.
func queryPlace(keys []any) (*queryPosition, error) {
	if len(keys) == 0 {
		return nil, nil //nolint:nilnil // the first page
	}
	series, err := seriesPlace(keys)
	if err != nil {
		return nil, err
	}
	if len(keys) != 5 {
		return nil, paging.ErrMismatch()
	}
	var numbers [3]int64
	for i := range numbers {
		number, isNumber := keys[2+i].(int64)
		if !isNumber || i != 1 && number < 0 {
			return nil, paging.ErrMismatch()
		}
		numbers[i] = number
	}
	return &queryPosition{
		seriesPosition: seriesPosition{series: series, side: int(numbers[0])}, start: recordtime.Time(numbers[1]), skip: int(numbers[2]),
	}, nil
}

// answer is a page of a query.
type answer struct {
	series []answered
	more   bool
	last   queryPosition // of the last observation
}

// answered is what a page has of one series.
type answered struct {
	found        foundSeries
	observations []*domain.Observation
}

// toProto writes a page.
func (a *answer) toProto(plan *query.Plan, metric domain.Metric) *metricsv1.QueryMetricResponse {
	resp := &metricsv1.QueryMetricResponse{Coverage: metric.Coverage}
	if unit, another := plan.TransformedUnit(); another {
		resp.TransformedUnit = unitToProto(unit)
	}
	writer := observationWriter{}
	var all []*domain.Observation
	for _, s := range a.series {
		series := &metricsv1.QueryMetricResponse_Series{
			Dimensions: s.found.answered, Frequency: frequency(plan.Answered(s.found.at.series.Frequency)),
			Observations: writer.all(s.observations),
		}
		if plan.Frequency != "" {
			series.AggregatedFrom = frequency(s.found.at.series.Frequency)
		}
		resp.Series = append(resp.Series, series)
		all = append(all, s.observations...)
	}
	for _, ranked := range plan.Rank(all) {
		resp.Sources = append(resp.Sources, sourceToProto(ranked.Source, ranked.Rank))
	}
	return resp
}
