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
	beside  []drawing.Other
	// items are the levels, or what a transform computed; changes are those that their
	// sources state. Only one of them is drawn.
	items, changes  []drawing.Item
	series, sources drawing.Names
	lines           drawing.Names
	// part is the series in hand, as far as the page in hand has it, n which of those that are alike it is.
	part *record
	n    int
	// stated are the sources of all pages.
	stated  map[string]*metricsv1.Source
	undrawn map[string]int
	// restricted is how many of what is drawn only editors and admins read.
	restricted int
	// units label the axes of what is drawn: a drawing has one. One that says nothing is a unit too.
	units    []string
	coverage string
	regular  bool
}

func newSVG(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest, beside []drawing.Other) *svgWriter {
	return &svgWriter{metric: metric, request: request, beside: beside, undrawn: map[string]int{}, stated: map[string]*metricsv1.Source{}, regular: true}
}

func (w *svgWriter) add(r *record) {
	w.coverage = r.answer.GetCoverage()
	w.count(r)
	if why := drawing.Undrawn(r.o); why != "" {
		w.undrawn[why]++
		return
	}
	if w.full() != nil {
		return
	}
	series, source := words.AnswerLabel(r.series, r.series.GetDimensions(), w.n), drawing.SourceName(r.source)
	w.series.Add(series)
	w.sources.Add(source)
	if r.source != nil {
		w.stated[r.source.GetSourceId()] = r.source
	}
	line := series + "\n" + source
	w.lines.Add(line)
	if unit := drawing.AxisIn(r.answer, r.o); !slices.Contains(w.units, unit) {
		w.units = append(w.units, unit)
	}
	w.regular = w.regular && r.series.GetFrequency() != 0
	href := ""
	if r.o.GetFigure() != "" {
		href = "/" + r.o.GetFigure()
	}
	if r.o.GetRestricted() {
		w.restricted++
	}
	item := drawing.Item{
		Observation: r.o, Value: words.ObservationIn(r.o, r.unit()), Href: href, Line: line, Track: r.o.GetSourceId(),
	}
	if drawing.StatedChange(r.o, w.request) {
		w.changes = append(w.changes, item)
	} else {
		w.items = append(w.items, item)
	}
}

// count notes which of the series that are alike a record belongs to. What stands first on a
// page may go on from the page before.
func (w *svgWriter) count(r *record) {
	before := w.part
	if w.part = r; before != nil && before.series == r.series {
		return
	}
	switch {
	case before == nil || !drawing.Alike(before.series, r.series):
		w.n = 1
	case before.answer == r.answer || !drawing.GoesOn(before.series, r.series):
		w.n++
	}
}

// full says why no more can be drawn: nothing that follows changes that.
func (w *svgWriter) full() error {
	switch {
	case len(w.units) > 1:
		return refuse("the figures are in %s: ask for one with unit, or for fewer series", strings.Join(w.units, " and "))
	case w.lines.Len() > chart.MaxGroups:
		return refuse("there are more than the %d lines that can be told apart: give more dimensions or a frequency, or selection=BEST_SOURCE", chart.MaxGroups)
	}
	return nil
}

func refuse(format string, args ...any) error {
	return errs.New(errs.FailedPrecondition, cannotDraw, format, args...)
}

// finish draws. What cannot be drawn truthfully is refused: several units on one
// axis, more lines than can be told apart, or a figure beside them that is in another
// unit.
func (w *svgWriter) finish() ([]byte, error) {
	if err := w.full(); err != nil {
		return nil, err
	}
	if len(w.items) == 0 {
		w.items, w.changes = w.changes, nil
	} else if n := len(w.changes); n > 0 {
		w.undrawn["it is a change, and the drawing is of levels"] += n
	}
	plan := w.plan()
	var unit string
	switch {
	case len(w.units) > 0:
		unit = w.units[0]
	case len(w.beside) > 0:
		unit = w.beside[0].Unit()
	default:
		return chart.Empty(w.spec(plan))
	}
	for _, other := range w.beside {
		beside, err := other.In(unit, w.request)
		if err != nil {
			return nil, refuse("%s", err.Error())
		}
		plan.Beside = append(plan.Beside, beside)
	}
	plan.Unit = unit
	if len(w.items) > 0 {
		plan.Unit = cmp.Or(unit, w.metric.GetMeasuredProperty())
	}
	svg, err := chart.SVG(w.spec(plan))
	if err != nil {
		return nil, refuse("%s", err.Error())
	}
	return svg, nil
}

// plan is the drawing of the items. Stated changes have bases of their own, so nothing
// joins them.
func (w *svgWriter) plan() *drawing.Plan {
	w.nameLines()
	stated := len(w.items) > 0 && drawing.StatedChange(w.items[0].Observation, w.request)
	return &drawing.Plan{Metric: w.metric, Joined: w.regular && !stated, Items: w.items, Producers: w.sources}
}

// nameLines leaves out of the names of lines what all have in common.
func (w *svgWriter) nameLines() {
	named := drawing.SourceNames(slices.Collect(maps.Values(w.stated)), func(name string) string { return name })
	for i := range w.items {
		item := &w.items[i]
		series, source, _ := strings.Cut(item.Line, "\n")
		item.Apart = named[item.Track]
		switch {
		case w.series.Len() > 1 && w.sources.Len() > 1:
			item.Line = strings.TrimSuffix(series+" – "+source, " – ")
		case w.series.Len() > 1:
			item.Line = series
		default:
			item.Line = source
		}
		if w.series.Len() > 1 && item.Apart != "" {
			item.Apart = series + " – " + item.Apart
		}
	}
}

func (w *svgWriter) spec(plan *drawing.Plan) chart.Spec {
	plan.Title = w.metric.GetDisplayName()
	if w.series.Len() == 1 {
		plan.Title += ", " + w.series.List()[0]
	}
	plan.Notes = append([]string{plan.Title + "."}, words.Query(w.request)...)
	if w.coverage != "" {
		plan.Notes = append(plan.Notes, "Coverage: "+strings.TrimSuffix(w.coverage, ".")+".")
	}
	if w.restricted > 0 {
		plan.Notes = append(plan.Notes, "Not for others: only editors and admins read "+words.Counted(w.restricted, "figure")+" of these.")
	}
	for _, why := range slices.Sorted(maps.Keys(w.undrawn)) {
		plan.Notes = append(plan.Notes, fmt.Sprintf("Not drawn: %s, because %s.", words.Counted(w.undrawn[why], "figure"), why))
	}
	spec := plan.Spec()
	spec.ID, spec.Standalone, spec.Width, spec.Height = "chart", true, 760, 420
	return spec
}
