package api

import (
	"context"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

const (
	// maxListed is how many codes of a dimension and how many sources are answered at most.
	maxListed = 1000
	// vintageChunk is how many vintages are read at a time.
	vintageChunk = 1000
)

// available is what an Availability is made of.
type available struct {
	metric   domain.Metric
	series   store.Availability
	vintages []domain.Vintage
}

// GetAvailability tells what a query would find.
func (s *metrics) GetAvailability(ctx context.Context, req *metricsv1.GetAvailabilityRequest) (*metricsv1.Availability, error) {
	a, err := recordread.Get(ctx, s.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) (available, error) {
		return availableOf(r, req, at)
	})
	if err != nil {
		return nil, err
	}
	if a.series.TooMany {
		return nil, errs.New(errs.FailedPrecondition, "TOO_MANY_SERIES", "more than %d series match: state more dimensions", store.SeriesLimit).
			About(domain.MetricType, req.GetName())
	}
	return a.toProto(), nil
}

func availableOf(r store.Reader, req *metricsv1.GetAvailabilityRequest, at recordtime.Time) (a available, err error) {
	if a.metric, err = readMetric(r, "name", req.GetName(), at, false); err != nil {
		return a, err
	}
	if err := a.metric.CheckKey(req.GetDimensions(), false); err != nil {
		return a, err
	}
	filters := a.metric.SeriesFilters(req.GetDimensions())
	var queries []store.SeriesQuery
	for _, dimensions := range filters {
		queries = append(queries, store.SeriesQuery{
			Metric: a.metric.ID, At: at, Dimensions: dimensions, Frequency: short(req.GetFrequency()),
		})
	}
	if a.series, err = r.Availability(queries); err != nil || a.series.TooMany {
		return a, err
	}
	seen := map[[2]string]bool{}
	for _, dimensions := range filters {
		vintages := store.Vintages{Metric: a.metric.ID, At: at, Dimensions: dimensions, Limit: vintageChunk}
		for {
			rows, err := r.Vintages(vintages)
			if err != nil {
				return a, err
			}
			for _, v := range rows {
				key := [2]string{v.Source.ID, domain.ReleaseText(v.Release)}
				if !seen[key] {
					seen[key] = true
					a.vintages = append(a.vintages, v)
				}
			}
			if len(rows) < vintageChunk {
				break
			}
			vintages.After = &rows[len(rows)-1]
		}
	}
	return a, nil
}

func (a *available) toProto() *metricsv1.Availability {
	out := &metricsv1.Availability{
		SeriesCount: int32(a.series.Series), FigureCount: int32(a.series.Figures), FigureCountExact: a.series.Exact, //nolint:gosec // both have limits
		VintageCount: int32(len(a.vintages)), //nolint:gosec // they are in memory
	}
	if a.series.First.Dated() {
		out.FirstPeriod, out.LastPeriod = periodToProto(a.series.First), periodToProto(a.series.Last)
	}
	for _, d := range a.metric.Dimensions {
		codes := a.codesOf(d.ID)
		listed := codes[:min(len(codes), maxListed)]
		out.Dimensions = append(out.Dimensions, &metricsv1.Availability_DimensionCodes{
			Id: d.ID, Codes: listed, OtherCount: int32(len(codes) - len(listed)), //nolint:gosec // at most as many as series
		})
	}
	for _, f := range a.series.Frequencies {
		out.Frequencies = append(out.Frequencies, frequency(f))
	}
	first, last := a.releases()
	out.FirstRelease, out.LastRelease = optionalPeriodToProto(first), optionalPeriodToProto(last)
	for _, ranked := range a.sources() {
		out.Sources = append(out.Sources, sourceToProto(ranked.Source, ranked.Rank))
	}
	return out
}

// codesOf are the codes of a dimension. Of two that may be exchanged each has those of both: it can be asked for them.
func (a *available) codesOf(dimension string) []string {
	if !slices.Contains(a.metric.Symmetric, dimension) {
		return a.series.Codes[dimension]
	}
	var codes []string
	for _, id := range a.metric.Symmetric {
		codes = append(codes, a.series.Codes[id]...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// releases are the first and the last release that has a date.
func (a *available) releases() (first, last *domain.TimePeriod) {
	for _, v := range a.vintages {
		if v.Release == nil || !v.Release.Dated() {
			continue
		}
		if first == nil || v.Release.Start < first.Start {
			first = v.Release
		}
		if last == nil || v.Release.End > last.End {
			last = v.Release
		}
	}
	return first, last
}

// sources are the sources, best first.
func (a *available) sources() []query.Ranked {
	ranked := rankVintages(a.vintages, a.metric.SourcePolicy)
	return ranked[:min(len(ranked), maxListed)]
}
