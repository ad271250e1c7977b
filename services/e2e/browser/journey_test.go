package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJourneyFromAQuoteToItsCitation goes where an editor goes who checks a quote: finds it
// by its words, reads it where it stands in its document, and takes the citation, whose
// permalink shows the same again.
func TestJourneyFromAQuoteToItsCitation(t *testing.T) {
	p := open(t, "journey-cite", "/", desk)
	p.do(
		chromedp.SendKeys(chromedp.CSS(`main form input[name="q"]`), `"infrastructure modernization"`),
		chromedp.Submit(chromedp.CSS(`main form`)),
		chromedp.WaitVisible(chromedp.CSS(`main .row mark`)),
	)
	p.shows("main .row mark", "infrastructure", "modernization")
	p.do(chromedp.Click(chromedp.CSS(`main .row .words a`)), chromedp.WaitVisible(chromedp.CSS(`main article.card footer`)))
	p.shows("main", "Joe Biden", "President of the United States", "12 July 2022", "The speaker’s own words; compared with the text")
	p.do(chromedp.Click(chromedp.CSS(`main article.card footer a[href^="/documents/"]`)), chromedp.WaitVisible(chromedp.CSS(`.text a.hl`)))
	must.True(t, eval[bool](p, `document.querySelector(".cards .card:target").getBoundingClientRect().top < innerHeight`), "the card of the quote is not in sight")

	p.do(chromedp.Click(chromedp.CSS(`.cards .card:target a[data-cite]`)), chromedp.WaitVisible(chromedp.CSS(`dialog #cite-text`)))
	p.shows("dialog", "Joe Biden", "CSL-JSON", "Copy")
	p.accessible()
	p.keep()
	link := eval[string](p, `document.querySelector("dialog #cite-permalink").href`)
	must.Contains(t, link, "/statements/goods-trade-note-infrastructure?read_time=")
	must.Equal(t, eval[string](p, `JSON.parse(document.querySelector("dialog #cite-csl").textContent)[0].URL`), link)
	p.do(chromedp.KeyEvent("\x1b"), chromedp.WaitNotPresent(chromedp.CSS(`dialog`)))
	p.finish()

	again := open(t, "journey-permalink", strings.TrimPrefix(link, base), desk)
	again.shows("main", "The record as it stood on", "As it stands now", "historic investments")
	again.finish()
}

// TestJourneyFromASearchToASeries goes where an analyst goes who knows the name of a metric and
// nothing that is in a text: from the first page to its line.
func TestJourneyFromASearchToASeries(t *testing.T) {
	p := open(t, "journey-metric", "/", phone)
	p.do(
		chromedp.SendKeys(chromedp.CSS(`main form input[name="q"]`), `merchandise`),
		chromedp.Submit(chromedp.CSS(`main form`)),
		chromedp.WaitVisible(chromedp.CSS(`#metrics .tiles a`)),
	)
	p.shows("#metrics", "Metrics called so", "Bilateral trade in goods", "goods only, Census basis")
	p.accessible()
	p.do(chromedp.Click(chromedp.CSS(`#metrics .tiles a`)), chromedp.WaitVisible(chromedp.CSS(`#shown .narrow .chart`)))
	p.shows("main h1", "Bilateral trade in goods")
	p.finish()
}

// focused is what the keyboard stands on: its words, and those that describe it.
const focused = `(() => { const e = document.activeElement; return [e.innerText, document.getElementById(e.getAttribute("aria-describedby"))?.innerText ?? ""].join("\n") })()`

// tipAtPassage is whether the hover card stands right below or above the passage that the
// keyboard is on.
const tipAtPassage = `(() => {
	const tip = document.querySelector(".tip").getBoundingClientRect();
	const box = document.activeElement.getClientRects()[0];
	return Math.abs(tip.top - box.bottom) < 12 || Math.abs(box.top - tip.bottom) < 12 || tip.height > innerHeight / 2;
})()`

