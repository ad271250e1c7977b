package pages

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// besideFigure is a claimed figure that stands beside the lines of a drawing, or could.
type besideFigure struct {
	// Toggle is the page with it, or without it if it is there.
	Toggle       string
	Value, About string
	Period       period
	Page         string
}

// besideList are the figures of other metrics about the same: those that are shown
// and those that are offered.
type besideList struct{ Shown, Offered []besideFigure }

// offered is how many figures are offered at most.
const offered = 10

// besideFigures reads which figures stand beside the series with the keys, and offers
// those of other metrics that have the same dimensions. What cannot be read is not
// offered: the page is one without it.
func (e *explorer) besideFigures(
	ctx context.Context, r *http.Request, v *metricView, metric string, shown []string, others []drawing.Other, at *timestamppb.Timestamp,
) (list besideList) {
	for _, other := range others {
		list.Shown = append(list.Shown, newBesideFigure(r, other.Figure, other.Metric.GetDisplayName(), shown, false))
	}
	common := commonDimensions(v.keys)
	if len(common) == 0 || len(shown) >= beside.Most {
		return list
	}
	// A claim is what a text says of itself or has somebody say, not a row of an office's data:
	// asked so, the service need not look at what data files gave.
	filter := "NOT metric = " + quoted(metric) + " AND (claimant:* OR (document:* AND NOT origin.producer:*))"
	for _, id := range words.DimensionOrder(common) {
		if isArea(id) {
			filter += " AND dimensions." + id + " = " + quoted(common[id])
		}
	}
	got, err := e.Figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{PageSize: listPage, ReadTime: at, Filter: filter})
	if err != nil {
		return list
	}
	var metrics []string
	for _, f := range got.GetFigures() {
		metrics = append(metrics, f.GetMetric())
	}
	known := e.resolve(ctx, metrics...)
	for _, f := range got.GetFigures() {
		if slices.Contains(shown, f.GetName()) || !fits(f, common) || !v.hasPlace(drawing.Other{Figure: f}) {
			continue
		}
		if list.Offered = append(list.Offered, newBesideFigure(r, f, known.of(f.GetMetric()), shown, true)); len(list.Offered) == offered {
			break
		}
	}
	return list
}

func newBesideFigure(r *http.Request, f *metricsv1.Figure, metric string, shown []string, add bool) besideFigure {
	names := slices.DeleteFunc(slices.Clone(shown), func(name string) bool { return name == f.GetName() })
	if add {
		names = append(names, f.GetName())
	}
	return besideFigure{
		Toggle: addressWith(r, func(q url.Values) { q[beside.Parameter] = names }), Page: pagePath(f.GetName()), Value: words.Figure(f), Period: newPeriod(f.GetTimePeriod()),
		About: strings.TrimSuffix(metric+", "+words.Key(f.GetDimensions()), ", "),
	}
}

// fits reports whether a figure is about the same areas as series that agree on the dimensions.
func fits(f *metricsv1.Figure, common map[string]string) bool {
	for id, code := range f.GetDimensions() {
		if have, ok := common[id]; ok && have != code || !ok && isArea(id) {
			return false
		}
	}
	return true
}

// commonDimensions are the dimensions that all keys agree on.
func commonDimensions(keys []map[string]string) map[string]string {
	if len(keys) == 0 {
		return nil
	}
	common := maps.Clone(keys[0])
	for _, key := range keys[1:] {
		maps.DeleteFunc(common, func(id, code string) bool { return key[id] != code })
	}
	return common
}

// nameSources says which documents and claimants figures beside the lines are from, by
// what people call them.
func (e *explorer) nameSources(ctx context.Context, others []drawing.Other) {
	var wanted []string
	for _, other := range others {
		wanted = append(wanted, documentOf(other.Figure.GetDocumentVersion()), other.Figure.GetClaimant())
	}
	known := e.resolve(ctx, wanted...)
	for i, other := range others {
		f, source := other.Figure, &metricsv1.Source{Producer: other.Figure.GetOrigin().GetProducer(), Title: other.Figure.GetOrigin().GetTitle()}
		if f.GetDocumentVersion() != "" {
			source.Document = known.of(documentOf(f.GetDocumentVersion()))
		}
		if f.GetClaimant() != "" {
			source.Claimant = known.of(f.GetClaimant())
		}
		others[i].Source = drawing.SourceName(source)
	}
}
