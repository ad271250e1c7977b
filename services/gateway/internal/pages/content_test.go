package pages_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestReaderShowsTheTextAndItsFacts(t *testing.T) {
	a := get(t, explorer(t, example()), "/documents/note")
	must.Equal(t, textOf(byID(a.root, "text")), noteText)

	var inner []string
	walk(byID(a.root, "text"), func(n *html.Node) {
		for _, attr := range n.Attr {
			if attr.Key == "data-facts" {
				inner = append(inner, attr.Val+": "+textOf(n))
			}
		}
	})
	must.Equal(t, inner, []string{
		"statement-quote: told", "statement-quote: trade of ", "statement-quote figure-total: US$860 billion", "statement-quote:  🇲🇽 needs no wall",
		"figure-hedged: nearly 3,000km",
	})
	for _, id := range []string{"statement-quote", "figure-total", "figure-hedged", "figure-bare", "at-statement-quote", "at-figure-total"} {
		must.True(t, byID(a.root, id) != nil, "no element %s", id)
	}
	card := textOf(byID(a.root, "figure-total"))
	for _, part := range []string{
		"860,000,000,000 USD", "“US$860 billion”", "Figure, in quote", "2022", "18,000,000,000 SGD", "1 USD is 9/7 ≈ 1.2857 SGD", "35/29", "37/27",
		"The source calls it the highest ever: all years.", "2 to 3",
	} {
		must.Contains(t, card, part)
	}
	said := textOf(byID(a.root, "statement-quote"))
	for _, part := range []string{"The Speaker", "President", "printed as “The speaker”", "17 November 2023", "printed as “on Friday”", "“told”"} {
		must.Contains(t, said, part)
	}
	must.Contains(t, a.body, `href="/v1/documents/note:read?show_deprecated=true"`)
	must.Contains(t, a.body, `href="/v1/figures/total"`)
	must.False(t, strings.Contains(a.body, "withheld"))
}

func TestReaderOfAWithheldText(t *testing.T) {
	r := example()
	r.read.Document.TextWithheld = true
	r.read.DocumentVersion.Text = ""
	for _, span := range r.figures[0].GetReported().GetSpans() {
		span.Exact = ""
	}
	a := get(t, explorer(t, r), "/documents/note")
	must.Contains(t, a.body, "The text is withheld")
	must.True(t, byID(a.root, "text") == nil)
	quote := byID(a.root, "statement-quote")
	must.Contains(t, textOf(quote), "…ote\n\nThe speaker told us: “trade of US$860 billion 🇲🇽 needs no wall”.\nThe border is…")
	must.Contains(t, textOf(quote), "at 30")
	must.Contains(t, textOf(byID(a.root, "figure-total")), "“US$860 billion”")
	must.Contains(t, textOf(byID(a.root, "figure-total")), "words withheld")
	checkDocument(t, "withheld", a)
}

func TestWhatNobodyComparedIsSaidToBeUnverified(t *testing.T) {
	r := example()
	must.False(t, strings.Contains(get(t, explorer(t, r), "/documents/note").body, "unverified"))
	r.statements[0].Contents[0].AnchorState = typev1.TextSpan_UNVERIFIED
	r.read.DocumentVersion.Text = ""
	h := explorer(t, r)
	a := get(t, h, "/documents/note")
	must.Contains(t, textOf(byID(a.root, "statement-quote")), "unverified")
	must.False(t, strings.Contains(textOf(byID(a.root, "figure-total")), "unverified"))
	must.Contains(t, a.body, "Nobody has yet brought it here")
	must.Contains(t, get(t, h, "/statements").body, "unverified")
	must.Contains(t, get(t, h, "/statements/quote").body, "unverified")
}

func TestAStatementSaysWhereElseItIsPrintedAndHowItStandsNow(t *testing.T) {
	r := example()
	s := r.statements[0]
	s.Appearances = []*statementsv1.Appearance{{Statement: "statements/copy", DocumentVersion: "documents/other/versions/3"}}
	for state, words := range map[typev1.TextSpan_AnchorState]string{
		typev1.TextSpan_ANCHORED: "The same words at the same place in version 9", typev1.TextSpan_MOVED: "The same words at another place in version 9",
		typev1.TextSpan_CHANGED: "Other words in their place in version 9", typev1.TextSpan_ORPHANED: "No longer found for certain in version 9",
		typev1.TextSpan_UNVERIFIED: "Not compared with version 9",
	} {
		s.LatestAnchor = &statementsv1.VersionAnchor{DocumentVersion: "documents/note/versions/9", AnchorState: state}
		a := get(t, explorer(t, r), "/statements/quote")
		must.Contains(t, textOf(byID(a.root, "main")), words)
		must.Contains(t, a.body, `href="/documents/other?version=3"`)
	}
	s.RedirectTo = "statements/canonical"
	must.Contains(t, get(t, explorer(t, r), "/statements/quote").body, `href="/statements/canonical"`)
}

