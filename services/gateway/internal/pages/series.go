package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// observationRow is a line of the table of a series.
type observationRow struct {
	// Href is empty of what was aggregated from several figures.
	Href, ID, Value, Printed string
	Period                   period
	Hidden                   bool
	Origin                   string
	Document                 *link
	Release                  period
	// Remarks are what must be known of the number, such as that it is provisional.
	Remarks []string
	// Undrawn says why the figure is not in the drawing; empty if it is.
	Undrawn string
}

// drawnChart is a series in one unit, drawn for two widths of page.
type drawnChart struct{ Wide, Narrow template.HTML }

// seriesView is a series with its table and drawings.
type seriesView struct {
	ID, Label, API string
	// Saved are the drawing and the table as files, Downloads the same in other formats.
	Saved      []download
	Downloads  []*link
	Dimensions []dimension
	Frequency  string
	Rows       []observationRow
	// Count is how many rows the table has; Open says that it is shown at once.
	Count  string
	Open   bool
	Charts []drawnChart
	// Cut says that the series has figures that neither drawing nor table show.
	Cut string
	// NoChart says why a drawing that was to be expected is missing.
	NoChart string
	// NotBeside say why figures that were asked for are not beside the lines.
	NotBeside []string
	// Undrawn are the rows that no drawing shows, to be listed in words.
	Undrawn []observationRow
}

// download is a file that a reader may want to keep.
type download struct{ Href, Text, File string }

// evidence is what a page knows beside the observations: the figures behind them,
// the headlines of their documents, the sources, and what was asked for.
type evidence struct {
	figures map[string]*metricsv1.Figure
	known   names
	answer  *metricsv1.QueryMetricResponse
	request *metricsv1.QueryMetricRequest
	// beside are figures of any metric that the drawings show beside their lines.
	beside []drawing.Other
	// lines are the names of the lines that the metric has, at whatever time it is asked of.
	lines []string
	// ownUnit says that the numbers are in the metric's own unit because none was asked for.
	ownUnit bool
	// several says that the page shows more than one series.
	several bool
	// places name the places of keys.
	places placeWords
	// now are the same series as they are known now, where the answer is of an earlier
	// time: the axes are the same for every time.
	now *metricsv1.QueryMetricResponse
}

// besideNames are the names of those.
func (b evidence) besideNames() []string {
	var out []string
	for _, other := range b.beside {
		out = append(out, other.Figure.GetName())
	}
	return out
}

// asked says what was asked for beside the series. The metric's own unit was not: it is on the axis.
func (b evidence) asked() []string {
	request := b.request
	if b.ownUnit {
		request = proto.CloneOf(request)
		request.Unit = ""
	}
	return words.Query(request)
}

// source is the source of an observation; nil if the answer does not have it.
func (b evidence) source(o *metricsv1.Observation) *metricsv1.Source {
	i := slices.IndexFunc(b.answer.GetSources(), func(s *metricsv1.Source) bool { return s.GetSourceId() == o.GetSourceId() })
	if i < 0 {
		return nil
	}
	return b.answer.GetSources()[i]
}

// ordinal is which of the series that are alike one is.
func (b evidence) ordinal(s *metricsv1.QueryMetricResponse_Series) int {
	n := 1
	for _, other := range b.answer.GetSeries() {
		if other == s {
			break
		}
		if drawing.Alike(other, s) {
			n++
		}
	}
	return n
}

