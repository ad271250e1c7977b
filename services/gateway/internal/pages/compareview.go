package pages

import (
	"context"
	"html/template"
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	exact "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
)

// comparisonRow is the claim beside one source of the reference.
type comparisonRow struct {
	Value, Href, Source string
	Web                 *link
	Period, Release     period
	Difference, Percent string
	// Open is the difference that what the claim leaves open may have; "" if it is Difference.
	Open string
	// Outcome says whether what the claim leaves open holds the reference.
	Outcome     term
	Explanation string
	// Latest is what the source says today, where that is another number.
	Latest, LatestHref string
	LatestRelease      period
	Remarks            []string
}

var roundings = map[gatewayv1.CompareFigureResponse_Rounding]term{
	gatewayv1.CompareFigureResponse_WITHIN:      {"Within what the claim leaves open", "good"},
	gatewayv1.CompareFigureResponse_OUTSIDE:     {"Outside what the claim leaves open", "grave"},
	gatewayv1.CompareFigureResponse_CANNOT_TELL: {"Cannot be told", "doubt"},
}

var asOfBases = map[gatewayv1.CompareFigureResponse_AsOfBasis]string{
	gatewayv1.CompareFigureResponse_GIVEN:          "as you ask",
	gatewayv1.CompareFigureResponse_STATEMENT_TIME: "when it was said",
	gatewayv1.CompareFigureResponse_PUBLISH_TIME:   "when the document that prints it was published",
	gatewayv1.CompareFigureResponse_RELEASE_TIME:   "when the figure was put out",
	gatewayv1.CompareFigureResponse_CREATE_TIME:    "when it was put on record, for want of another date",
}

// fill shows an answer. named are what its sources are called.
func (v *comparePage) fill(got *gatewayv1.CompareFigureResponse, named map[string]string) {
	v.AsOf, v.AsOfBasis = newPeriod(got.GetAsOf()), asOfBases[got.GetAsOfBasis()]
	v.Explanation = asPeopleSay(got.GetExplanation(), got)
	v.Metric, v.Coverage = &link{Href: pagePath(got.GetMetric().GetName()), Text: got.GetMetric().GetDisplayName()}, coverageOf(got.GetMetric())
	if s := got.GetStatement(); s != nil {
		v.Said = &link{Href: pagePath(s.GetName()), Text: excerpt(s.GetText())}
		if v.Said.Text == "" {
			v.Said.Text = "words withheld"
		}
	}
	unit := comparedUnit(got)
	v.Reported = between(got.GetReportedLower(), got.GetReportedUpper(), words.Unit(unit, got.GetFigure().GetCountedObject()))
	for _, c := range got.GetComparisons() {
		v.Comparisons = append(v.Comparisons, newComparison(c, named[c.GetSource().GetSourceId()], asPeopleSay(c.GetExplanation(), got)))
	}
	v.Unavailable = silent(got.GetUnavailable())
	v.Corrections = newCorrectionList(got.GetCorrections(), "", nil)
	v.ruler(got, unit)
}

// saysWhen is where an explanation says a time, which is the last word of it, with what ends the
// clause.
var saysWhen = regexp.MustCompile(` (?:for|public as of|no more is known than) \S+`)

// asPeopleSay is an explanation of the API with times in words, the metric under the name that
// people use, and without the reason that programs read.
func asPeopleSay(explanation string, got *gatewayv1.CompareFigureResponse) string {
	explanation = strings.ReplaceAll(explanation, "NO_COMMON_UNIT: the ", "The ")
	explanation = saysWhen.ReplaceAllStringFunc(explanation, func(clause string) string {
		at := strings.LastIndexByte(clause, ' ') + 1
		for _, date := range []string{clause[at:], strings.TrimRight(clause[at:], ".:;")} { // 2019/.. ends with points of its own
			if p, err := edtf.Parse(date); err == nil {
				return clause[:at] + words.Period(p.EDTF) + clause[at+len(date):]
			}
		}
		return clause
	})
	if name := got.GetMetric().GetDisplayName(); name != "" {
		explanation = strings.ReplaceAll(explanation, got.GetMetric().GetName()+" ", "“"+name+"” ")
	}
	return explanation
}

