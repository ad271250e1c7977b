package pages_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestASearchNamesTheMetrics: figures that only data files gave are found by their metric alone.
func TestASearchNamesTheMetrics(t *testing.T) {
	r := example()
	r.metrics[0].Description, r.metrics[0].Aliases = "Other than behind a wall.", []string{"Commerce"}
	h := explorer(t, r)
	named := func(target string) bool {
		t.Helper()
		a := get(t, h, target)
		checkDocument(t, "search", a)
		section := byID(a.root, "metrics")
		return section != nil && strings.Contains(textOf(section), "Trade between two countries")
	}
	a := get(t, h, "/search?q=countries")
	must.Contains(t, a.body, "No statement or figure matches")
	must.Contains(t, a.body, `<a href="/metrics/trade">`)
	must.True(t, named("/search?q=countries"))
	must.True(t, named("/search?q=%22two+countries%22&in=figures"))
	must.False(t, named("/search?q=countries&in=statements"))
	must.False(t, named("/search?q=countries&page_token=more"))
	must.False(t, named("/search?q=wall")) // it is only mentioned
	for query, want := range map[string]bool{
		"wall -countries": false, "goods -trade": false, "country -trade": false, "country -zebra": true, // what is excluded
		"trade zebra": false, "trade countries": true, "TRADE country": true, // every word, by its stem
		`"countries trade"`: false, `"between two"`: true,
		"coun*": false, "trade coun*": true, "trade zeb*": false,
		"commerce": true, "commerce wall": false, // an alias
	} {
		must.Equal(t, named("/search?q="+url.QueryEscape(query)), want)
	}
	r.metricsErr = errs.New(errs.Unavailable, "UNAVAILABLE", "it restarts")
	must.Contains(t, get(t, h, "/search?q=countries").body, "Metrics cannot be read at the moment: it restarts.")
}

// TestASearchSaysThatThereAreMoreMetrics: those that only mention the word do not take their places.
func TestASearchSaysThatThereAreMoreMetrics(t *testing.T) {
	r := example()
	metric := func(i int, name, description string) *metricsv1.Metric {
		return &metricsv1.Metric{Name: fmt.Sprintf("metrics/m%d", i), DisplayName: name, Description: description}
	}
	for i := range 12 {
		r.metrics = append(r.metrics, metric(i, "Another", "Other than of zebras."))
	}
	for i := 12; i < 18; i++ {
		r.metrics = append(r.metrics, metric(i, fmt.Sprintf("Zebras %d", i), ""))
	}
	section := func() string {
		t.Helper()
		a := get(t, explorer(t, r), "/search?q=zebras")
		checkDocument(t, "search", a)
		return textOf(byID(a.root, "metrics"))
	}
	all := section()
	must.True(t, strings.Contains(all, "Zebras 12") && strings.Contains(all, "Zebras 17") && !strings.Contains(all, "Another"), all)
	must.False(t, strings.Contains(all, "More metrics") || strings.Contains(all, "series"), all)
	r.metrics = append(r.metrics, metric(18, "Zebras 18", ""))
	must.Contains(t, section(), "More metrics may be called so")
}
