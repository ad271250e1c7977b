package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAskAMetricOtherwise plots a series, asks for its percent change by the form,
// and comes back.
func TestAskAMetricOtherwise(t *testing.T) {
	const series = "/metrics/bilateral-goods-trade?dimensions%5BREF_AREA%5D=US&dimensions%5BCOUNTERPART_AREA%5D=MX&dimensions%5BFLOW%5D=TOTAL&frequency=A"
	bothWidths(t, "query", series, func(p *opened) {
		p.shows("main h2", "United States (US) · Mexico (MX) · TOTAL, yearly", "Sources of the figures shown", "Vintages")
		p.do(chromedp.Click(chromedp.CSS(`.otherwise summary`)), chromedp.SetValue(chromedp.CSS(`select[name="transform"]`), "PC1"))
		p.do(chromedp.SetValue(chromedp.CSS(`input[name="period"]`), "2010/2015"))
		p.do(chromedp.Click(chromedp.CSS(`form.query button`)), chromedp.WaitVisible(chromedp.CSS(`form.query a`)))
		p.shows("form.query", "without these choices")
		must.Contains(p.t, eval[string](p, `document.querySelector(".one-series svg").textContent`), "Percent change from a year ago.")
		p.shows(".one-series table", "a change of")
		// Every drawing says what it is to those who do not see it.
		must.Equal(p.t, eval[int](p, `[...document.querySelectorAll("svg.chart")].filter(s => !s.querySelector("title") || !s.querySelector("desc").textContent.includes("Percent change")).length`), 0)
		p.do(chromedp.Click(chromedp.CSS(`form.query a`)), chromedp.WaitNotPresent(chromedp.CSS(`form.query a`)),
			chromedp.WaitVisible(chromedp.CSS(`.one-series table`)), chromedp.WaitVisible(chromedp.CSS(`footer.bottom`)))
		p.shows(".one-series table", "532,153,038,560 USD")
	})
}

// TestADrawingOfItsOwn opens the drawing that a query answers as a file.
func TestADrawingOfItsOwn(t *testing.T) {
	tab, closeTab := newTab()
	defer closeTab()
	must.OK(t, chromedp.Do(tab, chromedp.Navigate(base+"/v1/metrics/bilateral-goods-trade:query?frequency=A&format=svg")))
	size, err := chromedp.Run(tab, chromedp.Evaluate[[]float64](`(() => {
		const box = document.documentElement.getBoundingClientRect(), line = getComputedStyle(document.querySelector(".c-line"))
		return [box.width, box.height, document.querySelectorAll("path.c-point").length, line.strokeWidth === "2px" ? 1 : 0]
	})()`))
	must.OK(t, err)
	must.True(t, size[0] >= 700 && size[1] >= 400 && size[2] >= 90 && size[3] == 1, "%v", size)
}
