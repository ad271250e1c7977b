package pages_test

import (
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestPlacesAreNamedAlikeOnEveryPage: what the metric says of a dimension decides whether its
// codes are places, and the id only where the metric does not say.
func TestPlacesAreNamedAlikeOnEveryPage(t *testing.T) {
	for name, d := range map[string]*metricsv1.Dimension{
		"role":      {Id: "GEO", Role: metricsv1.Dimension_REPORTER},
		"code list": {Id: "PARTNER", CodeList: metricsv1.Dimension_ISO3166_1_ALPHA2},
		"id":        {Id: "COUNTERPART_AREA"},
	} {
		t.Run(name, func(t *testing.T) {
			r := example()
			r.metrics[0].Dimensions = []*metricsv1.Dimension{d, {Id: "REF_AREA", Role: metricsv1.Dimension_OTHER}}
			key := map[string]string{d.GetId(): "MX", "REF_AREA": "US"}
			r.figures = r.figures[:1]
			r.figures[0].Dimensions, r.series[0].Dimensions, r.query.Series[0].Dimensions = key, key, key
			h := explorer(t, r)
			for _, page := range []string{"/figures/total", "/figures", "/metrics/trade"} {
				main := textOf(byID(get(t, h, page).root, "main"))
				must.Contains(t, main, "Mexico (MX)")
				must.False(t, strings.Contains(main, "United States"), "%s: %s", page, main)
			}
		})
	}
}

// TestAllPlacesOfAPageAreNamed: whatever other names and dimensions its figures have; a metric
// is asked for its dimensions once, and again when a figure has one that was added since.
func TestAllPlacesOfAPageAreNamed(t *testing.T) {
	r := example()
	figure, metric := r.figures[0], r.metrics[0]
	metric.Dimensions = []*metricsv1.Dimension{{Id: "REF_AREA"}, {Id: "COUNTERPART_AREA"}}
	figure.Dimensions = map[string]string{"REF_AREA": "MX", "COUNTERPART_AREA": "US"}
	for _, other := range []string{"A", "B", "C", "D", "E"} {
		metric.Dimensions = append(metric.Dimensions, &metricsv1.Dimension{Id: other})
		figure.Dimensions[other] = "MX"
	}
	r.figures, r.metrics = nil, nil
	for i := range 50 {
		f, m := proto.CloneOf(figure), proto.CloneOf(metric)
		m.Name = "metrics/m" + strconv.Itoa(i)
		f.Metric, f.DocumentVersion, f.Claimant = m.GetName(), "documents/d"+strconv.Itoa(i)+"/versions/1", "entities/e"+strconv.Itoa(i)
		r.figures, r.metrics = append(r.figures, f), append(r.metrics, m)
	}
	h := explorer(t, r)
	for range 2 {
		page := get(t, h, "/figures").body
		must.Equal(t, strings.Count(page, "Mexico (MX)"), 50)
		must.Equal(t, strings.Count(page, "United States (US)"), 50)
		must.Equal(t, r.gotMetrics, 50)
	}
	r.metrics[7].Dimensions = append(r.metrics[7].Dimensions, &metricsv1.Dimension{Id: "F", Role: metricsv1.Dimension_REPORTER})
	r.figures[7].Dimensions["F"] = "MX"
	must.Equal(t, strings.Count(get(t, h, "/figures").body, "Mexico (MX)"), 51)
}

// TestAMetricThatWasJustReadIsNotAskedForAgain: nor if a series has a dimension that it does not have.
func TestAMetricThatWasJustReadIsNotAskedForAgain(t *testing.T) {
	asked := func(key map[string]string) int {
		r := example()
		r.series[0].Dimensions, r.query.Series[0].Dimensions = key, key
		must.Contains(t, get(t, explorer(t, r), "/metrics/trade").body, "Mexico (MX)")
		return r.gotMetrics
	}
	must.Equal(t, asked(map[string]string{"REF_AREA": "MX", "FORMER": "US"}), asked(map[string]string{"REF_AREA": "MX"}))
}