// A text that prints a statement twice has a card for each, and what links to one
// finds it.
func TestAStatementThatIsPrintedTwiceHasTwoCards(t *testing.T) {
	r := example()
	quote := r.statements[0]
	quote.Appearances = []*statementsv1.Appearance{{
		Statement: "statements/again", DocumentVersion: r.read.GetDocumentVersion().GetName(), Contents: []*typev1.TextSpan{at("nearly 3,000km", 0)},
	}}
	facts := r.read.GetFacts()
	facts[2].StatedIn = []string{"statements/quote"}
	again := &gatewayv1.Fact{
		Fact: &gatewayv1.Fact_Statement{Statement: quote}, Appearance: "statements/again", Figures: []string{"figures/hedged"},
	}
	r.read.Facts = slices.Insert(facts, 2, again)
	a := get(t, explorer(t, r), "/documents/note")
	seen := map[string]int{}
	walk(a.root, func(n *html.Node) {
		for _, attr := range n.Attr {
			if attr.Key == "id" {
				seen[attr.Val]++
			}
		}
	})
	for id, count := range seen {
		must.True(t, count == 1, "the id %s is there %d times", id, count)
	}
	for figure, card := range map[string]string{"figure-total": "statement-quote", "figure-hedged": "statement-again"} {
		must.Equal(t, seen[card], 1)
		must.Equal(t, seen["at-"+card], 1)
		links := 0
		walk(byID(a.root, figure), func(n *html.Node) {
			for _, attr := range n.Attr {
				if attr.Key == "href" && attr.Val == "#"+card {
					links++
				}
			}
		})
		must.Equal(t, links, 1)
	}
}

func TestMetricDrawsWhatCanBeDrawnAndSaysTheRest(t *testing.T) {
	r := example()
	a := get(t, explorer(t, r), "/metrics/trade")
	must.Equal(t, strings.Count(a.body, `<svg xmlns`), 4)
	must.Equal(t, strings.Count(a.body, `class="c-point"`), 2)
	must.Equal(t, strings.Count(a.body, `class="c-band"`), 2)
	page := textOf(byID(a.root, "main"))
	for _, part := range []string{
		"Coveragenot stated", "billions of US$", "2022: 860,000,000,000 USD", "2022: less than 3,000,000 m", "no number: the source states none",
		"it has no number", "3 figures in a table", "“US$860 billion”",
	} {
		must.True(t, strings.Contains(page, part) || strings.Contains(page, strings.Trim(part, "“”")), "no %q", part)
	}
}

func TestMetricOfOneSeries(t *testing.T) {
	r := example()
	h := explorer(t, r)
	a := get(t, h, "/metrics/trade?dimensions[REF_AREA]=US&frequency=A")
	must.Equal(t, a.code, http.StatusOK)
	must.Equal(t, r.asked.GetDimensions(), map[string]string{"REF_AREA": "US"})
	must.Contains(t, a.body, "Show all series")
	must.Contains(t, a.body, `aria-current="true"`)
	must.Equal(t, get(t, h, "/metrics/trade?dimensions[REF_AREA]=MX&frequency=A").code, http.StatusNotFound)
}

// TestMetricOfSomeDimensions: dimensions narrow, as in a query, with a frequency too; all
// that a series has choose that one.
func TestMetricOfSomeDimensions(t *testing.T) {
	r := example()
	for _, s := range r.query.GetSeries() {
		s.Dimensions = map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"}
	}
	h := explorer(t, r)
	a := get(t, h, "/metrics/trade?dimensions[REF_AREA]=US")
	must.Equal(t, a.code, http.StatusOK)
	must.Equal(t, r.asked.GetDimensions(), map[string]string{"REF_AREA": "US"})
	must.Contains(t, textOf(byID(a.root, "main")), "United States (US) · TOTAL, yearly")
	a = get(t, h, "/metrics/trade?dimensions[REF_AREA]=US&frequency=A")
	must.Contains(t, textOf(byID(a.root, "main")), "United States (US) · TOTAL, yearly")
	must.Equal(t, get(t, h, "/metrics/trade?dimensions[REF_AREA]=US&dimensions[FLOW]=OTHER&frequency=A").code, http.StatusNotFound)
}

