package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestASearchSaysHowManyMatch: of either kind, on its first page.
func TestASearchSaysHowManyMatch(t *testing.T) {
	r := example()
	h := explorer(t, r)
	a := get(t, h, "/search?q=wall")
	must.Contains(t, a.body, `<a href="/search?in=statements&amp;q=wall">Statements <span class="num">1,234</span></a>`)
	must.Contains(t, a.body, `<a href="/search?in=figures&amp;q=wall">Figures <span class="num">12,345</span></a>`)
	for _, says := range []string{ // what narrows it to one kind and a value
		"Statements, speaker", `<a href="/search?in=statements&amp;q=wall&amp;speaker=speaker"><bdi>The Speaker</bdi> <span class="num">1,234</span></a>`,
		"Figures, metric", `<a href="/search?in=figures&amp;metric=trade&amp;q=wall"><bdi>`,
	} {
		must.Contains(t, a.body, says)
	}
	checkDocument(t, "search", a)
	r.searched = nil
	get(t, h, "/search?q=wall&page_token=more")
	must.Equal(t, len(r.searched), 0)
}

// TestASearchIsNarrowed: to one kind, and by what the API has facets of.
func TestASearchIsNarrowed(t *testing.T) {
	r := example()
	h := explorer(t, r)
	a := get(t, h, "/search?q=wall&in=statements")
	for _, says := range []string{
		`<a href="/search?in=statements&amp;q=wall&amp;speaker=speaker"><bdi>The Speaker</bdi> <span class="num">1,234</span></a>`,
		`statement_type=DIRECT"><bdi>Direct quotation</bdi>`, `href="/statements/quote"`, `name="in" value="statements"`, "/v1/statements:search?query=wall",
	} {
		must.Contains(t, a.body, says)
	}
	checkDocument(t, "statements", a)
	a = get(t, h, "/search?q=wall&in=statements&speaker=speaker&year=2023&order=newest")
	must.Equal(t, r.searched[len(r.searched)-1], `statements speaker = "entities/speaker" AND statement_time = "2023"`)
	must.Contains(t, a.body, `<a class="only" href="/search?in=statements&amp;order=newest&amp;q=wall&amp;year=2023" title="Show all again">`)
	a = get(t, h, "/search?q=billion&in=figures&metric=trade&value_kind=POINT")
	must.Equal(t, r.searched[len(r.searched)-1], `figures metric = "metrics/trade" AND value_kind = "POINT"`)
	must.Contains(t, a.body, `href="/figures/total"`)
	must.Contains(t, a.body, "/v1/figures:search?filter=metric")
}

func TestANarrowingThatIsNoneIsRefused(t *testing.T) {
	h := explorer(t, example())
	for target, says := range map[string]string{
		"/search?q=a&in=metrics":                              "is not one of statements, figures",
		"/search?q=a&speaker=speaker":                         "is not a parameter",
		"/search?q=a&in=figures&speaker=speaker":              "is not a parameter",
		"/search?q=a&in=statements&year=23":                   "is no value of it",
		"/search?q=a&in=statements&statement_type=LOUD":       "is no value of it",
		"/search?q=a&in=figures&metric=No+Id":                 "is not an id",
		"/search?q=a&in=figures&value_kind=VALUE_UNSPECIFIED": "is no value of it",
	} {
		a := get(t, h, target)
		must.True(t, a.code == http.StatusBadRequest && strings.Contains(a.body, says), "%s: %d %s", target, a.code, textOf(byID(a.root, "main")))
	}
}

// TestBytesThatAreNoTextAreRefused: the services take UTF-8 alone.
func TestBytesThatAreNoTextAreRefused(t *testing.T) {
	h := explorer(t, example())
	for _, target := range []string{"/search?q=%ff", "/documents?page_token=%ff", "/metrics/trade?dimensions%5Bx%5D=%ff", "/documents?%ff=1"} {
		a := get(t, h, target)
		must.True(t, a.code == http.StatusBadRequest, "%s: %d", target, a.code)
		must.Contains(t, a.body, "not valid UTF-8")
	}
}

// TestAListThatIsNarrowedSaysSo: that there is none of a kind does not say that there is none at all.
func TestAListThatIsNarrowedSaysSo(t *testing.T) {
	r := example()
	r.figures, r.statements = nil, nil
	h := explorer(t, r)
	must.Contains(t, get(t, h, "/figures").body, "No figure is on record yet.")
	must.Contains(t, get(t, h, "/figures?value_kind=LIST").body, "No such figure is on record yet.")
	a := get(t, h, "/figures?document=note")
	must.Contains(t, a.body, "No such figure is on record yet.")
	must.Contains(t, textOf(byID(a.root, "main")), "In A note. Show all")
	must.Contains(t, get(t, h, "/statements").body, "No statement is on record yet.")
	must.Contains(t, get(t, h, "/statements?speaker=speaker").body, "No such statement is on record yet.")
}