// TestJourneyByKeyboard reads a document without a mouse: every passage is reached in the
// order of the text, says what is known of it, and leads to its card and back.
func TestJourneyByKeyboard(t *testing.T) {
	p := open(t, "journey-keyboard", "/documents/goods-trade-note", desk)
	p.do(chromedp.KeyEvent("\t"))
	must.Contains(t, eval[string](p, focused), "To the content")
	p.do(chromedp.KeyEvent("\r"))
	must.Equal(t, eval[string](p, `document.activeElement.id`), "main")

	passages := eval[int](p, `document.querySelectorAll(".text a.hl").length`)
	seen := map[string]bool{}
	for range passages {
		p.do(chromedp.KeyEvent("j"))
		words := eval[string](p, focused)
		must.True(t, strings.Contains(words, "Certainty") && strings.Contains(words, "Speaker") || strings.Contains(words, "Period"), "says nothing of %q", words)
		seen[eval[string](p, `document.activeElement.hash + document.activeElement.innerText`)] = true
		p.do(chromedp.Poll[chromedp.Void](`(() => { const box = document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight })()`))
		p.do(chromedp.Poll[chromedp.Void](tipAtPassage))
	}
	must.Equal(t, len(seen), passages)
	p.accessible()
	p.do(chromedp.KeyEvent("\x1b"))
	must.Equal(t, eval[int](p, `document.querySelectorAll(".tip").length`), 0)

	p.do(chromedp.KeyEvent("k"), chromedp.KeyEvent("\r"))
	must.Equal(t, eval[string](p, `document.querySelector(".card.shown").id`), eval[string](p, `document.activeElement.hash.slice(1)`))
	p.do(chromedp.KeyEvent("/"))
	must.Equal(t, eval[string](p, `document.activeElement.id`), "q")
	p.do(chromedp.KeyEvent("dry quay\r"), chromedp.WaitVisible(chromedp.CSS(`main .help`)))
	p.shows("main", "No statement or figure matches.")
	p.finish()
}

// TestJourneyByKeyboardThroughResults steps through what a search found.
func TestJourneyByKeyboardThroughResults(t *testing.T) {
	p := open(t, "journey-results", "/search?q=border", desk)
	rows := eval[int](p, `document.querySelectorAll(".results .row").length`)
	must.True(t, rows > 1, "%d results", rows)
	for range rows {
		p.do(chromedp.KeyEvent("j"))
	}
	must.True(t, eval[bool](p, `document.activeElement === [...document.querySelectorAll(".results .words a")].at(-1)`), "the last result is not reached")
	p.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS(`main article.card`)))
	p.finish()
}

// TestHoverCard points at a passage.
func TestHoverCard(t *testing.T) {
	p := open(t, "hover", "/documents/goods-trade-note", desk)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".text a.hl.st-direct").scrollIntoView({ block: "center" })`))
	box := eval[[]float64](p, `(() => { const b = document.querySelector(".text a.hl.st-direct").getClientRects()[0]; return [b.left + 20, b.top + b.height / 2] })()`)
	p.do(point(box[0], box[1]), chromedp.WaitVisible(chromedp.CSS(`.tip`)))
	p.shows(".tip", "Direct quotation", "Joe Biden", "President of the United States", "12 July 2022", "The speaker’s own words")
	must.Equal(t, eval[int](p, `document.querySelectorAll(".tip a").length`), 0)
	must.True(t, eval[bool](p, `(() => { const b = document.querySelector(".tip").getBoundingClientRect(); return b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight })()`), "the hover card reaches out of the window")
	p.accessible()
	p.keep()
	p.do(point(2, 2), chromedp.WaitNotPresent(chromedp.CSS(`.tip`)))
	p.finish()
}

// TestSheetOnAPhone touches a passage where there is no room for cards beside it.
func TestSheetOnAPhone(t *testing.T) {
	p := open(t, "sheet", "/documents/goods-trade-note", phone)
	p.do(chromedp.Click(chromedp.CSS(`.text a.hl`)), chromedp.WaitVisible(chromedp.CSS(`dialog.sheet .card`)))
	first := p.text("dialog.sheet .card")
	p.accessible()
	p.keep()
	p.do(chromedp.Click(chromedp.CSS(`.bar button:nth-child(2)`)))
	must.NotEqual(t, strings.Join(p.text("dialog.sheet .card"), "\n"), strings.Join(first, "\n"))
	p.do(chromedp.Click(chromedp.CSS(`.bar button:nth-child(3)`)))
	must.True(t, eval[bool](p, `document.activeElement.matches(".text a.hl")`), "the keyboard is not back in the text")
	p.finish()
}

// TestTimeline sees what an entity said, along time.
func TestTimeline(t *testing.T) {
	bothWidths(t, "timeline", "/entities/joe-biden", func(p *opened) {
		p.shows("main h1", "Joe Biden")
		p.shows(".timeline h3", "2023", "2022")
		p.shows(".timeline", "historic investments", "12 July 2022")
		must.True(p.t, eval[int](p, `document.querySelectorAll(".strip .map-fact").length`) > 1, "nothing on the line")
	})
}

// TestWithoutScript reads, searches and cites with JavaScript switched off.
func TestWithoutScript(t *testing.T) {
	p := openWithoutScript(t, "plain-document", "/documents/goods-trade-note")
	must.Contains(t, p.html(), `href="#statement-goods-trade-note-infrastructure"`)
	p.do(chromedp.Click(chromedp.CSS(`.title .act[data-cite]`)), chromedp.WaitVisible(chromedp.CSS(`#cite-text`)))
	must.Contains(t, p.html(), "/documents/goods-trade-note?read_time=")
}