func TestMetricWithManySeriesDrawsTheFirst(t *testing.T) {
	r := example()
	one := r.query.GetSeries()[0]
	for len(r.query.Series) < 40 {
		r.query.Series = append(r.query.Series, one)
	}
	a := get(t, explorer(t, r), "/metrics/trade")
	must.Contains(t, a.body, "Only the first series are drawn")
	must.Equal(t, strings.Count(a.body, `class="one-series"`), 12)
	checkDocument(t, "many series", a)
}

func TestFigurePages(t *testing.T) {
	h := explorer(t, example())
	for target, parts := range map[string][]string{
		"/figures/total":  {"860,000,000,000 USD", "Trade between two countries", "Recorded 27 November 2026, 03:04:05 UTC", "A note", "version\u00a01"},
		"/figures/hedged": {"less than 3,000 km", "less than 3,000,000 m", "nearly: the number itself is excluded", "“3,000km”"},
		"/figures/bare":   {"no number: the source states none", "not stated", "An office", "From a data file"},
	} {
		page := textOf(byID(get(t, h, target).root, "main"))
		for _, part := range parts {
			must.True(t, strings.Contains(page, part), "%s: no %q in %s", target, part, page)
		}
	}
}

func TestNumbersAreExact(t *testing.T) {
	r := example()
	f := r.figures[0]
	for _, c := range []struct {
		value string
		mult  int32
		shown string
	}{
		{"860", 9, "860,000,000,000 USD"},
		{"1.10", 0, "1.10 USD"},
		{"-1234567.891", 0, "−1,234,567.891 USD"},
		{"14341937500", 0, "14,341,937,500 USD"},
		{"12345678901234567890123456789012345678", 0, "12,345,678,901,234,567,890,123,456,789,012,345,678 USD"},
		{"1.5E-3", 0, "0.0015 USD"},
		{"2E+400", 0, "2 × 10^400 USD"},
		{"0.000", 0, "0.000 USD"},
		{"99", -2, "0.99 USD"},
	} {
		f.Value, f.UnitMult = number(c.value), c.mult
		a := get(t, explorer(t, r), "/figures/total")
		must.True(t, strings.Contains(textOf(byID(a.root, "main")), "\n"+c.shown+"\n"), "%s: %s", c.value, textOf(byID(a.root, "main")))
	}
}

func TestEveryKindOfValueHasWords(t *testing.T) {
	r := example()
	f := r.figures[0]
	f.UnitMult, f.Value = 0, nil
	for _, c := range []struct {
		set   func()
		shown string
	}{
		{func() {
			f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("20000", true), bound("100000", false)
		}, "at least 20,000 and less than 100,000 USD"},
		{func() { f.ValueKind, f.Lower = metricsv1.Figure_LOWER_BOUND, bound("100", true) }, "at least 100 USD"},
		{func() { f.ValueKind, f.Lower = metricsv1.Figure_LOWER_BOUND, bound("100", false) }, "more than 100 USD"},
		{func() { f.ValueKind, f.Upper = metricsv1.Figure_UPPER_BOUND, bound("5", true) }, "at most 5 USD"},
		{func() {
			f.ValueKind, f.Values = metricsv1.Figure_LIST, append(f.Values, number("3"), number("1.0"))
		}, "3; 1.0 USD"},
		{func() {
			f.ValueKind, f.Value, f.Approximator = metricsv1.Figure_POINT, number("7"), metricsv1.Figure_ABOUT
		}, "about 7 USD"},
	} {
		c.set()
		a := get(t, explorer(t, r), "/figures/total")
		must.Contains(t, textOf(byID(a.root, "main")), c.shown)
	}
}

// TestSeriesAreChosenByPlace: the form names the places of all codes that occur, also of
// series that are not on the list, and keeps what else was asked for.
func TestSeriesAreChosenByPlace(t *testing.T) {
	r := example()
	h := explorer(t, r)
	must.False(t, strings.Contains(get(t, h, "/metrics/trade").body, "Choose series"), "one series is no choice")
	r.next = "more"
	a := get(t, h, "/metrics/trade?dimensions[REF_AREA]=US&as_of=2022-03-08")
	must.Contains(t, a.body, `<option value="US" selected>United States (US)</option>`)
	must.Contains(t, a.body, `<option value="MX">Mexico (MX)</option>`)
	must.Contains(t, a.body, `<option value="CA">CA</option>`) // no place of the table
	must.Contains(t, a.body, `<input type="hidden" name="as_of" value="2022-03-08">`)
	checkDocument(t, "chosen series", a)
	all := get(t, h, "/metrics/trade?dimensions[REF_AREA]=") // as the form sends "all"
	must.Equal(t, all.code, http.StatusOK)
	must.Equal(t, len(r.asked.GetDimensions()), 0)
}