func newSeriesView(m *metricsv1.Metric, s *metricsv1.QueryMetricResponse_Series, behind evidence, index int) *seriesView {
	key := behind.places.key(s.GetDimensions())
	v := &seriesView{
		ID: fmt.Sprintf("series-%d", index+1), Label: words.AnswerLabel(s, key, behind.ordinal(s)), Dimensions: dimensions(m.GetName(), key, nil),
		Frequency: words.Frequencies[s.GetFrequency()], API: queryPath(behind.request, s, "", nil),
	}
	for _, d := range []struct {
		format formats.Format
		text   string
	}{
		{formats.SVG, "SVG"}, {formats.CSV, "CSV"}, {formats.CSVW, "the metadata of the CSV"}, {formats.SDMX, "SDMX-CSV"}, {formats.SDMXJSON, "SDMX-JSON"}, {formats.Rows, "flat rows"},
	} {
		href := queryPath(behind.request, s, d.format, behind.besideNames())
		if d.format == formats.SVG || d.format == formats.CSV {
			v.Saved = append(v.Saved, download{Href: href, Text: d.text, File: fileName(m.GetName(), s.GetDimensions(), string(d.format))})
			continue
		}
		v.Downloads = append(v.Downloads, &link{Href: href, Text: d.text})
	}
	units := newUnitGroups(behind)
	for _, o := range s.GetObservations() {
		figure := behind.figures[o.GetFigure()]
		row := newObservationRow(o, figure, behind)
		if row.Undrawn = drawing.Undrawn(o); row.Undrawn != "" {
			v.Undrawn = append(v.Undrawn, row)
		} else {
			units.add(o, row, behind)
		}
		v.Rows = append(v.Rows, row)
	}
	units.addRoom(s, behind)
	v.draw(m, s, units, behind)
	if behind.several && len(v.Rows) == 1 {
		v.Charts = nil // a drawing of one dot says less than its row
	}
	v.Count, v.Open = words.Counted(len(v.Rows), "figure"), len(v.Rows) <= shortTable
	return v
}

// fileName names a file of a series: trade-US-MX.csv.
func fileName(metric string, key map[string]string, ext string) string {
	parts := []string{idOf(metric)}
	for _, id := range words.DimensionOrder(key) {
		parts = append(parts, strings.Trim(key[id], "_@$"))
	}
	return strings.Join(parts, "-") + "." + ext
}

// draw makes the drawings, one for each unit.
func (v *seriesView) draw(m *metricsv1.Metric, s *metricsv1.QueryMetricResponse_Series, units *unitGroups, behind evidence) {
	for i, label := range units.order {
		plan := units.groups[label]
		plan.Metric, plan.Title = m, m.GetDisplayName()+", "+v.Label
		// Stated changes have bases of their own, so nothing joins them.
		plan.Joined = s.GetFrequency() != 0 && !label.change
		plan.Notes, plan.Table, plan.Known = behind.asked(), "the table", behind.lines
		if label.change {
			plan.Notes = append([]string{"Changes as their sources state them, each since a time of its own."}, plan.Notes...)
		}
		for _, other := range behind.beside {
			figure, err := other.In(label.unit, behind.request)
			if label.change {
				err = fmt.Errorf("%s has no place among changes", other.Figure.GetName())
			}
			if err != nil {
				v.NotBeside = append(v.NotBeside, err.Error())
				continue
			}
			plan.Beside = append(plan.Beside, figure)
		}
		// A count has no unit; what is counted says it.
		plan.Unit = cmp.Or(label.unit, m.GetMeasuredProperty())
		if label.unit == "" && behind.answer.GetTransformedUnit() == nil && m.GetDefaultUnit().GetCode() == "%" {
			plan.Unit += " (1 = 100 %)" // else a reader takes the ratio for the percent that the metric speaks of
		}
		drawn, err := drawPlan(fmt.Sprintf("%s-%d", v.ID, i+1), plan)
		if err != nil {
			// The table below has everything that the drawing would have shown.
			v.NoChart = err.Error()
			continue
		}
		v.Charts = append(v.Charts, drawn)
	}
}

// shortTable is up to how many rows a table is shown at once where the page has
// several series.
const shortTable = 8

func newObservationRow(o *metricsv1.Observation, f *metricsv1.Figure, behind evidence) observationRow {
	row := observationRow{
		Value: valueWords(o, behind), Printed: words.Printed(f.GetReported(), f.GetUnit()), Period: newPeriod(o.GetTimePeriod()),
		Origin:  cmp.Or(f.GetOrigin().GetProducer(), behind.source(o).GetProducer()),
		Remarks: words.Remarks(o), Release: newPeriod(o.GetReleaseTime()),
	}
	if o.GetFigure() != "" {
		row.Href, row.ID = pagePath(o.GetFigure()), idOf(o.GetFigure())
	}
	row.Hidden = hidden(row.Printed, f.GetReported())
	if version := o.GetDocumentVersion(); version != "" {
		row.Document = &link{Href: pagePath(version) + "#" + anchor(o.GetFigure()), Text: behind.known.of(documentOf(version))}
	}
	return row
}

