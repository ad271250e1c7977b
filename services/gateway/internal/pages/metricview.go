package pages

import (
	"cmp"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// metricView is a metric, its series, and the figures of those that are shown.
type metricView struct {
	Name, Description, Coverage, Property, Population string
	Stat, Unit, ID, Method, Quantity, Temporal        string
	Aliases                                           []string
	Dimensions                                        []dimensionDef
	Attributes                                        []dimensionDef
	// Symmetric are two dimensions that may be exchanged.
	Symmetric  []string
	SameAs     []*link
	ReplacedBy *link
	Breaks     []breakRow
	Policy     []string
	Recorded   *moment
	Series     []seriesRow
	MoreSeries bool
	// ManySeries says how many are listed where that is a long list, which is shut; ""
	// of a short list. AllSeries lead to the rest.
	ManySeries string
	AllSeries  []*link
	// Chosen says that the address names one series; All is then the way back.
	Chosen bool
	All    string
	Shown  []*seriesView
	// Ratios says that the figures shown are ratios of a metric in percent.
	Ratios bool
	// keys are the dimensions of the series shown, lines the names that its sources have in
	// drawings.
	keys  []map[string]string
	lines []string
	// hasPlace reports whether a figure can stand beside the lines.
	hasPlace func(drawing.Other) bool
	places   placeWords
	// Choice chooses series; nil where there is but one.
	Choice *seriesForm
	// MoreShown says that there are series on the list that are not drawn below it.
	MoreShown bool
	Next      string
	First     string
	// Form asks for the figures otherwise; Problem says why they cannot be had so.
	Form    *queryForm
	Problem string
	// Vintage chooses as of which release the figures are shown; nil where there are not
	// several.
	Vintage *vintageForm
	// Beside are the figures of other metrics that stand beside the lines, or could.
	Beside besideList
	// Sources are those of the figures shown, Vintages and Contests of the metric.
	Sources  []sourceRow
	Vintages beginning[vintageRow]
	Contests beginning[contestRow]
}

// shortList is up to how many series stand in the open.
const shortList = 12

// maxShown is how many series a page draws; of a metric with more, a reader
// chooses one from the list.
const maxShown = 12

// maxRows is up to how many figures stand on a page of several series.
const maxRows = 200

// dimensionDef is a dimension or an attribute of the metric's definition.
type dimensionDef struct {
	ID, Name, Role, List string
	Required             bool
	Codes                []string
}

// breakRow is where the series of a metric break.
type breakRow struct {
	From period
	Text string
}

var roles = map[metricsv1.Dimension_Role]string{
	metricsv1.Dimension_REF_AREA: "the place", metricsv1.Dimension_COUNTERPART_AREA: "the other place", metricsv1.Dimension_REPORTER: "who reports",
	metricsv1.Dimension_FLOW: "the direction", metricsv1.Dimension_VALUATION: "how it is valued", metricsv1.Dimension_CURRENCY: "the currency priced",
	metricsv1.Dimension_CURRENCY_DENOM: "the currency that it is priced for one of",
}

var codeLists = map[metricsv1.Dimension_CodeList]string{
	metricsv1.Dimension_ISO3166_1_ALPHA2: "ISO 3166-1, two letters", metricsv1.Dimension_ISO3166_1_ALPHA3: "ISO 3166-1, three letters",
	metricsv1.Dimension_M49: "UN M49", metricsv1.Dimension_ISO4217: "ISO 4217",
}

var temporalKinds = map[metricsv1.Metric_TemporalKind]string{
	metricsv1.Metric_STOCK: "a level at a time, never added up", metricsv1.Metric_FLOW: "an amount per period", metricsv1.Metric_TIMELESS: "true at any time",
}

// coverageOf is what a metric covers; empty where it only says that this is not known.
func coverageOf(m *metricsv1.Metric) string {
	if m.GetCoverage() == "unspecified" {
		return ""
	}
	return m.GetCoverage()
}

func newMetricView(m *metricsv1.Metric) *metricView {
	v := &metricView{
		Name: m.GetDisplayName(), Description: m.GetDescription(), Coverage: coverageOf(m), Property: m.GetMeasuredProperty(),
		Population: m.GetPopulationType(), Stat: statTypes[m.GetStatType()], Unit: words.Unit(m.GetDefaultUnit(), ""), ID: idOf(m.GetName()),
		Aliases: m.GetAliases(), Recorded: newMoment(m.GetCreateTime()), All: pagePath(m.GetName()), Method: m.GetMeasurementMethod(),
		Quantity: m.GetQuantityKind(), Temporal: temporalKinds[m.GetTemporalKind()],
		hasPlace: func(drawing.Other) bool { return false }, // until there is a drawing
	}
	if m.GetDefaultUnit().GetSystem() == metricsv1.Unit_UCUM && v.Unit == "" {
		v.Unit = "none: a count, a ratio or an index"
	}
	for _, d := range m.GetDimensions() {
		v.Dimensions = append(v.Dimensions, dimensionDef{
			ID: d.GetId(), Name: cmp.Or(d.GetDisplayName(), words.Dimension(d.GetId())), Required: d.GetRequired(), Codes: d.GetCodes(),
			Role: roles[d.GetRole()], List: codeLists[d.GetCodeList()],
		})
	}
	for _, a := range m.GetAttributes() {
		v.Attributes = append(v.Attributes, dimensionDef{ID: a.GetId(), Name: cmp.Or(a.GetDisplayName(), words.Dimension(a.GetId())), Codes: a.GetCodes()})
	}
	for _, id := range m.GetSymmetricDimensions() {
		v.Symmetric = append(v.Symmetric, words.Dimension(id))
	}
	for _, uri := range m.GetSameAs() {
		if to := external(uri); to != nil {
			v.SameAs = append(v.SameAs, to)
		}
	}
	if m.GetReplacedBy() != "" {
		v.ReplacedBy = names{}.to(m.GetReplacedBy())
	}
	for _, b := range m.GetBreaks() {
		v.Breaks = append(v.Breaks, breakRow{newPeriod(b.GetTimePeriod()), b.GetDescription()})
	}
	for _, s := range m.GetSourcePolicy() {
		v.Policy = append(v.Policy, drawing.SourceName(&metricsv1.Source{Producer: s.GetProducer(), Title: s.GetTitle()}))
	}
	return v
}
