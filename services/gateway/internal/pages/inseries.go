package pages

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
)

// drawInSeries draws a figure over the series that it belongs to, where there is more
// than itself to see. A page without the drawing is still one.
func (e *explorer) drawInSeries(ctx context.Context, v *figurePage, f *metricsv1.Figure) {
	at := readingOf(ctx).time
	request := &metricsv1.QueryMetricRequest{
		Name: f.GetMetric(), Dimensions: f.GetDimensions(), Frequency: f.GetFrequency(), PageSize: maxPage, ReadTime: at,
	}
	answer, err := e.queryWhole(ctx, request)
	if err != nil || len(answer.GetSeries()) != 1 || len(answer.GetSeries()[0].GetObservations()) < 2 {
		return
	}
	metric, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: f.GetMetric(), ReadTime: at, ShowDeleted: true})
	if err != nil {
		return
	}
	behind := evidence{
		figures: map[string]*metricsv1.Figure{}, known: e.documentNames(ctx, answer), answer: answer, request: request,
		beside: []drawing.Other{{Figure: f, Metric: metric, Href: v.Href}},
	}
	e.nameSources(ctx, behind.beside)
	v.Charts = newSeriesView(metric, answer.GetSeries()[0], behind, 0).Charts
}
