package api

import (
	"context"
	"math"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// errToken is the error of a page token whose keys are not those of the list.
func errToken() error {
	return errs.Invalid("page_token", "PAGE_TOKEN_MISMATCH", "the token belongs to another request")
}

// ListSeries lists the series of a metric.
func (s *metrics) ListSeries(ctx context.Context, req *metricsv1.ListSeriesRequest) (*metricsv1.ListSeriesResponse, error) {
	p, err := s.page(ctx, "ListSeries", req, req.GetParent())
	if err != nil {
		return nil, err
	}
	after, err := seriesPlace(p.after)
	if err != nil {
		return nil, err
	}
	var rows []domain.Series
	err = s.store.Read(ctx, func(r store.Reader) error {
		metric, err := readMetric(r, "parent", req.GetParent(), p.at, false)
		if err != nil {
			return err
		}
		rows, err = r.SeriesOf(metric.ID, p.at, after, p.size+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, more := paging.Trim(rows, p.size)
	resp := &metricsv1.ListSeriesResponse{}
	for _, series := range rows {
		resp.Series = append(resp.Series, seriesToProto(series))
	}
	if more {
		last := rows[len(rows)-1].Key
		resp.NextPageToken, err = p.next(domain.CanonicalDimensions(last.Dimensions), last.Frequency)
	}
	return resp, err
}

// seriesPlace reads the first two keys of a token.
func seriesPlace(keys []any) (place store.SeriesPlace, err error) {
	if len(keys) == 0 {
		return place, nil
	}
	if len(keys) < 2 {
		return place, errToken()
	}
	dimensions, isText := keys[0].(string)
	frequency, isText2 := keys[1].(string)
	if !isText || !isText2 {
		return place, errToken()
	}
	return store.SeriesPlace{Dimensions: dimensions, Frequency: frequency}, nil
}

// QueryMetric answers the points of the series that match.
func (s *metrics) QueryMetric(ctx context.Context, req *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	window, err := windowOf(req.GetPeriod())
	if err != nil {
		return nil, err
	}
	p, err := s.page(ctx, "QueryMetric", req,
		req.GetName(), domain.CanonicalDimensions(req.GetDimensions()), req.GetPeriod(), short(req.GetFrequency()))
	if err != nil {
		return nil, err
	}
	after, err := pointPlace(p.after)
	if err != nil {
		return nil, err
	}
	var points []store.Point
	err = s.store.Read(ctx, func(r store.Reader) error {
		metric, err := readMetric(r, "name", req.GetName(), p.at, false)
		if err != nil {
			return err
		}
		if err := metric.CheckKey(req.GetDimensions(), false); err != nil {
			return err
		}
		points, err = r.Observations(store.Observations{
			Metric: metric.ID, At: p.at, Dimensions: req.GetDimensions(), Frequency: short(req.GetFrequency()),
			Window: window, After: after, Limit: p.size + 1,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	points, more := paging.Trim(points, p.size)
	resp, err := groupPoints(points)
	if err != nil || !more {
		return resp, err
	}
	last := points[len(points)-1].Place
	resp.NextPageToken, err = p.next(last.Dimensions, last.Frequency, int64(last.Start), last.Figure)
	return resp, err
}

// windowOf reads the window of a query; "" is none.
func windowOf(period string) (*store.Window, error) {
	if period == "" {
		return nil, nil //nolint:nilnil // no window is no fault
	}
	p, err := domain.ParsePeriod(period)
	if err != nil {
		return nil, errs.Invalid("period", invalidPeriod, "%s", periodMessage(err))
	}
	window := &store.Window{Start: p.Start, End: p.End}
	if p.OpenStart {
		window.Start = math.MinInt64 + 1
	}
	if p.OpenEnd {
		window.End = recordtime.Forever
	}
	return window, nil
}

// pointPlace reads the keys of a query's token.
func pointPlace(keys []any) (*store.Place, error) {
	if len(keys) == 0 {
		return nil, nil //nolint:nilnil // the first page
	}
	series, err := seriesPlace(keys)
	if err != nil {
		return nil, err
	}
	if len(keys) != 4 {
		return nil, errToken()
	}
	start, isNumber := keys[2].(int64)
	figure, isText := keys[3].(string)
	if !isNumber || !isText {
		return nil, errToken()
	}
	return &store.Place{SeriesPlace: series, Start: recordtime.Time(start), Figure: figure}, nil
}

// groupPoints puts points under their series, in the order in which they come.
func groupPoints(points []store.Point) (*metricsv1.QueryMetricResponse, error) {
	resp := &metricsv1.QueryMetricResponse{}
	var series *metricsv1.QueryMetricResponse_Series
	var at store.SeriesPlace
	for _, point := range points {
		if series == nil || point.Place.SeriesPlace != at {
			at = point.Place.SeriesPlace
			dimensions, err := domain.ParseDimensions(at.Dimensions)
			if err != nil {
				return nil, err
			}
			series = &metricsv1.QueryMetricResponse_Series{Dimensions: dimensions, Frequency: frequency(at.Frequency)}
			resp.Series = append(resp.Series, series)
		}
		series.Observations = append(series.Observations, observationToProto(point.Observation))
	}
	return resp, nil
}