func newComparison(c *gatewayv1.CompareFigureResponse_Comparison, source, explanation string) comparisonRow {
	o := c.GetReference()
	row := comparisonRow{
		Value: words.Observation(o), Source: source, Web: external(c.GetSource().GetUri()), Period: newPeriod(o.GetTimePeriod()),
		Release: newPeriod(o.GetReleaseTime()), Outcome: roundings[c.GetWithinRounding()], Explanation: explanation, Remarks: words.Remarks(o),
	}
	if o.GetFigure() != "" {
		row.Href = pagePath(o.GetFigure())
	}
	if c.GetUnit() != nil {
		open := excludes(c.GetDifferenceLowerBound(), c.GetDifferenceLow()) || excludes(c.GetDifferenceUpperBound(), c.GetDifferenceHigh())
		row.Difference = spread(c.GetDifferenceLow().GetValue(), c.GetDifferenceHigh().GetValue(), words.Unit(c.GetUnit(), ""), open)
		row.Percent = spread(c.GetDifferencePercentLow().GetValue(), c.GetDifferencePercentHigh().GetValue(), "%", false) // its ends are rounded outwards
		if low, high := c.GetDifferenceLowerBound(), c.GetDifferenceUpperBound(); low.GetValue().GetValue() != high.GetValue().GetValue() {
			row.Open = between(low, high, words.Unit(c.GetUnit(), ""))
		}
		if c.GetDifferenceLow().GetValue() == c.GetDifferenceHigh().GetValue() {
			row.Percent = nearly(c.GetDifferencePercentLow().GetValue())
		}
	}
	if latest := c.GetLatest(); latest != nil {
		row.Latest, row.LatestRelease = words.Observation(latest), newPeriod(latest.GetReleaseTime())
		if latest.GetFigure() != "" {
			row.LatestHref = pagePath(latest.GetFigure())
		}
	}
	return row
}

// comparedUnit is the unit of the comparison.
func comparedUnit(got *gatewayv1.CompareFigureResponse) *metricsv1.Unit {
	for _, c := range got.GetComparisons() {
		if c.GetUnit() != nil {
			return c.GetUnit()
		}
	}
	return got.GetFigure().GetNormalized().GetUnit()
}

