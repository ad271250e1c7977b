package browser_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestHome(t *testing.T) {
	bothWidths(t, "home", "/", func(p *opened) {
		p.shows("main h1", "What was said, and what was measured.")
		p.shows("main",
			"Joe Biden and Andrés Manuel López Obrador meet in San Francisco",
			"US–Mexico goods trade, 1985 to 2015: a note",
			"United States trade in goods with Mexico, 1985 to 2015",
			"Bilateral trade in goods", "Length of a land border")
	})
}

// TestNote reads a text with its facts: every one is marked where it stands and
// has its card.
func TestNote(t *testing.T) {
	bothWidths(t, "note", "/documents/goods-trade-note", func(p *opened) {
		p.shows("main h1", "US–Mexico goods trade, 1985 to 2015: a note")
		p.shows(".text", "The climb was not steady.", "we’re also making historic investments")
		p.shows(".text a.hl", "2,000-mile border", "US$19.1 billion", "more than", "said")
		p.shows(".cards", "Joe Biden", "President of the United States", "The source calls it")
		must.Equal(p.t, len(p.text(".cards > article")), 8)
		// Every mark leads to a card that is there.
		must.Equal(p.t, eval[[]string](p, `[...document.querySelectorAll(".text a.hl")].map(a => a.getAttribute("href"))
			.filter(h => !h.startsWith("#") || !document.getElementById(h.slice(1)))`), []string{})
		// The marks are the text and nothing but the text.
		must.Contains(p.t, eval[string](p, `document.querySelector(".text").textContent.replace(/\s+/g, " ")`),
			"“we’re also making historic investments in infrastructure modernization across our 2,000-mile border with Mexico.”")
		// Marks can be told from the text and from each other.
		must.True(p.t, eval[int](p, `new Set([...document.querySelectorAll(".text a.hl")].map(a => getComputedStyle(a).backgroundColor + getComputedStyle(a).borderBottom)).size`) >= 3,
			"all marks look alike")
	})
}

// TestArticle reads the facts of a text that is withheld.
func TestArticle(t *testing.T) {
	bothWidths(t, "article", "/documents/afp-2023-11-18", func(p *opened) {
		p.shows("main h1", "Joe Biden and Andrés Manuel López Obrador meet in San Francisco")
		p.shows("main", "The text is withheld.", "4,031")
		must.Equal(p.t, len(p.text(".withheld > article")), 23)
		p.shows(".withheld", "couldn’t have a better partner", "US$860 billion", "3,000 km", "the highest ever", "S$18 billion")
		must.Equal(p.t, eval[int](p, `document.querySelectorAll(".text").length`), 0)
	})
}

// TestMetric sees the series drawn.
func TestMetric(t *testing.T) {
	bothWidths(t, "metric", "/metrics/bilateral-goods-trade", func(p *opened) {
		p.shows("main h1", "Bilateral trade in goods")
		p.shows("main", "goods only, Census basis")
		charts := eval[[]float64](p, `[...document.querySelectorAll("main figure svg")].filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().width * e.getBoundingClientRect().height)`)
		must.True(p.t, len(charts) >= 3, "%d charts are drawn, want one for each of three series", len(charts))
		must.True(p.t, slices.Min(charts) > 10_000, "a chart is too small to be seen: %v", charts)
		marks := eval[[]int](p, `[...document.querySelectorAll("main figure svg")].filter(e => e.checkVisibility()).map(e => e.querySelectorAll("path, circle, line, polyline, rect").length)`)
		must.True(p.t, slices.Min(marks) > 10, "a chart has next to nothing in it: %v", marks)
		labels := eval[int](p, `[...document.querySelectorAll("main figure svg")].filter(e => e.checkVisibility() && (e.getAttribute("aria-label") || e.querySelector("title"))).length`)
		must.Equal(p.t, labels, len(charts))
	})
}

// TestFigure sees one figure with all that is known of it.
func TestFigure(t *testing.T) {
	bothWidths(t, "figure", "/figures/afp-2023-11-18-bilateral-trade", func(p *opened) {
		p.shows("main", "US$860 billion", "2022", "last year", "Bilateral trade")
	})
}

// TestFromHomeToAQuote goes where a reader goes: search, statement, document.
func TestFromHomeToAQuote(t *testing.T) {
	p := open(t, "walk", "/", desk)
	p.do(
		chromedp.SendKeys(chromedp.CSS(`main form input[name="q"]`), `"infrastructure modernization"`),
		chromedp.Submit(chromedp.CSS(`main form`)),
		chromedp.WaitVisible(chromedp.CSS(`main .words a`)),
	)
	p.shows("main .words", "historic investments")
	p.do(chromedp.Click(chromedp.CSS(`main .words a`)), chromedp.WaitVisible(chromedp.CSS(`main article.card`)))
	p.shows("main", "Joe Biden", "White House", "12 July 2022")
	p.finish()
}

// TestMissingPage says so, as a page.
func TestMissingPage(t *testing.T) {
	p := open(t, "missing", "/documents/nothing", phone)
	p.shows("main", "404")
	must.True(t, len(p.problems) > 0, "the page is not answered with an error code")
	p.problems = nil // the browser reports the 404 itself
	p.finish()
}

// TestOtherPages fit and report nothing.
func TestOtherPages(t *testing.T) {
	for i, path := range []string{
		"/documents", "/statements", "/figures", "/metrics", "/entities", "/docs", "/search?q=border",
		"/entities/joe-biden", "/statements/goods-trade-note-infrastructure", "/documents/us-mexico-goods-trade", "/metrics/border-length",
	} {
		t.Run(path, func(t *testing.T) { open(t, fmt.Sprintf("other-%d", i), path, phone).finish() })
	}
}
