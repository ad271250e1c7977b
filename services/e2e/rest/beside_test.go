package rest_test

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestTradeOfAnOfficeBesideWhatAnArticleSays: US-Mexico trade in goods, 1985 to 2015 by
// the Census Bureau's table, drawn as a line, and beside it the 860 billion dollars that
// the article gives for 2022, which is of another metric and covers what it covers.
func TestTradeOfAnOfficeBesideWhatAnArticleSays(t *testing.T) {
	said := figures(t, `metric = "metrics/bilateral-trade"`)
	must.Equal(t, len(said), 1)
	must.Equal(t, said[0].GetNormalized().GetValue().GetValue(), "860000000000")
	const series = "/v1/metrics/bilateral-goods-trade:query?dimensions[REF_AREA]=US&dimensions[COUNTERPART_AREA]=MX&dimensions[FLOW]=TOTAL&frequency=A&period=1985/2015&selection=BEST_SOURCE"
	besides(t, series, said[0].GetName(), 31)

	// It is nowhere but on the drawing.
	for _, format := range []string{"rows", "csv", "sdmx-csv", "sdmx-json", "csvw", "json"} {
		must.False(t, strings.Contains(string(api.Get(t, series+"&format="+format).OK(t).Body), said[0].GetName()))
		api.Get(t, series+"&format="+format+"&beside="+said[0].GetName()).Refused(t, client.Invalid("MALFORMED_PARAMETER", "beside"))
	}
	answer := api.Get(t, series+"&format=svg&beside=figures/of-that-name-is-none")
	must.Equal(t, answer.Code, 404)
	must.Contains(t, string(answer.Body), "FIGURE_NOT_FOUND")
	length := figures(t, `metric = "metrics/border-length"`)
	answer = api.Get(t, series+"&format=svg&beside="+length[0].GetName())
	must.Equal(t, answer.Code, 400)
	must.Contains(t, string(answer.Body), "is in m, the drawing in US$")
}

// besides checks the drawing of a series of n numbers beside the figure of the article.
func besides(t *testing.T, series, figure string, n int) {
	t.Helper()
	svg := api.Get(t, series+"&format=svg&beside="+figure).OK(t).Body
	wellFormed(t, svg)
	text := string(svg)
	lines := strings.Count(string(api.Get(t, series+"&format=svg").OK(t).Body), `class="c-line`)
	must.True(t, lines > 0 && strings.Count(text, `class="c-line`) == lines, "%s", text)
	must.Equal(t, strings.Count(text, `"c-point"`), n)
	must.Equal(t, strings.Count(text, `"c-point c-beside"`), 2) // one in the key
	must.Contains(t, text, `href="/`+figure+`"`)
	for _, words := range []string{"billions of US$", "A 2022: 860,000,000,000 USD", "Beside the lines: A 2022: 860,000,000,000 USD", "Bilateral trade, US · MX · TOTAL, coverage not stated. Source: "} {
		must.Contains(t, text, words)
	}
}

// TestImportedTradeBesideWhatAnArticleSays: the same of observations that were imported.
func TestImportedTradeBesideWhatAnArticleSays(t *testing.T) {
	api.Post(t, "/v1/metrics?metric_id=rest-goods", map[string]any{
		"displayName": "Trade in goods", "measuredProperty": "trade", "statType": "VALUE", "temporalKind": "FLOW", "coverage": "goods, on a Census basis",
		"defaultUnit": map[string]any{"system": "ISO4217", "code": "USD"}, "dimensions": []any{map[string]any{"id": "REF_AREA", "required": true}},
	}).OK(t)
	var observations []any
	for year, millions := range map[string]string{"2013": "506608", "2014": "534481", "2015": "530971"} {
		observations = append(observations, map[string]any{"timePeriod": year, "value": decimal(millions)})
	}
	api.Post(t, "/v1/figures:import", map[string]any{
		"template": map[string]any{
			"metric": "metrics/rest-goods", "unit": map[string]any{"system": "ISO4217", "code": "USD"}, "unitMult": 6,
			"origin": map[string]any{"producer": "U.S. Census Bureau", "title": "Trade in Goods"},
		},
		"series": []any{map[string]any{"dimensions": map[string]any{"REF_AREA": "US"}, "frequency": "A", "observations": observations}},
	}).OK(t)
	const series = "/v1/metrics/rest-goods:query?dimensions[REF_AREA]=US&frequency=A"
	said := figures(t, `metric = "metrics/bilateral-trade"`)[0].GetName()
	besides(t, series, said, 3)
	lines := must.Get(csv.NewReader(strings.NewReader(string(api.Get(t, series+"&format=csv").OK(t).Body))).ReadAll())(t)
	must.Equal(t, len(lines), 4)

	// What was imported stands beside a line as well.
	imported := figures(t, `metric = "metrics/rest-goods" AND frequency = "A"`)
	must.Equal(t, len(imported), 3)
	besidesImported := "/v1/metrics/bilateral-goods-trade:query?frequency=A&dimensions[FLOW]=TOTAL&format=svg"
	for _, f := range imported {
		besidesImported += "&beside=" + url.QueryEscape(f.GetName())
	}
	svg := string(api.Get(t, besidesImported).OK(t).Body)
	for _, words := range []string{"506,608,000,000 USD", "covering goods, on a Census basis. Source: U.S. Census Bureau, Trade in Goods"} {
		must.Contains(t, svg, words)
	}
	must.Equal(t, strings.Count(svg, `"c-point c-beside"`), 6)
}