// valueWords is the value of an observation.
func valueWords(o *metricsv1.Observation, behind evidence) string {
	if o.GetValueKind() == metricsv1.Figure_NO_VALUE && o.GetMissingReason() == 0 && words.Computes(behind.request) {
		return "no number: it cannot be computed"
	}
	return words.ObservationIn(o, drawing.UnitIn(behind.answer, o))
}

// axis is what the numbers of a drawing share.
type axis struct {
	unit string
	// change says that they are changes that their sources state, not levels.
	change bool
}

// unitGroups keeps apart what one axis cannot show: one drawing each.
type unitGroups struct {
	order  []axis
	groups map[axis]*drawing.Plan
	// named are the sources by names of their own.
	named map[string]string
}

func newUnitGroups(behind evidence) *unitGroups {
	return &unitGroups{groups: map[axis]*drawing.Plan{}, named: drawing.SourceNames(behind.answer.GetSources(), behind.known.of)}
}

// axisOf is the axis that an observation needs.
func axisOf(o *metricsv1.Observation, behind evidence) axis {
	return axis{drawing.AxisIn(behind.answer, o), drawing.StatedChange(o, behind.request)}
}

// addRoom leaves room on the axes for what is known of a series now.
func (g *unitGroups) addRoom(s *metricsv1.QueryMetricResponse_Series, behind evidence) {
	for _, now := range behind.now.GetSeries() {
		if !drawing.Alike(now, s) {
			continue
		}
		for _, o := range now.GetObservations() {
			if plan := g.groups[axisOf(o, behind)]; plan != nil && drawing.Undrawn(o) == "" {
				plan.Room = append(plan.Room, o)
			}
		}
	}
}

func (g *unitGroups) add(o *metricsv1.Observation, row observationRow, behind evidence) {
	label := axisOf(o, behind)
	plan := g.groups[label]
	if plan == nil {
		plan = &drawing.Plan{}
		g.groups[label] = plan
		g.order = append(g.order, label)
	}
	producer := row.Origin
	if producer == "" && row.Document != nil {
		producer = row.Document.Text
	}
	line := lineName(producer, behind.source(o).GetClaimant(), behind.known)
	plan.Items = append(plan.Items, drawing.Item{Observation: o, Value: row.Value, Href: row.Href, Line: line, Apart: g.named[o.GetSourceId()], Track: o.GetSourceId()})
	plan.Producers.Add(producer)
}

// lineName is what the line of a source is called.
func lineName(producer, claimant string, known names) string {
	if claimant == "" {
		return producer
	}
	return producer + ", as claimed by " + known.of(claimant)
}

// manyMarks is from how many marks on a finger hits none of them: the narrow drawing
// then has no links, which would make up most of the page.
const manyMarks = 200

// drawPlan draws twice: a drawing that is shrunk to a telephone cannot be read.
func drawPlan(id string, plan *drawing.Plan) (drawnChart, error) {
	spec := plan.Spec()
	var out drawnChart
	for _, size := range []struct {
		name          string
		width, height float64
		into          *template.HTML
	}{{"wide", 760, 400, &out.Wide}, {"narrow", 360, 340, &out.Narrow}} {
		spec.ID, spec.Width, spec.Height = id+"-"+size.name, size.width, size.height
		if size.into == &out.Narrow && len(spec.Marks) > manyMarks {
			for i := range spec.Marks {
				if m := &spec.Marks[i]; m.Tag == "" {
					m.Href, m.Title = "", ""
				}
			}
		}
		svg, err := chart.SVG(spec)
		if err != nil {
			return out, err
		}
		*size.into = template.HTML(svg) // the chart package escapes every word
	}
	return out, nil
}
