package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordread"
)

// ListSeries lists the series of a metric.
func (s *metrics) ListSeries(ctx context.Context, req *metricsv1.ListSeriesRequest) (*metricsv1.ListSeriesResponse, error) {
	p, err := recordread.Begin(ctx, s.store, "ListSeries", req, req.GetParent(), domain.CanonicalDimensions(req.GetDimensions()), short(req.GetFrequency()))
	if err != nil {
		return nil, err
	}
	after, err := seriesPlace(p.After)
	if err != nil {
		return nil, err
	}
	var rows []domain.Series
	err = s.read(ctx, func(r store.Reader) error {
		metric, err := readMetric(r, "parent", req.GetParent(), p.At, false)
		if err != nil {
			return err
		}
		if err := metric.CheckKey(req.GetDimensions(), false); err != nil {
			return err
		}
		rows = nil
		for _, dimensions := range metric.SeriesFilters(req.GetDimensions()) {
			some, err := r.SeriesOf(store.SeriesQuery{
				Metric: metric.ID, At: p.At, Dimensions: dimensions, Frequency: short(req.GetFrequency()),
			}, after, p.Size+1)
			if err != nil {
				return err
			}
			rows = merged(rows, some, p.Size+1)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, more := paging.Trim(rows, p.Size)
	resp := &metricsv1.ListSeriesResponse{}
	for _, series := range rows {
		resp.Series = append(resp.Series, seriesToProto(series))
	}
	if more {
		last := rows[len(rows)-1].Key
		resp.NextPageToken, err = p.Next(domain.CanonicalDimensions(last.Dimensions), last.Frequency)
	}
	return resp, err
}

// merged puts the series of two lists into one, each once, and keeps the first.
func merged(a, b []domain.Series, limit int) []domain.Series {
	if len(a) == 0 {
		return b
	}
	compare := func(a, b domain.Series) int {
		return cmp.Or(
			strings.Compare(domain.CanonicalDimensions(a.Key.Dimensions), domain.CanonicalDimensions(b.Key.Dimensions)),
			strings.Compare(a.Key.Frequency, b.Key.Frequency),
		)
	}
	all := slices.SortedFunc(slices.Values(slices.Concat(a, b)), compare)
	all = slices.CompactFunc(all, func(a, b domain.Series) bool { return compare(a, b) == 0 })
	return all[:min(len(all), limit)]
}

// seriesPlace reads the first two keys of a token.
func seriesPlace(keys []any) (place store.SeriesPlace, err error) {
	if len(keys) == 0 {
		return place, nil
	}
	if len(keys) < 2 {
		return place, paging.ErrMismatch()
	}
	dimensions, isText := keys[0].(string)
	frequency, isText2 := keys[1].(string)
	if !isText || !isText2 {
		return place, paging.ErrMismatch()
	}
	return store.SeriesPlace{Dimensions: dimensions, Frequency: frequency}, nil
}
