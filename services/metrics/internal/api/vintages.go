package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ListVintages lists which source put figures of a metric out when.
func (s *metrics) ListVintages(ctx context.Context, req *metricsv1.ListVintagesRequest) (*metricsv1.ListVintagesResponse, error) {
	p, err := recordread.Begin(ctx, s.store, "ListVintages", req,
		req.GetParent(), domain.CanonicalDimensions(req.GetDimensions()), strings.Join(req.GetSources(), ","))
	if err != nil {
		return nil, err
	}
	after, err := vintagePlace(p.After)
	if err != nil {
		return nil, err
	}
	var rows []domain.Vintage
	var policy []domain.SourcePreference
	err = s.read(ctx, func(r store.Reader) error {
		metric, err := readMetric(r, "parent", req.GetParent(), p.At, false)
		if err != nil {
			return err
		}
		if err := metric.CheckKey(req.GetDimensions(), false); err != nil {
			return err
		}
		policy = metric.SourcePolicy
		for _, dimensions := range metric.SeriesFilters(req.GetDimensions()) {
			found, err := r.Vintages(store.Vintages{
				Metric: metric.ID, At: p.At, Sources: req.GetSources(), Dimensions: dimensions, After: after, Limit: p.Size + 1,
			})
			if err != nil {
				return err
			}
			rows = append(rows, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, compareVintages)
	rows, more := paging.Trim(slices.CompactFunc(rows, func(a, b domain.Vintage) bool { return compareVintages(a, b) == 0 }), p.Size)
	resp := &metricsv1.ListVintagesResponse{}
	for _, v := range rows {
		resp.Vintages = append(resp.Vintages, vintageToProto(v))
	}
	for _, ranked := range rankVintages(rows, policy) {
		resp.Sources = append(resp.Sources, sourceToProto(ranked.Source, ranked.Rank))
	}
	if more {
		last := rows[len(rows)-1]
		resp.NextPageToken, err = p.Next(domain.ReleaseText(last.Release), last.Source.ID, int64(last.RecordTime))
	}
	return resp, err
}

// rankVintages lists the sources of vintages, best first by a policy.
func rankVintages(vintages []domain.Vintage, policy []domain.SourcePreference) []query.Ranked {
	observations := make([]*domain.Observation, len(vintages))
	for i, v := range vintages {
		observations[i] = &domain.Observation{CreateTime: v.RecordTime, About: &domain.About{Source: v.Source, Release: v.Release}}
	}
	return (&query.Plan{Policy: policy}).Rank(observations)
}

// compareVintages puts the newest release first, then goes by source.
func compareVintages(a, b domain.Vintage) int {
	return cmp.Or(
		cmp.Compare(b.Released(), a.Released()), strings.Compare(a.Source.ID, b.Source.ID), strings.Compare(domain.ReleaseText(a.Release), domain.ReleaseText(b.Release)),
	)
}

// vintagePlace reads the keys of a token; nil on the first page.
func vintagePlace(keys []any) (*domain.Vintage, error) {
	if len(keys) == 0 {
		return nil, nil //nolint:nilnil // the first page
	}
	if len(keys) != 3 {
		return nil, paging.ErrMismatch()
	}
	release, isText := keys[0].(string)
	source, isText2 := keys[1].(string)
	recorded, isNumber := keys[2].(int64)
	if !isText || !isText2 || !isNumber {
		return nil, paging.ErrMismatch()
	}
	place := &domain.Vintage{Source: domain.Source{ID: source}, RecordTime: recordtime.Time(recorded)}
	if release != "" {
		period, err := domain.ParsePeriod(release)
		if err != nil {
			return nil, paging.ErrMismatch()
		}
		place.Release = &period
	}
	return place, nil
}
