package pages

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/errs"
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
	}
	var problems errs.Violations
	r.RateBasis = enumParam[metricsv1.Conversion_RateBasis](p, &problems, "rate_basis", metricsv1.Conversion_RateBasis_value)
	r.Transform = enumParam[metricsv1.QueryMetricRequest_Transform](p, &problems, "transform", metricsv1.QueryMetricRequest_Transform_value)
	r.AggregationFrequency = enumParam[metricsv1.Figure_Frequency](p, &problems, "aggregation_frequency", metricsv1.Figure_Frequency_value)
	r.AggregationMethod = enumParam[metricsv1.QueryMetricRequest_AggregationMethod](p, &problems, "aggregation_method", metricsv1.QueryMetricRequest_AggregationMethod_value)
	r.Fill = enumParam[metricsv1.QueryMetricRequest_Fill](p, &problems, "fill", metricsv1.QueryMetricRequest_Fill_value)
	r.Vintages = enumParam[metricsv1.QueryMetricRequest_Vintages](p, &problems, "vintages", metricsv1.QueryMetricRequest_Vintages_value)
	r.Selection = enumParam[metricsv1.QueryMetricRequest_Selection](p, &problems, "selection", metricsv1.QueryMetricRequest_Selection_value)
	if id, err := idParam(p, "rate_metric", "metrics"); err != nil {
		problems.Add("rate_metric", "MALFORMED_PARAMETER", "%q is not an id", p.get("rate_metric"))
	} else {
		r.RateMetric = id
	}
	r.RateDimensions = keyParam(p, &problems, "rate_key")
	return r, problems.Err()
}

// keyParam reads the dimensions of a series as a form has them: KIND=AVERAGE,AREA=US.
func keyParam(p params, problems *errs.Violations, name string) map[string]string {
	text := p.get(name)
	if text == "" {
		return nil
	}
	key := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		id, code, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || id == "" || code == "" || key[id] != "" {
			problems.Add(name, "MALFORMED_PARAMETER", "%q is not of the form DIMENSION=CODE,DIMENSION=CODE", text)
			return nil
		}
		key[id] = code
	}
	return key
}

// enumParam reads a parameter that is a name of an enum; an empty one, as a form
// sends it, is not given.
func enumParam[E ~int32](p params, problems *errs.Violations, name string, values map[string]int32) E {
	text := p.get(name)
	if text == "" {
		return 0
	}
	n, ok := values[text]
	if !ok || n == 0 {
		problems.Add(name, "UNKNOWN_ENUM_VALUE", "%q is not one of %s", text, oneOf(values))
	}
	return E(n)
}

// oneOf lists the names of an enum in the order of its numbers.
func oneOf(values map[string]int32) string {
	names := slices.Sorted(maps.Keys(values))
	slices.SortFunc(names, func(a, b string) int { return int(values[a] - values[b]) })
	text := ""
	for _, name := range names {
		if values[name] == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += name
	}
	return text
}

// queryValues are the parameters of a query that say what is asked for, without
// series and page.
func queryValues(r *metricsv1.QueryMetricRequest) url.Values {
	q := url.Values{}
	set := func(name, value string, given bool) {
		if given && value != "" {
			q.Set(name, value)
		}
	}
	set("period", r.GetPeriod(), true)
	set("as_of", r.GetAsOf(), true)
	set("unit", r.GetUnit(), true)
	set("rate_basis", r.GetRateBasis().String(), r.GetRateBasis() != 0)
	set("rate_metric", r.GetRateMetric(), true)
	for _, id := range slices.Sorted(maps.Keys(r.GetRateDimensions())) {
		set("rate_dimensions["+id+"]", r.GetRateDimensions()[id], true)
	}
	set("transform", r.GetTransform().String(), r.GetTransform() != 0)
	set("aggregation_frequency", r.GetAggregationFrequency().String(), r.GetAggregationFrequency() != 0)
	set("aggregation_method", r.GetAggregationMethod().String(), r.GetAggregationMethod() != 0)
	set("fill", r.GetFill().String(), r.GetFill() != 0)
	set("vintages", r.GetVintages().String(), r.GetVintages() != 0)
	set("selection", r.GetSelection().String(), r.GetSelection() != 0)
	return q
}

// queryPath is the REST address that answers a series as the page shows it; format
// is empty for JSON. figures stand beside the lines of a drawing, from is the frequency to ask for.
func queryPath(r *metricsv1.QueryMetricRequest, s *metricsv1.QueryMetricResponse_Series, from metricsv1.Figure_Frequency, format formats.Format, figures []string) string {
	var pairs []string
	for _, id := range slices.Sorted(maps.Keys(s.GetDimensions())) {
		pairs = append(pairs, "dimensions["+id+"]", s.GetDimensions()[id])
	}
	if from != 0 {
		pairs = append(pairs, "frequency", from.String())
	}
	asked := queryValues(r)
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		pairs = append(pairs, name, asked.Get(name))
	}
	if format != "" {
		pairs = append(pairs, formats.Parameter, string(format))
	}
	if format == formats.SVG {
		for _, figure := range figures {
			pairs = append(pairs, beside.Parameter, figure)
		}
	}
	return apiQuery(apiPath(r.GetName())+":query", pairs...)
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
	if f.Plain = f.Action; len(kept) > 0 {
		f.Plain += "?" + kept.Encode()
	}
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
