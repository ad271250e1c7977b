package pages

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
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
	return withQuery(pagePath(metric), q)
}

// metricAsked is what the address of a metric's page asks for.
type metricAsked struct {
	params    params
	name      string
	frequency metricsv1.Figure_Frequency
	// chosen says that not all series are meant.
	chosen  bool
	request *metricsv1.QueryMetricRequest
	// ownUnit says that no unit was asked for, and the request is for the metric's own.
	ownUnit bool
	// malformed is what is wrong with what its form asks for.
	malformed error
}

func readMetric(r *http.Request) (asked metricAsked, err error) {
	if asked.params, err = readParams(r, append([]string{"dimensions", "frequency", "page_token", readTimeParam, beside.Parameter}, queryParams...)...); err != nil {
		return asked, err
	}
	maps.DeleteFunc(asked.params.dimensions, func(_, code string) bool { return code == "" }) // a form leaves them so
	if asked.name, err = nameOf(r, "metrics"); err != nil {
		return asked, err
	}
	asked.frequency, asked.chosen = frequencyParam(asked.params)
	if asked.request, asked.malformed = readQuery(asked.params, asked.name); asked.chosen {
		asked.request.Frequency = asked.frequency
	}
	if faultIn(asked.malformed, "frequency") { // the form has no field of it
		return asked, asked.malformed
	}
	return asked, nil
}

// wanted reports which series are meant: with all dimensions of one that is there, and
// its frequency, that one; otherwise all that have the dimensions, as a query answers them.
func (a metricAsked) wanted(series []*metricsv1.QueryMetricResponse_Series) func(key map[string]string, f metricsv1.Figure_Frequency) bool {
	is := func(key map[string]string, f metricsv1.Figure_Frequency) bool {
		return maps.Equal(key, a.params.dimensions) && (f == a.frequency || a.request.GetAggregationFrequency() != 0)
	}
	if a.params.get("frequency") != "" && slices.ContainsFunc(series, func(s *metricsv1.QueryMetricResponse_Series) bool {
		return is(s.GetDimensions(), s.GetFrequency())
	}) {
		return is
	}
	return func(key map[string]string, _ metricsv1.Figure_Frequency) bool {
		if a.params.get("frequency") == "" {
			return true
		}
		for id, code := range a.params.dimensions {
			if key[id] != code {
				return false
			}
		}
		return true
	}
}

// current reports whether the address names a series by all that it has.
func (a metricAsked) current(key map[string]string, f metricsv1.Figure_Frequency) bool {
	return a.params.get("frequency") != "" && maps.Equal(key, a.params.dimensions) && f == a.frequency
}

// metric shows a metric with its series. dimensions[ID] and frequency choose: all series
// that have them, or the one that has no other. The other parameters are those of a
// query, and the page has a form for them.
func (e *explorer) metric(r *http.Request) (*page, error) {
	asked, err := readMetric(r)
	if err != nil {
		return nil, err
	}
	ctx, request := r.Context(), asked.request
	var header metadata.MD
	m, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: asked.name, ReadTime: readingOf(ctx).time}, grpc.Header(&header))
	if err != nil {
		return nil, err
	}
	v := newMetricView(m)
	// All parts of the page show the record as it stood at the first answer; the next page
	// shows it so too.
	at := readingOf(ctx).time
	if at == nil {
		at = settled(header)
	}
	request.ReadTime = at
	series, err := e.Metrics.ListSeries(ctx, &metricsv1.ListSeriesRequest{Parent: asked.name, PageSize: listPage, ReadTime: at})
	if err != nil {
		return nil, err
	}
	v.places = e.placesIn(ctx, m, keysOf(series.GetSeries()))
	v.addSeries(asked.name, series, asked.chosen, asked.current)
	v.Choice = e.newSeriesForm(ctx, asked, m, series, at)
	v.Form = newQueryForm(asked.params, request, m)
	e.addAbout(ctx, r, v, request, at, asked.chosen || fewFigures(series))
	others, err := beside.Read(ctx, e.Figures, e.Metrics, asked.params.beside, at)
	if err != nil {
		return nil, err
	}
	e.nameSources(ctx, others)
	out := &page{
		Template: "metric", Title: v.Name, Section: "metrics", API: apiPath(asked.name), Data: v, Name: asked.name, Live: "metrics=" + asked.name,
		Styles: []string{"measure.css"}, Scripts: []string{"chart.js"},
	}
	if err = asked.malformed; err == nil {
		err = e.addObservations(ctx, r, v, asked, m, others)
	}
	if request.GetPageToken() == "" {
		v.Beside = e.besideFigures(ctx, r, v, asked.name, asked.params.beside, others, at)
	}
	if asked.malformed != nil || v.Form.Changed {
		v.Problem = out.keepForm(ctx, err)
	}
	if v.Problem != "" {
		return out, nil
	}
	return out, err
}

