package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	tradeSeries = "/metrics/bilateral-goods-trade?dimensions%5BREF_AREA%5D=US&dimensions%5BCOUNTERPART_AREA%5D=MX&dimensions%5BFLOW%5D=TOTAL&frequency=A"
	claim       = "afp-2023-11-18-bilateral-trade"
)

func here() *client.API { return client.New(strings.TrimPrefix(base, "http://")) }

// TestPlotTradeAndSeeTheClaimedFigureOnIt: the official line, the figure of the article
// beside it, and what each mark is, by pointer and by keyboard.
func TestPlotTradeAndSeeTheClaimedFigureOnIt(t *testing.T) {
	bothWidths(t, "trade", tradeSeries, func(p *opened) {
		p.shows(".beside", "860,000,000,000 USD", "Show beside")
		p.do(chromedp.Click(chromedp.CSS(`.beside a[href*="`+claim+`"].act`)), chromedp.WaitVisible(chromedp.CSS(`.diamond`)), chromedp.WaitVisible(chromedp.CSS(`footer.bottom`)))
		p.shows(".beside", "Beside the lines:", "Take away")
		must.True(p.t, eval[int](p, `document.querySelectorAll(".one-series svg .c-point.c-beside").length`) >= 2, "the claim is not on the drawing")

		// The last mark is the claim: End goes there, and what it is is said.
		p.do(chromedp.Focus(chromedp.CSS(`.one-series figure.plot`)), chromedp.KeyEvent(kb.End))
		p.shows(".one-series .tip", "2022", "860,000,000,000 USD")
		must.Contains(p.t, eval[string](p, `document.querySelector(".one-series figure [role=status]").textContent`), "860,000,000,000 USD")
		// Home is the first year of the office's table, with its source.
		p.do(chromedp.KeyEvent(kb.Home))
		p.shows(".one-series .tip", "1985", "32,766,400,000 USD", "US Census Bureau")
		p.do(chromedp.KeyEvent(kb.ArrowRight))
		p.shows(".one-series .tip", "1986")
		p.do(chromedp.KeyEvent(kb.Escape))
		must.False(p.t, eval[bool](p, `document.querySelector(".one-series .tip").checkVisibility({checkVisibilityCSS: true})`), "the tooltip stays")

		// Pointing at a mark says the same.
		at := eval[[]float64](p, `(() => {
			const svg = [...document.querySelectorAll(".one-series svg.chart")].find(s => s.checkVisibility());
			svg.scrollIntoView({block: "center", behavior: "instant"});
			const b = svg.querySelector('a[href$="total-2012"] .c-point').getBoundingClientRect();
			return [b.left + b.width / 2, b.top + b.height / 2];
		})()`)
		p.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
		p.shows(".one-series .tip", "2012", "493,468,755,410 USD")
		must.Equal(p.t, p.text(".downloads a[download]"), []string{"Download SVG", "Download CSV"})
		p.accessible()
	})
}

// TestCompareAClaimWithTheOfficialLine goes from the figure of the article to the
// comparison with the official series.
func TestCompareAClaimWithTheOfficialLine(t *testing.T) {
	bothWidths(t, "compare", "/figures/"+claim, func(p *opened) {
		p.do(chromedp.Click(chromedp.CSS(`.acts a[href$="/compare"]`)), chromedp.WaitVisible(chromedp.CSS(`form.query select[name="metric"]`)))
		p.shows("main .title", "US$860 billion", "860,000,000,000 USD")
		p.do(chromedp.SetValue(chromedp.CSS(`select[name="metric"]`), "bilateral-goods-trade"), chromedp.SetValue(chromedp.CSS(`input[name="period"]`), "2015"),
			chromedp.SetValue(chromedp.CSS(`input[name="as_of"]`), "2026-12-31"), chromedp.Click(chromedp.CSS(`form.query button`)), chromedp.WaitVisible(chromedp.CSS(`.comparison`)))
		p.shows("#compared", "Bilateral trade in goods", "Outside what the claim leaves open", "532,153,038,560 USD", "US Census Bureau")
		must.Equal(p.t, eval[int](p, `document.querySelectorAll(".rule svg .c-beside").length > 0 ? 1 : 0`), 1)
		p.shows(".rule", "860,000,000,000 USD", "532,153,038,560 USD")
		p.accessible()
	})
}

