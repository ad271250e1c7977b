// Package drawing says how observations are drawn: which mark an observation is,
// what is told of it, which lines there are, and what cannot be drawn truthfully.
// The pages and the SVG format of a query draw alike by it.
//
// Geometry is in package chart, words are in package words; only the way from one
// answer to one drawing may go here.
package drawing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// Item is an observation that is to be drawn.
type Item struct {
	Observation *metricsv1.Observation
	// Value is its value in words, Href where it leads.
	Value, Href string
	// Line names the line that it belongs to: a series, a source, or both.
	Line string
	// Apart names it where the line has numbers of several sources for one period.
	Apart string
	// Track is the source that the number comes from: only numbers of one are joined.
	Track string
}

// Plan is a drawing in one unit.
type Plan struct {
	Metric *metricsv1.Metric
	// Title names what is drawn.
	Title, Unit string
	// Joined says that the observations are of regular periods.
	Joined bool
	Items  []Item
	// Known are the names of lines in an order that lasts, drawn or not: a line has the
	// same colour in every drawing that knows the same. More than can be told apart are
	// as none.
	Known []string
	// Producers are whose figures these are.
	Producers Names
	Notes     []string
	// Table says where the same is to be read, such as "the table"; "" if nowhere.
	Table string
	// Beside are figures that stand beside the lines.
	Beside []Beside
	// Room are observations that are not drawn, but for which the axes have room.
	Room []*metricsv1.Observation
}