// frequencyParam reads the choice of a series. chosen says that there is one.
func frequencyParam(p params) (f metricsv1.Figure_Frequency, chosen bool) {
	text := p.get("frequency")
	if text == "" {
		return 0, len(p.dimensions) > 0
	}
	n, ok := metricsv1.Figure_Frequency_value[text]
	if !ok {
		p.problems.Add("frequency", "UNKNOWN_ENUM_VALUE", "%q is not one of A, S, Q, M, W, D, FREQUENCY_UNSPECIFIED", text)
	}
	return metricsv1.Figure_Frequency(n), true
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
			Href: seriesPath(metric, s.GetDimensions(), s.GetFrequency()), Label: words.SeriesLabel(v.places.key(s.GetDimensions()), s.GetFrequency()),
			Count: words.Grouped(int(s.GetFigureCount())), First: newPeriod(s.GetFirstPeriod()), Last: newPeriod(s.GetLastPeriod()),
			Current: current(s.GetDimensions(), s.GetFrequency()),
		})
	}
}

// addObservations reads a page of observations, of one series all, and the figures behind
// them.
func (e *explorer) addObservations(ctx context.Context, r *http.Request, v *metricView, asked metricAsked, m *metricsv1.Metric, others []drawing.Other) error {
	request := asked.request
	got, now, err := e.inOwnUnit(ctx, &asked, m, others)
	if err != nil {
		return err
	}
	v.Ratios = ratios(m, got)
	if asked.ownUnit || request.GetUnit() == "" {
		v.Form.NoUnit = unitLeftOut(asked, m, got)
	}
	list := newList[struct{}](r, nil, got.GetNextPageToken())
	v.Next, v.First = asked.next(list.Next), list.First
	behind := evidence{
		figures: e.figuresBehind(ctx, got, request), known: e.documentNames(ctx, got), answer: got, request: proto.CloneOf(request), beside: others,
		lines: v.lines, ownUnit: asked.ownUnit, several: len(got.GetSeries()) > 1, places: e.placesIn(ctx, m, keysOf(got.GetSeries())), now: now,
	}
	v.hasPlace = placesBeside(got, request)
	behind.request.ReadTime = readingOf(ctx).time // nil where the page is of no other time than now
	v.addSources(got.GetSources(), behind.known)
	rows, wanted := 0, asked.wanted(got.GetSeries())
	for i, s := range got.GetSeries() {
		if !wanted(s.GetDimensions(), s.GetFrequency()) {
			continue
		}
		rows += len(s.GetObservations())
		if v.MoreShown = len(v.Shown) == maxShown || len(v.Shown) > 0 && rows > maxRows; v.MoreShown {
			break
		}
		shown := newSeriesView(m, s, behind, len(v.Shown))
		shown.Cut = cutOf(request, got, i)
		v.Shown = append(v.Shown, shown)
		v.keys = append(v.keys, s.GetDimensions())
	}
	if len(v.Shown) == 1 && rows <= openTable {
		v.Shown[0].Open = true
	}
	if v.Chosen && len(v.Shown) == 0 && request.GetPageToken() == "" {
		return errs.New(errs.NotFound, "NOT_FOUND", "the metric has no series with these dimensions and this frequency")
	}
	return nil
}

// thenAndNow are the answer to a request and, if it is of an earlier time, to the same
// request now: nil for any other, and if it cannot be had, so that the drawings have axes of
// their own.
func (e *explorer) thenAndNow(ctx context.Context, request *metricsv1.QueryMetricRequest) (then, now *metricsv1.QueryMetricResponse, err error) {
	var both sync.WaitGroup
	if request.GetAsOf() != "" {
		both.Go(func() {
			today := proto.CloneOf(request)
			today.AsOf, today.PageToken = "", ""
			if got, err := e.queryWhole(ctx, today); err == nil {
				now = got
			}
		})
	}
	then, err = e.queryWhole(ctx, request)
	both.Wait()
	return then, now, err
}

// next is the address of the next page with the time that the record is read at and the unit:
// the service goes on at these only.
func (a metricAsked) next(address string) string {
	if address == "" {
		return ""
	}
	if at := a.request.GetReadTime(); at != nil && !strings.Contains(address, readTimeParam+"=") {
		address += "&" + readTimeParam + "=" + url.QueryEscape(at.AsTime().Format(time.RFC3339Nano))
	}
	if a.ownUnit {
		address += "&unit=" + url.QueryEscape(a.request.GetUnit())
	}
	return address
}

// openTable is up to how many rows the table of the only series is shown at once.
const openTable = 100

// figuresBehind are the figures of observations that a document prints, to say how. None
// if they cannot be had; the answer itself says all of those that data files gave.
func (e *explorer) figuresBehind(ctx context.Context, got *metricsv1.QueryMetricResponse, request *metricsv1.QueryMetricRequest) map[string]*metricsv1.Figure {
	var wanted []string
	for _, s := range got.GetSeries() {
		for _, o := range s.GetObservations() {
			if o.GetFigure() != "" && o.GetDocumentVersion() != "" && len(wanted) < maxPage {
				wanted = append(wanted, o.GetFigure())
			}
		}
	}
	figures := map[string]*metricsv1.Figure{}
	if len(wanted) == 0 {
		return figures
	}
	batch, err := e.Figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{
		// The observations of a later page stand as of its first page's time: a figure may have been retracted since.
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
