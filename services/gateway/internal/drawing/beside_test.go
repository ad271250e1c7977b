package drawing_test

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func length() *metricsv1.Figure {
	m := &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"}
	return &metricsv1.Figure{
		Name: "figures/border", TimePeriod: year(2022), ValueKind: metricsv1.Figure_UPPER_BOUND, Approximator: metricsv1.Figure_NEARLY, Upper: bound("3.2"), UnitMult: 3,
		Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "km"}, Normalized: &metricsv1.Normalized{Unit: m, Upper: bound("3200000")},
		Dimensions: map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX"},
	}
}

// TestBesideIsInTheUnitOfTheDrawing: in the base unit or in the figure's own, exact and
// multiplied out; in another it has no place, and the error says which it has.
func TestBesideIsInTheUnitOfTheDrawing(t *testing.T) {
	other := drawing.Other{Figure: length(), Metric: &metricsv1.Metric{DisplayName: "Length", Coverage: "land and rivers."}, Source: "A newspaper", Href: "/figures/border"}
	must.Equal(t, other.Unit(), "m")
	for unit, want := range map[string]string{"m": "3200000", "km": "3200"} {
		beside := must.Get(other.In(unit, &metricsv1.QueryMetricRequest{}))(t)
		mark := (&drawing.Plan{Beside: []drawing.Beside{beside}}).Spec().Marks[0]
		must.Equal(t, []string{mark.Tag, mark.Upper, mark.Href}, []string{"A", want, "/figures/border"})
		for _, words := range []string{"2022: ", " " + unit, "nearly", "Length, US · MX, covering land and rivers. Source: A newspaper"} {
			must.Contains(t, mark.Title, words)
		}
	}
	_, err := other.In("US$", &metricsv1.QueryMetricRequest{})
	must.Contains(t, err.Error(), "figures/border is in m, the drawing in US$")
}

func TestWhatHasNoPlaceBesideLevels(t *testing.T) {
	metric := &metricsv1.Metric{DisplayName: "Length"}
	for want, change := range map[string]func(*metricsv1.Figure){
		"is a change":               func(f *metricsv1.Figure) { f.ValueKind = metricsv1.Figure_CHANGE },
		"it has no number":          func(f *metricsv1.Figure) { f.ValueKind = metricsv1.Figure_NO_VALUE },
		"the source states no date": func(f *metricsv1.Figure) { f.TimePeriod = nil },
		"too large to draw":         func(f *metricsv1.Figure) { f.Normalized.Upper.Value = &decimal.Decimal{Value: "1E+300"} },
	} {
		figure := length()
		change(figure)
		_, err := drawing.Other{Figure: figure, Metric: metric}.In("m", &metricsv1.QueryMetricRequest{})
		must.True(t, err != nil && strings.Contains(err.Error(), want), "%v, want %s", err, want)
	}
	_, err := drawing.Other{Figure: length(), Metric: metric}.In("m", &metricsv1.QueryMetricRequest{Transform: metricsv1.QueryMetricRequest_CHG})
	must.Contains(t, err.Error(), "leave out transform")
}
