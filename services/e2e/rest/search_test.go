package rest_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// searchFacts is the names of all pages of a search of facts, with the labels that they come with.
func searchFacts(t *testing.T, query string, pageSize int, readTime string) (names []string, labels map[string]string) {
	t.Helper()
	labels = map[string]string{}
	for token := ""; ; {
		page := client.Read(t, api, "/v1/facts:search?"+url.Values{
			"query": {query}, "page_size": {strconv.Itoa(pageSize)}, "page_token": {token}, "read_time": {readTime},
		}.Encode(), &gatewayv1.SearchFactsResponse{})
		must.Equal(t, len(page.GetUnavailable()), 0)
		for _, result := range page.GetResults() {
			names = append(names, result.GetStatement().GetName()+result.GetFigure().GetName())
		}
		for name, label := range page.GetLabels() {
			labels[name] = label.GetText()
		}
		if token = page.GetNextPageToken(); token == "" {
			return names, labels
		}
	}
}

// settledNow is a read time for several calls.
func settledNow(t *testing.T) string {
	t.Helper()
	header := api.Get(t, "/v1/documents?page_size=1").OK(t).Header
	settled := header.Get("Onrecord-Settled-Time")
	must.True(t, settled != "")
	return settled
}

// TestJSearchFactsOverBoth: one search over statements and figures is what both services' searches are, merged by relevance,
// whatever the size of the pages; entities and metrics are called by name.
func TestJSearchFactsOverBoth(t *testing.T) {
	at := settledNow(t)
	for _, query := range []string{"trade", "mexico border", `"860 billion"`, "migra*", "million -mexico"} {
		params := url.Values{"query": {query}, "page_size": {"1000"}, "read_time": {at}}.Encode()
		said := client.Read(t, api, "/v1/statements:search?"+params, &statementsv1.SearchStatementsResponse{})
		measured := client.Read(t, api, "/v1/figures:search?"+params, &metricsv1.SearchFiguresResponse{})
		type found struct {
			name      string
			relevance int32
			created   int64
		}
		var all []found
		for _, result := range said.GetResults() {
			all = append(all, found{result.GetStatement().GetName(), result.GetRelevance(), result.GetStatement().GetCreateTime().AsTime().UnixMicro()})
		}
		for _, result := range measured.GetResults() {
			all = append(all, found{result.GetFigure().GetName(), result.GetRelevance(), result.GetFigure().GetCreateTime().AsTime().UnixMicro()})
		}
		slices.SortStableFunc(all, func(a, b found) int { // stable: of equals statements come first, then by name
			if a.relevance != b.relevance {
				return int(b.relevance - a.relevance)
			}
			return int(b.created - a.created)
		})
		var want []string
		for _, f := range all {
			want = append(want, f.name)
		}
		got, _ := searchFacts(t, query, 1000, at)
		must.Equal(t, got, want)
		for _, size := range []int{1, 7} {
			paged, _ := searchFacts(t, query, size, at)
			must.Equal(t, paged, want)
		}
	}
	names, labels := searchFacts(t, "mexico", 1000, at)
	must.True(t, slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "statements/") }))
	must.True(t, slices.Contains(names, "figures/afp-2023-11-18-bilateral-trade"))
	must.Equal(t, labels["metrics/bilateral-trade"], "Bilateral trade")
	api.Get(t, "/v1/facts:search?query=trade&order_by=name").Refused(t, client.Invalid("UNKNOWN_ORDER_FIELD", "orderBy"))
	api.Get(t, "/v1/facts:search?query=...").Refused(t, client.Invalid("EMPTY_QUERY", "query"))
}

// TestJ9FiguresAreFoundAndCounted: figures by their words, and counts without the figures.
func TestJ9FiguresAreFoundAndCounted(t *testing.T) {
	found := client.Read(t, api, "/v1/figures:search?query="+url.QueryEscape(`"US$860 billion"`)+"&facets=metric", &metricsv1.SearchFiguresResponse{})
	must.Equal(t, found.GetResults()[0].GetFigure().GetName(), "figures/afp-2023-11-18-bilateral-trade")
	must.Equal(t, found.GetFacets()[0].GetValues()[0].GetValue(), "metrics/bilateral-trade")
	counts := client.Read(t, api, "/v1/figures:count?group_by=metric", &metricsv1.CountFiguresResponse{})
	var sum int32
	for _, group := range counts.GetGroups() {
		sum += group.GetCount()
		filter := url.QueryEscape(`metric = "` + group.GetValue() + `"`)
		must.Equal(t, client.Read(t, api, "/v1/figures:count?filter="+filter, &metricsv1.CountFiguresResponse{}).GetTotalCount(), group.GetCount())
	}
	must.Equal(t, sum, counts.GetTotalCount())
	must.True(t, sum > 0)
	api.Get(t, "/v1/figures:count?group_by=value").Refused(t, client.Invalid("UNKNOWN_GROUP", "groupBy"))
}
