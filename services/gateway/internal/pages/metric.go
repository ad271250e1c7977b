package pages

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// seriesRow is an entry of the list of series.
type seriesRow struct {
	Href, Label, Count string
	First, Last        period
	Current            bool
}

// seriesPath is the page of one series.
func seriesPath(metric string, key map[string]string, frequency metricsv1.Figure_Frequency) string {
	q := url.Values{}
	for id, value := range key {
		q.Set("dimensions["+id+"]", value)
	}
	q.Set("frequency", frequency.String())
	return pagePath(metric) + "?" + q.Encode()
}

// metric shows a metric with its series. dimensions[ID] and frequency choose one
// series: then all of its dimensions must be given; without frequency all series
// that have the dimensions. The other parameters are those of a query, and the page
// has a form for them.
func (e *explorer) metric(r *http.Request) (*page, error) {
	p, err := readParams(r, append([]string{"dimensions", "frequency", "page_token", beside.Parameter}, queryParams...)...)
	if err != nil {
		return nil, err
	}
	name, err := nameOf(r, "metrics")
	if err != nil {
		return nil, err
	}
	frequency, chosen, err := frequencyParam(p)
	if err != nil {
		return nil, err
	}
	request, err := readQuery(p, name)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	var header metadata.MD
	m, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name}, grpc.Header(&header))
	if err != nil {
		return nil, err
	}
	v := newMetricView(m)
	// All parts of the page show the record as it stood at the first answer.
	at := settled(header)
	series, err := e.Metrics.ListSeries(ctx, &metricsv1.ListSeriesRequest{Parent: name, PageSize: listPage, ReadTime: at})
	if err != nil {
		return nil, err
	}
	// With a frequency one series is meant; without one all that have the dimensions, as a query answers them.
	one := p.get("frequency") != ""
	wanted := func(key map[string]string, f metricsv1.Figure_Frequency) bool {
		return !one || maps.Equal(key, p.dimensions) && (f == frequency || request.GetAggregationFrequency() != 0)
	}
	v.addSeries(name, series, chosen, func(key map[string]string, f metricsv1.Figure_Frequency) bool { return one && wanted(key, f) })
	if chosen {
		request.Frequency = frequency
	}
	if request.PageToken == "" {
		request.ReadTime = at // a token holds the time of its first page
	}
	v.Form = newQueryForm(p, request, m)
	e.addAbout(ctx, r, v, request, at, chosen || fewFigures(series))
	others, err := beside.Read(ctx, e.Figures, e.Metrics, p.beside, at)
	if err != nil {
		return nil, err
	}
	e.nameSources(ctx, others)
	out := &page{
		Template: "metric", Title: v.Name, Section: "metrics", API: apiPath(name), Data: v, Name: name, Live: "metrics=" + name,
		Styles: []string{"measure.css"}, Scripts: []string{"chart.js"},
	}
	err = e.addObservations(ctx, r, v, request, m, others, wanted)
	if request.GetPageToken() == "" {
		v.Beside = e.besideFigures(ctx, r, name, p.beside, others, v.keys, m.GetDefaultUnit(), at)
	}
	if v.Form.Changed && (errs.Is(err, errs.InvalidArgument) || errs.Is(err, errs.FailedPrecondition)) {
		// The form stays, so that the reader can ask otherwise.
		v.Problem, out.Status, err = errs.ToStatus(err).Message(), http.StatusBadRequest, nil
	}
	return out, err
}

// frequencyParam reads the choice of a series. chosen says that there is one.
func frequencyParam(p params) (f metricsv1.Figure_Frequency, chosen bool, err error) {
	text := p.get("frequency")
	if text == "" {
		return 0, len(p.dimensions) > 0, nil
	}
	n, ok := metricsv1.Figure_Frequency_value[text]
	if !ok {
		return 0, false, errs.Invalid("frequency", "UNKNOWN_ENUM_VALUE", "%q is not one of A, S, Q, M, W, D, FREQUENCY_UNSPECIFIED", text)
	}
	return metricsv1.Figure_Frequency(n), true, nil
}

// settled is the time on the record axis that an answer carries; nil if none.
func settled(header metadata.MD) *timestamppb.Timestamp {
	for _, value := range header.Get(rpcserver.SettledKey) {
		if t, err := time.Parse(rpcserver.SettledLayout, value); err == nil {
			return timestamppb.New(t)
		}
	}
	return nil
}

