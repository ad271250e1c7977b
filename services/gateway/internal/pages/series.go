package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
)

// settledKey is the header of the time up to which an answer is final.
const settledKey = "onrecord-settled-time"

func parseSettled(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) }

// observationRow is a line of the table of a series.
type observationRow struct {
	Href, ID, Value, Printed string
	Period                   period
	Hidden                   bool
	Hedge                    string
	Inexact                  bool
	Origin                   string
	Document                 *link
	// Undrawn says why the figure is not in the drawing; empty if it is.
	Undrawn string
}

// drawnChart is a series in one unit, drawn for two widths of page.
type drawnChart struct {
	Wide, Narrow template.HTML
	Caption      string
}

// seriesView is a series with its table and drawings.
type seriesView struct {
	ID, Label, API string
	Dimensions     []dimension
	Frequency      string
	Rows           []observationRow
	// Count is how many rows the table has; Open says that it is shown at once.
	Count  string
	Open   bool
	Charts []drawnChart
	// NoChart says why a drawing that was to be expected is missing.
	NoChart string
	// Undrawn are the rows that no drawing shows, to be listed in words.
	Undrawn []observationRow
}

// evidence is what a page knows beside the observations: the figures behind them
// and the headlines of their documents.
type evidence struct {
	figures map[string]*metricsv1.Figure
	known   names
}

func newSeriesView(m *metricsv1.Metric, s *metricsv1.QueryMetricResponse_Series, behind evidence, index int) *seriesView {
	v := &seriesView{
		ID: fmt.Sprintf("series-%d", index+1), Label: seriesLabel(s.GetDimensions(), s.GetFrequency()), Dimensions: dimensions(s.GetDimensions()),
		Frequency: frequencies[s.GetFrequency()], API: queryPath(m.GetName(), s),
	}
	units := newUnitGroups()
	for _, o := range s.GetObservations() {
		figure := behind.figures[o.GetFigure()]
		row := newObservationRow(o, figure, behind.known)
		if row.Undrawn = undrawn(o); row.Undrawn != "" {
			v.Undrawn = append(v.Undrawn, row)
		} else {
			units.add(o, row, figure)
		}
		v.Rows = append(v.Rows, row)
	}
	for i, code := range units.order {
		drawn, err := drawSeries(fmt.Sprintf("%s-%d", v.ID, i+1), m, v, units.groups[code], s.GetFrequency())
		if err != nil {
			// The table below has everything that the drawing would have shown.
			v.NoChart = err.Error()
			continue
		}
		v.Charts = append(v.Charts, drawn)
	}
	v.Count, v.Open = counted(len(v.Rows), "figure"), len(v.Rows) <= shortTable
	return v
}

// shortTable is up to how many rows a table is shown at once where the page has
// several series.
const shortTable = 8

// queryPath is the REST address that answers the series.
func queryPath(metric string, s *metricsv1.QueryMetricResponse_Series) string {
	pairs := []string{}
	for _, id := range sortedKeys(s.GetDimensions()) {
		pairs = append(pairs, "dimensions["+id+"]", s.GetDimensions()[id])
	}
	if s.GetFrequency() != 0 {
		pairs = append(pairs, "frequency", s.GetFrequency().String())
	}
	return apiQuery(apiPath(metric)+":query", pairs...)
}

func newObservationRow(o *metricsv1.Observation, f *metricsv1.Figure, known names) observationRow {
	row := observationRow{
		Href: pagePath(o.GetFigure()), ID: idOf(o.GetFigure()), Value: observationWords(o), Printed: printed(f.GetReported(), f.GetUnit()),
		Period: newPeriod(o.GetTimePeriod()), Hedge: approximators[o.GetApproximator()], Inexact: o.GetInexact(), Origin: f.GetOrigin().GetProducer(),
	}
	row.Hidden = hidden(row.Printed, f.GetReported())
	if f.GetCountedObject() != "" && o.GetValueKind() != metricsv1.Figure_NO_VALUE {
		row.Value = normalizedWords(o.GetValueKind(), f.GetNormalized(), f.GetCountedObject())
	}
	if version := o.GetDocumentVersion(); version != "" {
		row.Document = &link{Href: pagePath(version) + "#" + anchor(o.GetFigure()), Text: known.of(documentOf(version))}
	}
	return row
}

// undrawn says why an observation cannot be drawn truthfully.
func undrawn(o *metricsv1.Observation) string {
	p := o.GetTimePeriod()
	switch {
	case o.GetValueKind() == metricsv1.Figure_NO_VALUE:
		return "it has no number"
	case p.GetEdtf() == "":
		return "the source states no date"
	case p.GetStartTime() == nil || p.GetEndTime() == nil:
		return "its period has no known start or end"
	case !p.GetEndTime().AsTime().After(p.GetStartTime().AsTime()):
		return "its period has no length"
	}
	for _, number := range numbersOf(o) {
		if !chart.Drawable(number) {
			return "its number is too large to draw"
		}
	}
	return ""
}

