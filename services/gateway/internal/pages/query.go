package pages

import (
	"cmp"
	"maps"
	"net/url"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
)

// queryParams are the parameters of a metric's page that are those of a query.
var queryParams = []string{
	"period", "as_of", "unit", "rate_basis", "rate_metric", "rate_key", "transform", "aggregation_frequency", "aggregation_method", "fill", "vintages", "selection",
}

// queryForm is the form that asks for the same figures otherwise.
type queryForm struct {
	Action string
	// Kept are the parameters that stay: which series is shown.
	Kept                                                          []hiddenField
	Period, AsOf, Unit, RateMetric, RateKey                       string
	RateBasis, Transform, Every, Method, Fill, Vintages, Selected []choice
	// NoUnit says in which unit the figures are if none is asked for.
	NoUnit string
	// Changed says that anything is asked for, Plain the way back.
	Changed bool
	Plain   string
}

type hiddenField struct{ Name, Value string }

// readQuery makes the query of a page.
func readQuery(p params, metric string) (*metricsv1.QueryMetricRequest, error) {
	r := &metricsv1.QueryMetricRequest{
		Name: metric, Dimensions: p.dimensions, Period: p.get("period"), AsOf: p.get("as_of"), Unit: p.get("unit"),
		PageSize: maxPage, PageToken: p.get("page_token"),
		RateBasis:            enumParam[metricsv1.Conversion_RateBasis](p, "rate_basis", metricsv1.Conversion_RateBasis_value),
		Transform:            enumParam[metricsv1.QueryMetricRequest_Transform](p, "transform", metricsv1.QueryMetricRequest_Transform_value),
		AggregationFrequency: enumParam[metricsv1.Figure_Frequency](p, "aggregation_frequency", metricsv1.Figure_Frequency_value),
		AggregationMethod:    enumParam[metricsv1.QueryMetricRequest_AggregationMethod](p, "aggregation_method", metricsv1.QueryMetricRequest_AggregationMethod_value),
		Fill:                 enumParam[metricsv1.QueryMetricRequest_Fill](p, "fill", metricsv1.QueryMetricRequest_Fill_value),
		Vintages:             enumParam[metricsv1.QueryMetricRequest_Vintages](p, "vintages", metricsv1.QueryMetricRequest_Vintages_value),
		Selection:            enumParam[metricsv1.QueryMetricRequest_Selection](p, "selection", metricsv1.QueryMetricRequest_Selection_value),
		RateMetric:           p.resource("rate_metric", "metrics"), RateDimensions: p.key("rate_key"),
	}
	return r, p.problems.Err()
}

// queryValues are the parameters of a query that say what is asked for, without
// series and page.
func queryValues(r *metricsv1.QueryMetricRequest) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"period": r.GetPeriod(), "as_of": r.GetAsOf(), "unit": r.GetUnit(), "rate_basis": enumName(r.GetRateBasis()), "rate_metric": r.GetRateMetric(),
		"transform": enumName(r.GetTransform()), "aggregation_frequency": enumName(r.GetAggregationFrequency()),
		"aggregation_method": enumName(r.GetAggregationMethod()), "fill": enumName(r.GetFill()), "vintages": enumName(r.GetVintages()),
		"selection": enumName(r.GetSelection()),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for id, code := range r.GetRateDimensions() {
		q.Set("rate_dimensions["+id+"]", code)
	}
	return q
}

// enumName is the name of a value, "" if it is not set.
func enumName[E interface {
	~int32
	String() string
}](value E) string {
	if value == 0 {
		return ""
	}
	return value.String()
}

// queryPath is the REST address that answers a series as the page shows it; format
// is empty for JSON. figures stand beside the lines of a drawing.
func queryPath(r *metricsv1.QueryMetricRequest, s *metricsv1.QueryMetricResponse_Series, format formats.Format, figures []string) string {
	q := queryValues(r)
	for id, code := range s.GetDimensions() {
		q.Set("dimensions["+id+"]", code)
	}
	frequency := s.GetFrequency()
	if r.GetAggregationFrequency() != 0 {
		frequency = cmp.Or(s.GetAggregatedFrom(), r.GetFrequency()) // a service of before that field says nothing there
	}
	if frequency != 0 {
		q.Set("frequency", frequency.String())
	}
	if format != "" {
		q.Set(formats.Parameter, string(format))
	}
	if format == formats.SVG {
		q[beside.Parameter] = figures
	}
	return withQuery(apiPath(r.GetName())+":query", q)
}

// newQueryForm fills the form with what was asked for.
func newQueryForm(p params, r *metricsv1.QueryMetricRequest, m *metricsv1.Metric) *queryForm {
	f := &queryForm{
		Action: pagePath(m.GetName()), Period: r.GetPeriod(), AsOf: r.GetAsOf(), Unit: r.GetUnit(), RateMetric: p.get("rate_metric"), RateKey: p.get("rate_key"),
		NoUnit: asItIs, Changed: len(queryValues(r)) > 0,
	}
	kept := url.Values{}
	for _, id := range slices.Sorted(maps.Keys(p.dimensions)) {
		f.Kept = append(f.Kept, hiddenField{"dimensions[" + id + "]", p.dimensions[id]})
		kept.Set("dimensions["+id+"]", p.dimensions[id])
	}
	if frequency := p.get("frequency"); frequency != "" {
		f.Kept = append(f.Kept, hiddenField{"frequency", frequency})
		kept.Set("frequency", frequency)
	}
	for _, figure := range p.beside {
		f.Kept = append(f.Kept, hiddenField{beside.Parameter, figure})
		kept.Add(beside.Parameter, figure)
	}
	f.Plain = withQuery(f.Action, kept)
	f.RateBasis = choices(p.get("rate_basis"), "", "none", "ARTICLE", "the source’s own", "REFERENCE", "a reference rate")
	f.Transform = choices(p.get("transform"), "", "the values", "CHG", "change", "CH1", "change from a year ago", "PCH", "% change",
		"PC1", "% change from a year ago", "IDX", "index, first = 100")
	f.Every = choices(p.get("aggregation_frequency"), "", "as it is", "M", "months", "Q", "quarters", "S", "half-years", "A", "years")
	f.Method = choices(p.get("aggregation_method"), "", "–", "AVG", "mean", "SUM", "sum", "EOP", "last value")
	f.Fill = choices(p.get("fill"), "", "left out", "GAP", "shown", "PREVIOUS", "filled with the figure before")
	f.Vintages = choices(p.get("vintages"), "", "newest", "FIRST", "first", "ALL", "all")
	f.Selected = choices(p.get("selection"), "", "all", "BEST_SOURCE", "the best only")
	return f
}

// choices are the entries of a select element: values and texts in pairs.
func choices(selected string, pairs ...string) []choice {
	var out []choice
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, choice{Value: pairs[i], Text: pairs[i+1], Selected: pairs[i] == selected})
	}
	return out
}
