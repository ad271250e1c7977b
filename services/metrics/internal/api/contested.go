package api

import (
	"context"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordread"
)

// contest is a contest with its place among those of the metric: the series, and how many newer ones that has.
type contest struct {
	query.Contest

	series foundSeries
	number int
}

// ListContestedFigures lists periods for which different numbers are stated.
func (s *metrics) ListContestedFigures(
	ctx context.Context, req *metricsv1.ListContestedFiguresRequest,
) (*metricsv1.ListContestedFiguresResponse, error) {
	window, err := windowOf(req.GetPeriod())
	if err != nil {
		return nil, err
	}
	asOf, err := asOfTime(req.GetAsOf())
	if err != nil {
		return nil, err
	}
	p, err := recordread.Begin(ctx, s.store, "ListContestedFigures", req, req.GetParent(), domain.CanonicalDimensions(req.GetDimensions()), req.GetPeriod(), req.GetAsOf())
	if err != nil {
		return nil, err
	}
	from, err := contestPlace(p.After)
	if err != nil {
		return nil, err
	}
	plan := &query.Plan{AsOf: asOf, Window: window}
	var contests []contest
	err = s.read(ctx, func(r store.Reader) error {
		metric, err := readMetric(r, "parent", req.GetParent(), p.At, false)
		if err != nil {
			return err
		}
		if err := metric.CheckKey(req.GetDimensions(), false); err != nil {
			return err
		}
		plan.Policy = metric.SourcePolicy
		q := querying{reader: r, at: p.At, metric: metric.ID, plan: plan, size: p.Size, series: newSeriesWalk(r, metric, store.SeriesQuery{
			Metric: metric.ID, At: p.At, Dimensions: req.GetDimensions(),
		})}
		contests, err = q.contests(from)
		return err
	})
	if err != nil {
		return nil, err
	}
	more := len(contests) > p.Size
	contests = contests[:min(len(contests), p.Size)]
	resp := contestsToProto(contests, plan)
	if more {
		last := contests[len(contests)-1]
		at := last.series.at
		resp.NextPageToken, err = p.Next(at.series.Dimensions, at.series.Frequency, int64(at.side), int64(last.number+1))
	}
	return resp, err
}

// contests reads the contests after a place, one more than the page holds if there are so many.
func (q *querying) contests(from *contestPosition) (found []contest, err error) {
	skip := 0
	if from != nil {
		if err := q.series.resume(from.seriesPosition); err != nil {
			return nil, err
		}
		skip = from.skip
	}
	for len(found) <= q.size {
		series, ok, err := q.series.next()
		if err != nil || !ok {
			return found, err
		}
		observations, err := q.wholeSeries(series.at.series)
		if err != nil {
			return nil, err
		}
		contests := query.Contests(observations)
		slices.Reverse(contests)
		if from == nil || series.at != from.seriesPosition {
			skip = 0
		}
		for i := skip; i < len(contests); i++ {
			found = append(found, contest{Contest: contests[i], series: series, number: i})
		}
	}
	return found, nil
}

// wholeSeries reads what a plan chooses of one series, all of it.
func (q *querying) wholeSeries(series store.SeriesPlace) ([]*domain.Observation, error) {
	observations, err := q.observations(series, nil, query.MaxFigures+1)
	if err == nil && len(observations) > query.MaxFigures {
		err = query.TooLong()
	}
	return observations, err
}

// contestPosition is where a page of contests ends: after so many of a series.
type contestPosition struct {
	seriesPosition

	skip int
}

// contestPlace reads the keys of a token; nil on the first page.
func contestPlace(keys []any) (*contestPosition, error) {
	if len(keys) == 0 {
		return nil, nil //nolint:nilnil // the first page
	}
	series, err := seriesPlace(keys)
	if err != nil {
		return nil, err
	}
	if len(keys) != 4 {
		return nil, paging.ErrMismatch()
	}
	side, isNumber := keys[2].(int64)
	skip, isNumber2 := keys[3].(int64)
	if !isNumber || !isNumber2 || side < 0 || skip < 0 {
		return nil, paging.ErrMismatch()
	}
	return &contestPosition{seriesPosition: seriesPosition{series: series, side: int(side)}, skip: int(skip)}, nil
}

// contestsToProto writes a page with the sources of its observations.
func contestsToProto(contests []contest, plan *query.Plan) *metricsv1.ListContestedFiguresResponse {
	resp := &metricsv1.ListContestedFiguresResponse{}
	writer := observationWriter{}
	var all []*domain.Observation
	for _, c := range contests {
		resp.Contests = append(resp.Contests, &metricsv1.ListContestedFiguresResponse_Contest{
			Dimensions: c.series.answered, Frequency: frequency(c.series.at.series.Frequency), TimePeriod: periodToProto(c.Period),
			Observations: writer.all(c.Observations),
			Low:          optionalToProto(c.Low), High: optionalToProto(c.High), Spread: optionalToProto(c.Spread), Unit: unitToProto(c.Unit),
		})
		all = append(all, c.Observations...)
	}
	for _, ranked := range plan.Rank(all) {
		resp.Sources = append(resp.Sources, sourceToProto(ranked.Source, ranked.Rank))
	}
	return resp
}