// numbersOf are the numbers that an observation needs to be drawn.
func numbersOf(o *metricsv1.Observation) []string {
	lower, upper := o.GetLower().GetValue().GetValue(), o.GetUpper().GetValue().GetValue()
	switch o.GetValueKind() {
	case metricsv1.Figure_RANGE:
		return []string{lower, upper}
	case metricsv1.Figure_LOWER_BOUND:
		return []string{lower}
	case metricsv1.Figure_UPPER_BOUND:
		return []string{upper}
	case metricsv1.Figure_LIST:
		var out []string
		for _, v := range o.GetValues() {
			out = append(out, v.GetValue())
		}
		return out
	default:
		return []string{o.GetValue().GetValue()}
	}
}

// unitGroups keeps what is measured in different units apart: one drawing each.
type unitGroups struct {
	order  []string
	groups map[string]*unitGroup
}

type unitGroup struct {
	unit      string
	marks     []chart.Mark
	producers []string
}

func newUnitGroups() *unitGroups { return &unitGroups{groups: map[string]*unitGroup{}} }

func (g *unitGroups) add(o *metricsv1.Observation, row observationRow, f *metricsv1.Figure) {
	label := axisUnit(o.GetUnit(), f.GetCountedObject())
	group := g.groups[label]
	if group == nil {
		group = &unitGroup{unit: label}
		g.groups[label] = group
		g.order = append(g.order, label)
	}
	group.marks = append(group.marks, marksFor(o, row, track(o, f))...)
	producer := f.GetOrigin().GetProducer()
	if producer == "" && row.Document != nil {
		producer = row.Document.Text
	}
	if producer != "" {
		group.producers = appendNew(group.producers, producer)
	}
}

// axisUnit is a unit as an axis names it: the sign of a currency where it stands
// for that one only.
func axisUnit(u *metricsv1.Unit, counted string) string {
	if sign := currencySigns[u.GetCode()]; sign != "" && u.GetSystem() == metricsv1.Unit_ISO4217 {
		return sign
	}
	return unitWords(u, counted)
}

// track is the source that a figure comes from: its document, or else its origin.
func track(o *metricsv1.Observation, f *metricsv1.Figure) string {
	return cmp.Or(documentOf(o.GetDocumentVersion()), f.GetOrigin().GetProducer()+"\n"+f.GetOrigin().GetTitle())
}

func marksFor(o *metricsv1.Observation, row observationRow, track string) []chart.Mark {
	m := chart.Mark{
		Track: track,
		Start: o.GetTimePeriod().GetStartTime().AsTime(), End: o.GetTimePeriod().GetEndTime().AsTime(), Label: row.Value,
		Title: row.Period.Words + ": " + row.Value, Href: row.Href,
		Lower: o.GetLower().GetValue().GetValue(), Upper: o.GetUpper().GetValue().GetValue(),
		LowerOpen: !o.GetLower().GetInclusive(), UpperOpen: !o.GetUpper().GetInclusive(),
	}
	switch o.GetValueKind() {
	case metricsv1.Figure_RANGE:
		m.Kind = chart.Range
	case metricsv1.Figure_LOWER_BOUND:
		m.Kind = chart.LowerBound
	case metricsv1.Figure_UPPER_BOUND:
		m.Kind = chart.UpperBound
	case metricsv1.Figure_LIST:
		var out []chart.Mark
		for _, v := range o.GetValues() {
			one := m
			one.Kind, one.Value, one.Label = chart.Listed, v.GetValue(), number(v)
			out = append(out, one)
		}
		return out
	default:
		m.Value = o.GetValue().GetValue()
	}
	return []chart.Mark{m}
}

// drawSeries draws the marks of one unit twice: a drawing that is shrunk to a
// telephone cannot be read.
func drawSeries(id string, m *metricsv1.Metric, v *seriesView, g *unitGroup, f metricsv1.Figure_Frequency) (drawnChart, error) {
	spec := chart.Spec{
		Title: m.GetDisplayName() + ", " + v.Label, Description: chart.Describe(g.marks), Source: "Source: " + strings.Join(sources(g.producers), "; "),
		Unit: g.unit, Joined: f != 0, Marks: g.marks,
	}
	var out drawnChart
	for _, size := range []struct {
		name          string
		width, height float64
		into          *template.HTML
	}{{"wide", 760, 380, &out.Wide}, {"narrow", 360, 300, &out.Narrow}} {
		spec.ID, spec.Width, spec.Height = id+"-"+size.name, size.width, size.height
		svg, err := chart.SVG(spec)
		if err != nil {
			return out, err
		}
		*size.into = template.HTML(svg) // the chart package escapes every word
	}
	out.Caption = spec.Title
	return out, nil
}

// sources are the producers that a drawing names, at most four.
func sources(producers []string) []string {
	const most = 4
	if len(producers) == 0 {
		return []string{"see the table"}
	}
	if len(producers) > most {
		return append(producers[:most:most], fmt.Sprintf("and %d more, see the table", len(producers)-most))
	}
	return producers
}