func (v *metricView) addSeries(metric string, got *metricsv1.ListSeriesResponse, chosen bool, current func(map[string]string, metricsv1.Figure_Frequency) bool) {
	v.Chosen, v.MoreSeries = chosen, got.GetNextPageToken() != ""
	switch n := len(got.GetSeries()); {
	case v.MoreSeries:
		v.ManySeries = "The first " + words.Grouped(n) + " series"
		v.AllSeries = []*link{{Href: apiPath(metric) + "/series", Text: "all of them"}, {Href: apiPath(metric) + ":availability", Text: "what there is of each dimension"}}
	case n > shortList:
		v.ManySeries = words.Grouped(n) + " series"
	}
	for _, s := range got.GetSeries() {
		v.Series = append(v.Series, seriesRow{
			Href: seriesPath(metric, s.GetDimensions(), s.GetFrequency()), Label: words.SeriesLabel(s.GetDimensions(), s.GetFrequency()),
			Count: words.Grouped(int(s.GetFigureCount())), First: newPeriod(s.GetFirstPeriod()), Last: newPeriod(s.GetLastPeriod()),
			Current: current(s.GetDimensions(), s.GetFrequency()),
		})
	}
}

// addObservations reads a page of observations and the figures behind them.
func (e *explorer) addObservations(
	ctx context.Context, r *http.Request, v *metricView, request *metricsv1.QueryMetricRequest, m *metricsv1.Metric,
	others []drawing.Other, wanted func(map[string]string, metricsv1.Figure_Frequency) bool,
) error {
	got, err := e.Metrics.QueryMetric(ctx, request)
	if err != nil {
		return err
	}
	list := newList[struct{}](r, nil, got.GetNextPageToken())
	v.Next, v.First = list.Next, list.First
	behind := evidence{figures: e.figuresBehind(ctx, got, request), known: e.documentNames(ctx, got), answer: got, request: proto.CloneOf(request), beside: others}
	behind.request.ReadTime = nil // the page is not of another time than now
	v.addSources(got.GetSources(), behind.known)
	rows := 0
	for _, s := range got.GetSeries() {
		if !wanted(s.GetDimensions(), s.GetFrequency()) {
			continue
		}
		rows += len(s.GetObservations())
		if v.MoreShown = len(v.Shown) == maxShown || len(v.Shown) > 0 && rows > maxRows; v.MoreShown {
			break
		}
		v.Shown = append(v.Shown, newSeriesView(m, s, behind, len(v.Shown)))
		v.keys = append(v.keys, s.GetDimensions())
	}
	if len(v.Shown) == 1 {
		v.Shown[0].Open = true
	}
	if v.Chosen && len(v.Shown) == 0 && request.GetPageToken() == "" {
		return errs.New(errs.NotFound, "NOT_FOUND",
			"the metric has no series with these dimensions and this frequency: without frequency, all that have the dimensions are shown")
	}
	return nil
}

// figuresBehind are the figures of a page of observations; what the source
// prints is on them. None if they cannot be had.
func (e *explorer) figuresBehind(ctx context.Context, got *metricsv1.QueryMetricResponse, request *metricsv1.QueryMetricRequest) map[string]*metricsv1.Figure {
	var wanted []string
	for _, s := range got.GetSeries() {
		for _, o := range s.GetObservations() {
			if o.GetFigure() != "" {
				wanted = append(wanted, o.GetFigure())
			}
		}
	}
	figures := map[string]*metricsv1.Figure{}
	if len(wanted) == 0 {
		return figures
	}
	batch, err := e.Figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{
		// The observations of a later page stand as of its token's time: a figure may have been retracted since.
		Names: wanted, ReadTime: request.GetReadTime(), ShowDeleted: true,
	})
	if err != nil {
		return figures
	}
	for _, f := range batch.GetFigures() {
		figures[f.GetName()] = f
	}
	return figures
}

// documentNames are the headlines of the documents that observations stand in, and
// what the claimants are called.
func (e *explorer) documentNames(ctx context.Context, got *metricsv1.QueryMetricResponse) names {
	var wanted []string
	for _, s := range got.GetSeries() {
		for _, o := range s.GetObservations() {
			wanted = append(wanted, documentOf(o.GetDocumentVersion()))
		}
	}
	for _, source := range got.GetSources() {
		wanted = append(wanted, source.GetDocument(), source.GetClaimant())
	}
	return e.resolve(ctx, wanted...)
}