// TestSlideThroughVintages looks at a series as it was known before it was revised.
func TestSlideThroughVintages(t *testing.T) {
	api := here()
	api.Post(t, "/v1/metrics?metric_id=vintages", map[string]any{
		"displayName": "Output", "measuredProperty": "output", "statType": "VALUE", "temporalKind": "FLOW", "coverage": "goods",
		"defaultUnit": map[string]any{"system": "ISO4217", "code": "USD"}, "dimensions": []any{map[string]any{"id": "REF_AREA", "required": true}},
	}).OK(t)
	for release, numbers := range map[string][]string{"2021-03-31": {"100", "104"}, "2022-03-31": {"100", "106", "111"}, "2023-03-31": {"101", "107", "112", "118"}} {
		var observations []any
		for i, n := range numbers {
			observations = append(observations, map[string]any{"timePeriod": fmt.Sprint(2019 + i), "value": map[string]any{"value": n}})
		}
		api.Post(t, "/v1/figures:import", map[string]any{
			"template": map[string]any{
				"metric": "metrics/vintages", "unit": map[string]any{"system": "ISO4217", "code": "USD"}, "unitMult": 9,
				"releaseTime": map[string]any{"edtf": release}, "origin": map[string]any{"producer": "An office"},
			},
			"series": []any{map[string]any{"dimensions": map[string]any{"REF_AREA": "US"}, "frequency": "A", "observations": observations}},
		}).OK(t)
	}
	bothWidths(t, "vintages", "/metrics/vintages", func(p *opened) {
		p.shows("form.vintage", "today")
		must.Equal(p.t, len(p.text("#shown table.figures tbody tr")), 4)
		slide := func(to int) {
			p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.querySelector("input.slider"); s.value = %d; s.dispatchEvent(new Event("input", {bubbles: true})); })()`, to)))
		}
		slide(0)
		p.do(chromedp.WaitVisible(chromedp.CSS(`#shown tr.revised`)))
		must.Equal(p.t, len(p.text("#shown table.figures tbody tr")), 2)
		p.shows("form.vintage", "31 March 2021", "2 numbers differ from today’s, 2 not public yet")
		p.shows("#shown tr.revised", "today: 107,000,000,000 USD")
		p.accessible()
		p.finish()
		p.name += "-today"
		must.Contains(p.t, eval[string](p, `location.search`), "as_of=2021-03-31")
		must.Equal(p.t, eval[string](p, `document.querySelector("input.slider").getAttribute("aria-valuetext")`), "31 March 2021")
		// The new drawing answers as the first did.
		p.do(chromedp.Focus(chromedp.CSS(`#shown figure.plot`)), chromedp.KeyEvent(kb.End))
		p.shows("#shown .tip", "2020", "104,000,000,000 USD")
		slide(3)
		p.do(chromedp.WaitNotPresent(chromedp.CSS(`#shown tr.revised`)))
		must.Equal(p.t, len(p.text("#shown table.figures tbody tr")), 4)
		must.Equal(p.t, eval[string](p, `location.search`), "")
	})
	// An answer that fails does not say that nothing was public.
	p := open(t, "vintages-failed", "/metrics/vintages", desk)
	p.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const real = fetch, s = document.querySelector("input.slider");
		window.fetch = (url, ...more) => url.includes("as_of") ? Promise.resolve(new Response("", { status: 503 })) : real(url, ...more);
		s.value = 0;
		s.dispatchEvent(new Event("input", { bubbles: true }));
	})()`), chromedp.Poll[chromedp.Void](`document.querySelector("output.told").textContent.includes("could not be read")`))
	must.Equal(t, len(p.text("#shown table.figures tbody tr")), 4)
	p.finish()
}

// misread puts a figure on record that is wrong, and another that is computed from it.
func misread(t *testing.T, id string) {
	t.Helper()
	api := here()
	if api.Get(t, "/v1/metrics/misread").Code != 200 {
		api.Post(t, "/v1/metrics?metric_id=misread", map[string]any{
			"displayName": "Aid that was misread", "measuredProperty": "aid", "statType": "VALUE", "temporalKind": "FLOW",
			"defaultUnit": map[string]any{"system": "ISO4217", "code": "USD"}, "dimensions": []any{map[string]any{"id": "REF_AREA", "required": true}},
		}).OK(t)
	}
	api.Post(t, "/v1/figures?figure_id="+id, map[string]any{
		"metric": "metrics/misread", "dimensions": map[string]any{"REF_AREA": "MY"}, "timePeriod": map[string]any{"edtf": "2010"}, "frequency": "A",
		"valueKind": "POINT", "value": map[string]any{"value": "9"}, "unit": map[string]any{"system": "ISO4217", "code": "USD"}, "unitMult": 6,
		"origin": map[string]any{"producer": "An office of " + id},
	}).OK(t)
}

// TestCorrectAFigureByTheForm: the dry run shows what would change, then it is on record.
func TestCorrectAFigureByTheForm(t *testing.T) {
	for i, width := range []int64{desk, phone} {
		id := fmt.Sprintf("misread-form-%d", i)
		misread(t, id)
		p := open(t, fmt.Sprintf("correct-%d", width), "/figures/"+id, width)
		p.do(chromedp.Click(chromedp.CSS(`.acts a[href$="/correct"]`)), chromedp.WaitVisible(chromedp.CSS(`form.correct`)))
		p.do(chromedp.SendKeys(chromedp.CSS(`textarea[name="reason"]`), "A six was read as a nine."),
			chromedp.SetValue(chromedp.CSS(`input[name="value.value"]`), "6"), chromedp.Click(chromedp.CSS(`form.correct button.primary`)), chromedp.WaitVisible(chromedp.CSS(`#outcome table`)))
		p.shows("#outcome", "What would change", "Value", "9", "6")
		p.accessible()
		p.finish()
		p.name += "-done"
		must.Contains(t, string(here().Get(t, "/v1/figures/"+id).OK(t).Body), `"value":{"value":"9"}`) // nothing was written
		p.do(chromedp.Click(chromedp.CSS(`button.record`)), chromedp.WaitVisible(chromedp.CSS(`#outcome .good`)))
		p.shows("#outcome", "On record.")
		must.Contains(t, string(here().Get(t, "/v1/figures/"+id).OK(t).Body), `"value":{"value":"6"}`)
		p.finish()
		list := open(t, fmt.Sprintf("corrections-%d", width), "/corrections?kind=ERROR", width)
		list.accessible()
		list.shows("main", "A six was read as a nine.", "Aid that was misread (MY), 2010: 6,000,000 USD", "Its series")
		list.finish()
	}
}