// between says what lies between two bounds; "" if there are none.
func between(low, high *metricsv1.Bound, unit string) string {
	var parts []string
	if low != nil {
		said := "more than "
		if low.GetInclusive() {
			said = "at least "
		}
		parts = append(parts, said+words.Number(low.GetValue()))
	}
	if high != nil {
		said := "less than "
		if high.GetInclusive() {
			said = "at most "
		}
		parts = append(parts, said+words.Number(high.GetValue()))
	}
	if low != nil && high != nil && low.GetValue().GetValue() == high.GetValue().GetValue() {
		return strings.TrimSpace("exactly " + words.Number(low.GetValue()) + " " + unit)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.TrimSpace(strings.Join(parts, " and ") + " " + unit)
}

// excludes reports whether a difference never reaches an end of it.
func excludes(bound *metricsv1.Bound, end *decimal.Decimal) bool {
	return end != nil && bound != nil && !bound.GetInclusive() && bound.GetValue().GetValue() == end.GetValue()
}

// spread says a difference that may lie between two numbers; an end that is "" is none.
// excluded says of a difference with one end that it never reaches that end.
func spread(low, high, unit string, excluded bool) string {
	switch {
	case low == "" && high == "":
		return ""
	case low == high:
		return signed(low) + " " + unit
	case low == "" && excluded:
		return "less than " + signed(high) + " " + unit
	case low == "":
		return "up to " + signed(high) + " " + unit
	case high == "" && excluded:
		return "more than " + signed(low) + " " + unit
	case high == "":
		return signed(low) + " " + unit + " or more"
	}
	return signed(low) + " to " + signed(high) + " " + unit
}

// nearly is a share of one difference, which is rarely a short decimal: ≈ +61.61 %.
func nearly(percent string) string {
	n, err := exact.Parse(percent)
	if err != nil {
		return ""
	}
	short, inexact, err := n.Quantize(2)
	switch {
	case err != nil:
		return signed(percent) + " %"
	case inexact:
		return "≈ " + signed(short.String()) + " %"
	}
	return signed(short.String()) + " %"
}

// signed writes a difference with its sign.
func signed(text string) string {
	digits, negative := strings.CutPrefix(text, "-")
	switch {
	case negative:
		return "−" + words.Group(digits)
	case strings.Trim(text, "0.") == "":
		return text
	}
	return "+" + words.Group(text)
}

// ruler draws the claim and its references on one scale, where all have one unit.
func (v *comparePage) ruler(got *gatewayv1.CompareFigureResponse, unit *metricsv1.Unit) {
	r := chart.Ruler{
		ID: "ruler", Title: "The claim beside the reference", Unit: words.AxisUnit(unit, got.GetFigure().GetCountedObject()),
		Claim: chart.Span{
			Low: got.GetReportedLower().GetValue().GetValue(), High: got.GetReportedUpper().GetValue().GetValue(),
			Label: "what the claim leaves open", Value: v.Claim.Value,
		},
	}
	var said []string
	if v.Reported != "" {
		said = append(said, "Claimed: "+v.Reported+".")
	}
	for i, c := range got.GetComparisons() {
		if c.GetUnit() == nil {
			continue
		}
		o := c.GetReference()
		span := chart.Span{Low: o.GetValue().GetValue(), High: o.GetValue().GetValue(), Label: v.Comparisons[i].Source, Value: v.Comparisons[i].Value}
		if o.GetValue() == nil {
			span.Low, span.High = o.GetLower().GetValue().GetValue(), o.GetUpper().GetValue().GetValue()
		}
		r.References = append(r.References, span)
		said = append(said, v.Comparisons[i].Source+": "+v.Comparisons[i].Value+".")
	}
	r.Description = strings.Join(said, " ")
	if len(r.References) == 0 {
		return
	}
	var drawn drawnChart
	for _, size := range []struct {
		id    string
		width float64
		into  *template.HTML
	}{{"ruler-wide", 640, &drawn.Wide}, {"ruler-narrow", 320, &drawn.Narrow}} {
		r.ID, r.Width = size.id, size.width
		svg, err := r.SVG()
		if err != nil {
			return // what it would show stands below it in words
		}
		*size.into = template.HTML(svg) // the chart package escapes every word
	}
	v.Rulers = append(v.Rulers, drawn)
}

// drawReference draws the reference series as it was known, with the claim beside it. A
// page without the drawing is still one.
func (e *explorer) drawReference(ctx context.Context, v *comparePage, figure *metricsv1.Figure, got *gatewayv1.CompareFigureResponse) {
	m := got.GetMetric()
	if len(got.GetComparisons()) == 0 || got.GetAsOf().GetEdtf() == "" {
		return
	}
	key := map[string]string{}
	for _, d := range v.Form.Dimensions {
		if d.Value != "" {
			key[d.Name] = d.Value
		}
	}
	request := &metricsv1.QueryMetricRequest{
		Name: m.GetName(), Dimensions: key, AsOf: got.GetAsOf().GetEdtf(), Frequency: figure.GetFrequency(), PageSize: maxPage, ReadTime: readingOf(ctx).time,
		Selection: metricsv1.QueryMetricRequest_BEST_SOURCE,
	}
	answer, err := e.Metrics.QueryMetric(ctx, request)
	if err != nil || len(answer.GetSeries()) == 0 {
		return
	}
	claim := &metricsv1.Metric{Name: figure.GetMetric(), DisplayName: v.Claim.Metric.Text}
	behind := evidence{
		figures: map[string]*metricsv1.Figure{}, known: names{}, answer: answer, request: request, places: e.placesIn(ctx, m, keysOf(answer.GetSeries())),
		beside: []drawing.Other{{Figure: figure, Metric: claim, Href: pagePath(figure.GetName())}},
	}
	if figure.GetMetric() == m.GetName() {
		behind.beside = nil // it is a mark of the series itself, or its rival
	}
	e.nameSources(ctx, behind.beside)
	for i, s := range answer.GetSeries() {
		shown := newSeriesView(m, s, behind, i)
		v.Charts = append(v.Charts, shown.Charts...)
		if i == 2 {
			break
		}
	}
	pairs := []string{"as_of", request.GetAsOf(), "beside", figure.GetName()}
	for _, d := range v.Form.Dimensions {
		pairs = append(pairs, "dimensions["+d.Name+"]", d.Value)
	}
	v.Beside = apiQuery(pagePath(m.GetName()), pairs...)
}