// Undrawn says why an observation cannot be drawn truthfully; "" if it can.
func Undrawn(o *metricsv1.Observation) string {
	p := o.GetTimePeriod()
	switch {
	case o.GetValueKind() == metricsv1.Figure_NO_VALUE:
		return "it has no number"
	case o.GetUnit().GetSystem() == metricsv1.Unit_UNRESOLVED:
		return "which currency it is in is not stated"
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

// StatedChange reports whether an observation is a change that its source states, where
// the query asks for levels. It has no place among them: it is drawn with its like.
func StatedChange(o *metricsv1.Observation, r *metricsv1.QueryMetricRequest) bool {
	switch r.GetTransform() {
	case metricsv1.QueryMetricRequest_CHG, metricsv1.QueryMetricRequest_CH1, metricsv1.QueryMetricRequest_PCH, metricsv1.QueryMetricRequest_PC1:
		return false
	default:
		return o.GetValueKind() == metricsv1.Figure_CHANGE
	}
}

// kindOf is how an observation is drawn. A CHANGE is one number or two bounds.
func kindOf(o *metricsv1.Observation) chart.Kind {
	switch o.GetValueKind() {
	case metricsv1.Figure_RANGE:
		return chart.Range
	case metricsv1.Figure_LOWER_BOUND:
		return chart.LowerBound
	case metricsv1.Figure_UPPER_BOUND:
		return chart.UpperBound
	case metricsv1.Figure_LIST:
		return chart.Listed
	default:
	}
	switch hasLower, hasUpper := o.GetLower() != nil, o.GetUpper() != nil; {
	case o.GetValue() != nil:
		return chart.Point
	case hasLower && hasUpper:
		return chart.Range
	case hasLower:
		return chart.LowerBound
	case hasUpper:
		return chart.UpperBound
	}
	return chart.Point
}

// numbersOf are the numbers that an observation needs to be drawn.
func numbersOf(o *metricsv1.Observation) []string {
	lower, upper := o.GetLower().GetValue().GetValue(), o.GetUpper().GetValue().GetValue()
	switch kindOf(o) {
	case chart.Range:
		return []string{lower, upper}
	case chart.LowerBound:
		return []string{lower}
	case chart.UpperBound:
		return []string{upper}
	case chart.Listed:
		var out []string
		for _, v := range o.GetValues() {
			out = append(out, v.GetValue())
		}
		return out
	default:
		return []string{o.GetValue().GetValue()}
	}
}

// marks are those of an item.
func marks(item Item, group int) []chart.Mark {
	o := item.Observation
	title := words.PeriodOf(o.GetTimePeriod()) + ": " + item.Value
	if remarks := words.Remarks(o); len(remarks) > 0 {
		title += " (" + strings.Join(remarks, "; ") + ")"
	}
	if item.Line != "" {
		title += ", " + item.Line
	}
	m := chart.Mark{
		Kind: kindOf(o), Track: item.Track, Group: group, Label: item.Value, Title: title, Href: item.Href,
		Start: o.GetTimePeriod().GetStartTime().AsTime(), End: o.GetTimePeriod().GetEndTime().AsTime(),
		Value: o.GetValue().GetValue(), Lower: o.GetLower().GetValue().GetValue(), Upper: o.GetUpper().GetValue().GetValue(),
		LowerOpen: !o.GetLower().GetInclusive(), UpperOpen: !o.GetUpper().GetInclusive(), About: o.GetApproximator() == metricsv1.Figure_ABOUT,
		Provisional: slices.Contains(o.GetObsStatus(), "P"), Corrected: o.GetCorrected(), Stale: o.GetStale(), Filled: o.GetFilled(),
	}
	if m.Kind != chart.Listed {
		return []chart.Mark{m}
	}
	var out []chart.Mark
	for _, v := range o.GetValues() {
		one := m
		one.Value, one.Label = v.GetValue(), words.Number(v)
		out = append(out, one)
	}
	return out
}

// lines are the lines of a plan: those that are known, then others in the order of their
// first item, one without a name among them. A known one that is not drawn is empty.
func (p *Plan) lines(items []Item) (names []string, groups []int) {
	drawn := map[string]bool{}
	for _, item := range items {
		drawn[item.Line] = true
	}
	at := map[string]int{}
	for _, name := range p.known(drawn) {
		if _, known := at[name]; !known {
			at[name] = len(names)
			names = append(names, name)
		}
	}
	for _, item := range items {
		group, known := at[item.Line]
		if !known {
			group = len(names)
			at[item.Line] = group
			names = append(names, item.Line)
		}
		groups = append(groups, group)
	}
	for i, name := range names {
		if !drawn[name] {
			names[i] = ""
		}
	}
	return names, groups
}

// known are the names of lines that keep their colours: none if they and what else is drawn are
// more than can be told apart.
func (p *Plan) known(drawn map[string]bool) []string {
	all := maps.Clone(drawn)
	for _, name := range p.Known {
		all[name] = true
	}
	if len(all) > chart.MaxGroups {
		return nil
	}
	return p.Known
}

// Spec is the drawing without id and size. Lines beyond those that can be told
// apart share the last colour, and the key says so.
func (p *Plan) Spec() chart.Spec {
	items := p.apart()
	names, groups := p.lines(items)
	spec := chart.Spec{Title: p.Title, Unit: p.Unit, Joined: p.Joined, Notes: p.Notes, Source: p.source()}
	for i, item := range items {
		spec.Marks = append(spec.Marks, marks(item, min(groups[i], chart.MaxGroups-1))...)
	}
	for i, beside := range p.Beside {
		spec.Marks = append(spec.Marks, beside.marks(i)...)
	}
	for _, o := range p.Room {
		spec.Room = append(spec.Room, marks(Item{Observation: o}, 0)...)
	}
	if spec.Groups = names; len(names) > chart.MaxGroups {
		spec.Groups = slices.Clone(names[:chart.MaxGroups])
		spec.Groups[chart.MaxGroups-1] = fmt.Sprintf("%d others", len(names)-chart.MaxGroups+1)
	}
	said := slices.Clone(p.Notes)
	for _, b := range p.Metric.GetBreaks() {
		if b.GetTimePeriod().GetStartTime() != nil {
			spec.Breaks = append(spec.Breaks, chart.Break{At: b.GetTimePeriod().GetStartTime().AsTime(), Title: b.GetDescription()})
			said = append(said, "Break from "+words.PeriodOf(b.GetTimePeriod())+": "+strings.TrimSuffix(b.GetDescription(), ".")+".")
		}
	}
	if p.Table != "" {
		said = append(said, "Every figure is in "+p.Table+".")
	}
	slices.SortStableFunc(spec.Marks, func(a, b chart.Mark) int { return a.Start.Compare(b.Start) })
	spec.Description = strings.TrimSpace(chart.Describe(spec.Marks) + " " + strings.Join(said, " "))
	return spec
}

// source says whose figures these are, in a line.
func (p *Plan) source() string {
	const most = 4
	names := p.Producers.List()
	elsewhere := ""
	if p.Table != "" {
		elsewhere = ", see " + p.Table
	}
	switch {
	case len(p.Items) == 0:
		return ""
	case len(names) == 0 && p.Table != "":
		return "Source: see " + p.Table
	case len(names) == 0:
		return "Source: not stated"
	case len(names) > most:
		return "Source: " + strings.Join(names[:most], "; ") + fmt.Sprintf("; and %d more", len(names)-most) + elsewhere
	}
	return "Source: " + strings.Join(names, "; ")
}