// TestCorrectAStatementByTheForm corrects a role at the time, and is told what is refused.
func TestCorrectAStatementByTheForm(t *testing.T) {
	p := open(t, "correct-statement", "/statements/goods-trade-note-infrastructure/correct", desk)
	p.do(chromedp.WaitVisible(chromedp.CSS(`form.correct`)), chromedp.SendKeys(chromedp.CSS(`textarea[name="reason"]`), "Only to see."),
		chromedp.SetValue(chromedp.CSS(`input[name="statementTime.edtf"]`), "2022-02-31"), chromedp.Click(chromedp.CSS(`form.correct button.primary`)),
		chromedp.WaitVisible(chromedp.CSS(`#outcome .grave`)))
	p.shows("#outcome", "Refused.", "When it was said: ") // under the name that the form has for the field
	must.False(t, strings.Contains(strings.Join(p.text("#outcome"), ""), "statementTime"), "a reader is told the name of a field of the API")
	p.problems = nil // the browser reports the 400 itself
	p.do(chromedp.SetValue(chromedp.CSS(`input[name="statementTime.edtf"]`), "2022-07"), chromedp.Click(chromedp.CSS(`form.correct button.primary`)), chromedp.WaitVisible(chromedp.CSS(`#outcome table`)))
	p.shows("#outcome", "When it was said", "2022-07-12", "2022-07")
	p.finish()
}

