package pages_test

import (
	"strings"
	"testing"

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
