package pages

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// comparePage puts a claimed figure beside a series as it was known when it was claimed.
type comparePage struct {
	Claim *figureView
	Form  compareForm
	// Problem says why there is no comparison.
	Problem string
	// Said is the statement that claims it.
	Said      *link
	Metric    *link
	Coverage  string
	AsOf      period
	AsOfBasis string
	// Reported is what the claim leaves open, in the unit of the comparison.
	Reported    string
	Comparisons []comparisonRow
	Explanation string
	Rulers      []drawnChart
	Charts      []drawnChart
	Corrections correctionList
	Unavailable []string
	// Beside is the page of the reference with the claim beside its lines.
	Beside string
}

// compareForm asks for the comparison otherwise.
type compareForm struct {
	Action                   string
	Metrics                  []choice
	Dimensions               []dimensionField
	Period, AsOf, RateMetric string
	RateBasis                []choice
	// Changed says that anything is asked for, Action alone is the way back.
	Changed bool
	// Suggested are other metrics in the same kind of unit.
	Suggested []*link
}

// dimensionField is a dimension of the reference with what it is called.
type dimensionField struct{ Name, Label, Value string }

// compare answers CompareFigure as a page. Its parameters are those of the method.
func (e *explorer) compare(r *http.Request) (*page, error) {
	p, name, err := readNamed(r, "figures", "metric", "dimensions", "period", "as_of", "rate_basis", "rate_metric", readTimeParam)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	at := readingOf(ctx)
	request, malformed := compareRequest(p, name)
	request.ReadTime, request.LanguageCode = at.time, at.code()
	figure, err := e.Figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: name, ReadTime: at.time})
	if err != nil {
		return nil, err
	}
	known := e.resolve(ctx, figureNames(figure)...)
	e.addPlaces(ctx, known, figure)
	v := &comparePage{Claim: newFigureView(figure, known), Form: compareForm{Action: pagePath(name) + "/compare"}}
	out := &page{
		Template: "compare", Title: "Compare " + v.Claim.Value, Section: "figures", Name: name, Data: v, API: comparePath(p, name), Live: "metrics=" + figure.GetMetric(),
		Styles: []string{"measure.css"}, Scripts: []string{"chart.js"},
	}
	var got *gatewayv1.CompareFigureResponse
	if err = malformed; err == nil {
		got, err = e.Record.CompareFigure(ctx, request)
	}
	e.fillCompareForm(ctx, &v.Form, p, figure)
	if problem := out.keepForm(ctx, err); problem != "" {
		v.Problem = strings.NewReplacer(name+" ", "the figure ", "`", "").Replace(problem)
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	var sources []*metricsv1.Source
	for _, c := range got.GetComparisons() {
		sources = append(sources, c.GetSource())
	}
	v.fill(got, drawing.SourceNames(sources, e.sourceWords(ctx, sources).of))
	e.drawReference(ctx, v, figure, got)
	return out, nil
}

// compareRequest reads what the address asks for; what a form leaves empty is not given.
func compareRequest(p params, name string) (*gatewayv1.CompareFigureRequest, error) {
	dimensions := maps.Clone(p.dimensions)
	maps.DeleteFunc(dimensions, func(_, code string) bool { return code == "" })
	req := &gatewayv1.CompareFigureRequest{
		Name: name, Period: p.get("period"), AsOf: p.get("as_of"), Dimensions: dimensions,
		RateBasis: enumParam[metricsv1.Conversion_RateBasis](p, "rate_basis", metricsv1.Conversion_RateBasis_value),
		Metric:    p.resource("metric", "metrics"), RateMetric: p.resource("rate_metric", "metrics"),
	}
	return req, p.problems.Err()
}

// comparePath is the same as data.
func comparePath(p params, name string) string {
	var pairs []string
	for _, id := range slices.Sorted(maps.Keys(p.dimensions)) {
		if p.dimensions[id] != "" {
			pairs = append(pairs, "dimensions["+id+"]", p.dimensions[id])
		}
	}
	for _, param := range []string{"metric", "period", "as_of", "rate_basis", "rate_metric"} {
		value := p.get(param)
		if value != "" && strings.HasSuffix(param, "metric") {
			value = "metrics/" + value
		}
		pairs = append(pairs, param, value)
	}
	return apiQuery(apiPath(name)+":compare", pairs...)
}

// fillCompareForm offers all metrics, and the dimensions of the one that is chosen.
func (e *explorer) fillCompareForm(ctx context.Context, f *compareForm, p params, figure *metricsv1.Figure) {
	chosen := p.get("metric")
	if chosen == "" {
		chosen = idOf(figure.GetMetric())
	}
	f.Period, f.AsOf, f.RateMetric = p.get("period"), p.get("as_of"), p.get("rate_metric")
	f.RateBasis = choices(p.get("rate_basis"), "", "none", "ARTICLE", "the source’s own", "REFERENCE", "a reference rate")
	f.Changed = len(p.one) > 0 || len(p.dimensions) > 0
	list, err := e.Metrics.ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: maxPage, OrderBy: "display_name", ReadTime: readingOf(ctx).time})
	if err != nil {
		return // the comparison is a page without the choice
	}
	for _, m := range list.GetMetrics() {
		id := idOf(m.GetName())
		f.Metrics = append(f.Metrics, choice{Value: id, Text: m.GetDisplayName(), Selected: id == chosen})
		if id == chosen {
			for _, d := range m.GetDimensions() {
				value, given := p.dimensions[d.GetId()]
				if !given && len(p.dimensions) == 0 {
					value = figure.GetDimensions()[d.GetId()]
				}
				f.Dimensions = append(f.Dimensions, dimensionField{d.GetId(), cmp.Or(d.GetDisplayName(), words.Dimension(d.GetId())), value})
			}
			continue
		}
		if m.GetDefaultUnit().GetSystem() == figure.GetUnit().GetSystem() && sharesDimension(m, figure) && len(f.Suggested) < offered {
			f.Suggested = append(f.Suggested, &link{Href: apiQuery(f.Action, "metric", id), Text: m.GetDisplayName()})
		}
	}
}

// sharesDimension reports whether a metric can be asked for what the figure is about.
func sharesDimension(m *metricsv1.Metric, figure *metricsv1.Figure) bool {
	shared := 0
	for _, d := range m.GetDimensions() {
		if figure.GetDimensions()[d.GetId()] != "" {
			shared++
		} else if d.GetRequired() {
			return false
		}
	}
	return shared > 0
}