// TestACorrectionOfWhatChangedMeanwhileIsRefused: what another editor put right after the
// form was opened is not written over.
func TestACorrectionOfWhatChangedMeanwhileIsRefused(t *testing.T) {
	misread(t, "misread-twice")
	p := open(t, "correct-changed", "/figures/misread-twice/correct", desk)
	p.do(chromedp.WaitVisible(chromedp.CSS(`form.correct`)))
	here().Post(t, "/v1/figures/misread-twice:correct", map[string]any{
		"kind": "ERROR", "reason": "A six was read as a nine.", "figure": map[string]any{"value": map[string]any{"value": "6"}},
	}).OK(t)
	p.do(chromedp.SendKeys(chromedp.CSS(`textarea[name="reason"]`), "It is eight."), chromedp.SetValue(chromedp.CSS(`input[name="value.value"]`), "8"),
		chromedp.Click(chromedp.CSS(`form.correct button.primary`)), chromedp.WaitVisible(chromedp.CSS(`#outcome .grave`)))
	p.shows("#outcome", "Refused. Somebody changed it since this page was opened")
	p.finish()
}

// TestSeeACorrectionArriveLive: a page that is open says what was corrected since, and
// shows it.
func TestSeeACorrectionArriveLive(t *testing.T) {
	misread(t, "misread-live")
	p := open(t, "live", "/figures/misread-live", desk)
	p.shows("main", "9,000,000 USD")
	// The connection stands once the first heartbeat came.
	p.do(chromedp.Poll[chromedp.Void](`document.getElementById("live").dataset.open === "true"`))
	here().Post(t, "/v1/figures/misread-live:correct", map[string]any{
		"kind": "ERROR", "reason": "A six was read as a nine.", "figure": map[string]any{"value": map[string]any{"value": "6"}},
	}).OK(t)
	p.do(chromedp.WaitVisible(chromedp.CSS(`#live.shown`)), chromedp.WaitVisible(chromedp.CSS(`#history.fresh`)))
	p.shows("#live", "This figure was corrected.", "Show the page as it is now")
	p.shows("#history", "correct")
	p.shows("#card", "6,000,000 USD")
	p.shows("#corrected", "A six was read as a nine.")
	p.accessible()
	p.finish()
	p.name += "-again"
	p.do(chromedp.Click(chromedp.CSS(`#live a`)), chromedp.WaitNotPresent(chromedp.CSS(`#live.shown`)), chromedp.WaitVisible(chromedp.CSS(`footer.bottom`)))
	p.shows("main", "6,000,000 USD", "A six was read as a nine.")
	p.finish()
}

// TestMeasuringWithoutScript: the vintages are a form, the marks links, the table has all,
// and who wants to correct is told how.
func TestMeasuringWithoutScript(t *testing.T) {
	p := openWithoutScript(t, "metric-without-script", tradeSeries)
	p.shows("main", "United States (US) · Mexico (MX) · TOTAL, yearly", "Show beside", "Download SVG")
	p.shows("#shown table", "493,468,755,410 USD", "United States trade in goods with Mexico, 1985 to 2015")
	must.True(t, eval[int](p, `document.querySelectorAll("svg a.c-mark[href]").length`) > 60, "the marks are no links")
	p = openWithoutScript(t, "correct-without-script", "/figures/"+claim+"/correct")
	p.shows("main", "The form needs JavaScript.", "curl -X POST", "/v1/figures/"+claim+":correct", "If-Match:")
	must.Equal(t, len(p.text("form.correct")), 0)
	p = openWithoutScript(t, "compare-without-script", "/figures/"+claim+"/compare?metric=bilateral-goods-trade&period=2015&as_of=2026-12-31")
	p.shows("main", "532,153,038,560 USD", "Outside what the claim leaves open")
}
