package pages

import (
	"context"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// mostDrawn is up to how many figures of one series a page reads and draws: a longer one
// is cut, and the page says so.
const mostDrawn = 5_000

// queryWhole reads a page of observations. Where the only series goes on after it, it is
// read on: a drawing that ends too early would be taken for the whole.
func (e *explorer) queryWhole(ctx context.Context, request *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	got, err := e.Metrics.QueryMetric(ctx, request)
	if err != nil || request.GetPageToken() != "" || len(got.GetSeries()) != 1 {
		return got, err
	}
	whole := got.GetSeries()[0]
	next := proto.CloneOf(request)
	for got.GetNextPageToken() != "" && len(whole.GetObservations()) < mostDrawn {
		next.PageToken = got.GetNextPageToken()
		more, err := e.Metrics.QueryMetric(ctx, next)
		if err != nil {
			return nil, err
		}
		if len(more.GetSeries()) != 1 || !drawing.GoesOn(whole, more.GetSeries()[0]) {
			return got, nil // others follow: they are on the next page
		}
		whole.Observations = append(whole.Observations, more.GetSeries()[0].GetObservations()...)
		got.NextPageToken = more.GetNextPageToken()
		got.Sources = withSources(got.GetSources(), more.GetSources())
	}
	return got, nil
}

// withSources adds the sources that a list does not have yet.
func withSources(sources, more []*metricsv1.Source) []*metricsv1.Source {
	known := map[string]bool{}
	for _, source := range sources {
		known[source.GetSourceId()] = true
	}
	for _, source := range more {
		if !known[source.GetSourceId()] {
			sources = append(sources, source)
		}
	}
	return sources
}

// cutOf says of the i-th series of an answer that it does not show all of it; "" if it
// does.
func cutOf(request *metricsv1.QueryMetricRequest, got *metricsv1.QueryMetricResponse, i int) string {
	count := words.Counted(len(got.GetSeries()[i].GetObservations()), "figure")
	begins, ends := request.GetPageToken() == "" || i > 0, got.GetNextPageToken() == "" || i < len(got.GetSeries())-1
	switch {
	case begins && ends:
		return ""
	case begins:
		return "These are its first " + count + ": it may go on. Ask for a period, or go to the next page."
	case ends:
		return "These are its last " + count + ": it may begin on the page before."
	}
	return "These are " + count + " of it: it may begin on the page before and go on on the next."
}
