package pages

import (
	"context"
	"net/http"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// choice is an entry of a select element.
type choice struct {
	Value, Text string
	Selected    bool
}

// figuresView is the list of figures with its filters.
type figuresView struct {
	List     listView[*figureView]
	Metrics  []choice
	Kinds    []choice
	Document string
	// In is that document; Filtered says that not all figures are meant.
	In       *link
	Filtered bool
	// MoreMetrics says that the list of metrics is not complete.
	MoreMetrics bool
}

// figures lists figures: metric and document are ids, value_kind a name of the
// enum.
func (e *explorer) figures(r *http.Request) (*page, error) {
	p, err := readParams(r, "metric", "document", "value_kind", "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	filter, err := figureFilter(p)
	if err != nil {
		return nil, err
	}
	ctx, at := r.Context(), readingOf(r.Context()).time
	got, err := e.Figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{PageSize: listPage, PageToken: p.get("page_token"), Filter: filter, ReadTime: at})
	if err != nil {
		return nil, err
	}
	metrics, err := e.Metrics.ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: maxPage, OrderBy: "display_name", ReadTime: at})
	if err != nil {
		return nil, err
	}
	known := names{}
	v := &figuresView{
		Document: p.get("document"), Filtered: filter != "", MoreMetrics: metrics.GetNextPageToken() != "", Kinds: kindChoices(p.get("value_kind")),
	}
	for _, m := range metrics.GetMetrics() {
		known[m.GetName()] = m.GetDisplayName()
		v.Metrics = append(v.Metrics, choice{Value: idOf(m.GetName()), Text: m.GetDisplayName(), Selected: idOf(m.GetName()) == p.get("metric")})
	}
	e.addMissing(ctx, known, got.GetFigures())
	if v.Document != "" {
		name := "documents/" + v.Document
		e.addNames(ctx, known, name)
		v.In = known.to(name)
	}
	rows := make([]*figureView, len(got.GetFigures()))
	for i, f := range got.GetFigures() {
		rows[i] = newFigureView(f, known)
	}
	v.List = newList(r, rows, got.GetNextPageToken())
	return &page{Template: "figures", Title: "Figures", Section: "figures", API: apiQuery("/v1/figures", "filter", filter), Data: v}, nil
}

// addMissing resolves the names that figures need and that are not yet known.
func (e *explorer) addMissing(ctx context.Context, known names, figures []*metricsv1.Figure) {
	e.addNames(ctx, known, figureNames(figures...)...)
	e.addPlaces(ctx, known, figures...)
}

func figureFilter(p params) (string, error) {
	var filter terms
	filter.equal("metric", p.resource("metric", "metrics"))
	filter.equal("document", p.resource("document", "documents"))
	filter.equal("value_kind", enumName(enumParam[metricsv1.Figure_ValueKind](p, "value_kind", metricsv1.Figure_ValueKind_value)))
	return filter.String(), p.problems.Err()
}

func kindChoices(selected string) []choice {
	var out []choice
	for n := metricsv1.Figure_POINT; n <= metricsv1.Figure_CHANGE; n++ {
		out = append(out, choice{Value: n.String(), Text: valueKind(n).Words, Selected: n.String() == selected})
	}
	return out
}
