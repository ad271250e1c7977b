package rest_test

import (
	"net/url"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestTablesOverREST: what stands for what, from the tables that come with the release.
func TestTablesOverREST(t *testing.T) {
	places := client.Read(t, api, "/v1/places:resolve?text=Mexican", &metricsv1.ResolvePlacesResponse{})
	must.Equal(t, len(places.GetCandidates()), 1)
	mexico := client.Read(t, api, "/v1/places/mx", &metricsv1.Place{})
	must.Equal(t, places.GetCandidates()[0].GetPlace(), mexico)
	within := client.Read(t, api, "/v1/places?within=places/mx&page_size=100", &metricsv1.ListPlacesResponse{})
	must.Equal(t, len(within.GetPlaces()), 32)
	api.Get(t, "/v1/places/atlantis").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "PLACE_NOT_FOUND"})

	units := client.Read(t, api, "/v1/units:resolve?period=1985&text="+url.QueryEscape("MX$"), &metricsv1.ResolveUnitsResponse{})
	must.Equal(t, len(units.GetCandidates()), 1)
	must.Equal(t, units.GetCandidates()[0].GetUnit().GetCode(), "MXP")
	mile := client.Read(t, api, "/v1/units:convert?value=1&to=km&from="+url.QueryEscape("[mi_i]"), &metricsv1.ConvertUnitResponse{})
	must.Equal(t, mile.GetValue().GetValue(), "1.609344")
	api.Get(t, "/v1/units:convert?value=1&to=kg&from=km").Refused(t, client.Invalid("UNIT_INCOMPATIBLE", "to"))
}

// TestRegistryOverREST: from words to a metric, and from a metric to what there is of it.
func TestRegistryOverREST(t *testing.T) {
	api.Post(t, "/v1/metrics?metric_id=steel-output", map[string]any{
		"displayName": "Output of crude steel", "measuredProperty": "output", "statType": "VALUE", "defaultUnit": map[string]any{"system": "UCUM", "code": "t"},
		"dimensions": []any{map[string]any{"id": "REF_AREA", "codeList": "ISO3166_1_ALPHA2"}},
	}).OK(t)
	api.Post(t, "/v1/figures", map[string]any{
		"metric": "metrics/steel-output", "dimensions": map[string]any{"REF_AREA": "MX"}, "timePeriod": map[string]any{"edtf": "2020"}, "frequency": "A",
		"valueKind": "POINT", "value": map[string]any{"value": "16.8"}, "unit": map[string]any{"system": "UCUM", "code": "t"}, "unitMult": 6,
		"origin": map[string]any{"producer": "worldsteel"},
	}).OK(t)
	found := client.Read(t, api, "/v1/metrics:resolve?text=crude%20steel%20output", &metricsv1.ResolveMetricsResponse{})
	must.Equal(t, found.GetCandidates()[0].GetMetric().GetName(), "metrics/steel-output")
	api.Get(t, "/v1/metrics:resolve?text=%3F").Refused(t, client.Invalid("EMPTY_QUERY", "text"))
	there := client.Read(t, api, "/v1/metrics/steel-output:availability?dimensions[REF_AREA]=MX", &metricsv1.Availability{})
	must.Equal(t, []int32{there.GetSeriesCount(), there.GetFigureCount()}, []int32{1, 1})
	series := client.Read(t, api, "/v1/metrics/steel-output/series?dimensions[REF_AREA]=US", &metricsv1.ListSeriesResponse{})
	must.Equal(t, len(series.GetSeries()), 0)
}
