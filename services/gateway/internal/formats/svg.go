package formats

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// cannotDraw is the reason of an answer that no drawing shows truthfully.
const cannotDraw = "CANNOT_DRAW"

// svgWriter collects the observations of a drawing.
type svgWriter struct {
	metric  *metricsv1.Metric
	request *metricsv1.QueryMetricRequest
	plan    drawing.Plan
	series  []string
	sources []string
	undrawn map[string]int
	// units are those of what is drawn; a drawing has one.
	units    []string
	coverage string
}

func newSVG(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest) *svgWriter {
	return &svgWriter{metric: metric, request: request, undrawn: map[string]int{}, plan: drawing.Plan{Metric: metric, Joined: true}}
}

func (w *svgWriter) add(r *record) {
	w.coverage = r.answer.GetCoverage()
	if why := drawing.Undrawn(r.o); why != "" {
		w.undrawn[why]++
		return
	}
	series, source := words.SeriesLabel(r.series.GetDimensions(), r.series.GetFrequency()), drawing.SourceName(r.source)
	w.series, w.sources = appendNew(w.series, series), appendNew(w.sources, source)
	counted := r.o.GetCountedObject()
	if r.answer.GetTransformedUnit() != nil {
		counted = ""
	}
	w.units = appendNew(w.units, words.AxisUnit(r.unit(), counted))
	w.plan.Joined = w.plan.Joined && r.series.GetFrequency() != 0
	href := ""
	if r.o.GetFigure() != "" {
		href = "/" + r.o.GetFigure()
	}
	w.plan.Items = append(w.plan.Items, drawing.Item{
		Observation: r.o, Value: words.ObservationIn(r.o, r.unit()), Href: href, Line: series + "\n" + source,
		Track: r.o.GetSourceId() + "\n" + r.o.GetDocumentVersion(),
	})
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// finish draws. What cannot be drawn truthfully is refused: several units on one
// axis, or more lines than can be told apart.
func (w *svgWriter) finish() ([]byte, error) {
	switch {
	case len(w.plan.Items) == 0:
		return chart.Empty(w.spec())
	case len(w.units) > 1:
		return nil, errs.New(errs.FailedPrecondition, cannotDraw, "the figures are in %d units: ask for one with unit, or for fewer series", len(w.units))
	}
	w.nameLines()
	if n := w.plan.Lines(); n > chart.MaxGroups {
		return nil, errs.New(errs.FailedPrecondition, cannotDraw,
			"there are %d lines, of which %d can be told apart: give more dimensions or a frequency, or selection=BEST_SOURCE", n, chart.MaxGroups)
	}
	w.plan.Unit, w.plan.Producers = cmp.Or(w.units[0], w.metric.GetMeasuredProperty()), w.sources
	svg, err := chart.SVG(w.spec())
	if err != nil {
		return nil, errs.New(errs.FailedPrecondition, cannotDraw, "%s", err.Error())
	}
	return svg, nil
}

// nameLines leaves out of the names of lines what all have in common.
func (w *svgWriter) nameLines() {
	for i := range w.plan.Items {
		series, source, _ := strings.Cut(w.plan.Items[i].Line, "\n")
		switch {
		case len(w.series) > 1 && len(w.sources) > 1:
			w.plan.Items[i].Line = series + " – " + source
		case len(w.series) > 1:
			w.plan.Items[i].Line = series
		default:
			w.plan.Items[i].Line = source
		}
	}
}

func (w *svgWriter) spec() chart.Spec {
	w.plan.Title = w.metric.GetDisplayName()
	if len(w.series) == 1 {
		w.plan.Title += ", " + w.series[0]
	}
	w.plan.Notes = append([]string{w.plan.Title + "."}, words.Query(w.request)...)
	if w.coverage != "" {
		w.plan.Notes = append(w.plan.Notes, "Coverage: "+w.coverage+".")
	}
	for _, why := range slices.Sorted(maps.Keys(w.undrawn)) {
		w.plan.Notes = append(w.plan.Notes, fmt.Sprintf("Not drawn: %s, because %s.", words.Counted(w.undrawn[why], "figure"), why))
	}
	spec := w.plan.Spec()
	spec.ID, spec.Standalone, spec.Width, spec.Height = "chart", true, 760, 420
	return spec
}
