package record

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// referenceRenames say what fields of a query are called in the request of a comparison.
var referenceRenames = renames{"name": "metric", "unit": "rate_basis"}

// reference is a figure of the series, with where it is from.
type reference struct {
	observation *metricsv1.Observation
	source      *metricsv1.Source
	// series names the series and the source: of each there is one reference for a period.
	series string
}

// compare puts the claim beside each figure that the series had for the period.
func (c *comparing) compare(ctx context.Context) error {
	var then, now []reference
	err := together(ctx, func(ctx context.Context) (err error) {
		then, err = c.references(ctx, c.answer.GetAsOf().GetEdtf())
		return err
	}, func(ctx context.Context) (err error) {
		now, err = c.references(ctx, "")
		return err
	})
	if err != nil {
		return err
	}
	latest := make(map[string]reference, len(now))
	for _, r := range now { // of one source the newest release is the last
		latest[r.series] = r
	}
	for _, r := range then {
		comparison, err := c.claim.beside(r.observation)
		if err != nil {
			return err
		}
		comparison.Source = r.source
		if newest := latest[r.series].observation; newest != nil && !saysTheSame(newest, r.observation) {
			comparison.Latest = newest
		}
		if parts := r.observation.GetAggregatedCount(); parts > 0 {
			comparison.Explanation = fmt.Sprintf("The reference is the sum of %d parts of the period. %s", parts, comparison.GetExplanation())
		}
		c.answer.Comparisons = append(c.answer.Comparisons, comparison)
	}
	if len(then) == 0 {
		c.answer.Explanation = fmt.Sprintf("%s has no figure for %s that was public as of %s", c.answer.GetMetric().GetName(), c.period, c.answer.GetAsOf().GetEdtf())
		if len(now) > 0 {
			c.answer.Explanation += fmt.Sprintf("; since then %d %s put out", len(now), wereOrWas(len(now)))
		}
		c.answer.Explanation += "."
	}
	return nil
}

// saysTheSame reports whether both are one figure, or sums of the same number.
func saysTheSame(a, b *metricsv1.Observation) bool {
	return a.GetFigure() == b.GetFigure() && a.GetValue().GetValue() == b.GetValue().GetValue()
}

func wereOrWas(count int) string {
	if count == 1 {
		return "was"
	}
	return "were"
}

// references are the figures of the reference for exactly the period, as of a time, the best
// source first. Where there are none, the parts of the period may add up to it: those of a
// FLOW do.
func (c *comparing) references(ctx context.Context, asOf string) ([]reference, error) {
	req := &metricsv1.QueryMetricRequest{
		Name: c.answer.GetMetric().GetName(), Dimensions: c.dimensions(), Period: c.period.EDTF, PageSize: paging.MaxSize, ReadTime: c.j.at,
		AsOf: asOf, Sources: c.req.GetSources(), RateBasis: c.req.GetRateBasis(), RateMetric: c.req.GetRateMetric(),
	}
	if c.req.GetRateBasis() != metricsv1.Conversion_RATE_BASIS_UNSPECIFIED {
		req.Unit = c.claim.unit.GetCode()
	}
	found, err := c.query(ctx, req)
	frequency := metricsv1.Figure_Frequency(metricsv1.Figure_Frequency_value[c.period.Frequency()])
	if err != nil || len(found) > 0 || c.answer.GetMetric().GetTemporalKind() != metricsv1.Metric_FLOW || frequency == 0 {
		return found, err
	}
	req.AggregationFrequency, req.AggregationMethod = frequency, metricsv1.QueryMetricRequest_SUM
	found, err = c.query(ctx, req)
	if errs.Is(err, errs.InvalidArgument) { // its series have no parts of such periods
		return nil, nil
	}
	return slices.DeleteFunc(found, func(r reference) bool { return r.observation.GetValueKind() == metricsv1.Figure_NO_VALUE }), err
}

// query reads all pages of a query.
func (c *comparing) query(ctx context.Context, req *metricsv1.QueryMetricRequest) (found []reference, err error) {
	for req.PageToken = ""; ; {
		page, err := c.metrics.QueryMetric(ctx, req)
		if err != nil {
			return nil, renamed(err, referenceRenames)
		}
		found = append(found, c.referencesOn(page)...)
		if req.PageToken = page.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b reference) int { return cmp.Compare(a.source.GetRank(), b.source.GetRank()) })
	return found, nil
}

// referencesOn are those of a page. The claimed figure is no reference for itself, and, if
// nothing else is asked for, neither is another figure of its own source.
func (c *comparing) referencesOn(page *metricsv1.QueryMetricResponse) (found []reference) {
	sources := make(map[string]*metricsv1.Source, len(page.GetSources()))
	for _, source := range page.GetSources() {
		sources[source.GetSourceId()] = source
	}
	for _, series := range page.GetSeries() {
		for _, o := range series.GetObservations() {
			source := sources[o.GetSourceId()]
			period, err := edtf.Parse(o.GetTimePeriod().GetEdtf())
			switch {
			case err != nil || !period.SameBounds(c.period):
			case o.GetFigure() == c.answer.GetFigure().GetName():
			case len(c.req.GetSources()) == 0 && isSourceOf(source, c.answer.GetFigure()):
			default:
				found = append(found, reference{o, source, seriesKey(series, o)})
			}
		}
	}
	return found
}

// isSourceOf reports whether a figure is of a source.
func isSourceOf(source *metricsv1.Source, figure *metricsv1.Figure) bool {
	producer := cmp.Or(figure.GetOrigin().GetProducer(), figure.GetAttributedProducer())
	return source.GetProducer() == producer && source.GetTitle() == figure.GetOrigin().GetTitle() &&
		source.GetDocument() == documentOf(figure.GetDocumentVersion()) && source.GetClaimant() == figure.GetClaimant()
}

// seriesKey names a series and a source of it.
func seriesKey(series *metricsv1.QueryMetricResponse_Series, o *metricsv1.Observation) string {
	key := series.GetFrequency().String() + " " + o.GetSourceId() + " " + o.GetValueKind().String()
	for _, id := range slices.Sorted(maps.Keys(series.GetDimensions())) {
		key += " " + id + "=" + series.GetDimensions()[id]
	}
	return key
}

// dimensions are those of the reference series: as asked for, or those of the figure that
// the reference metric has too.
func (c *comparing) dimensions() map[string]string {
	if len(c.req.GetDimensions()) > 0 {
		return c.req.GetDimensions()
	}
	shared := map[string]string{}
	for _, dimension := range c.answer.GetMetric().GetDimensions() {
		if code := c.answer.GetFigure().GetDimensions()[dimension.GetId()]; code != "" {
			shared[dimension.GetId()] = code
		}
	}
	return shared
}
