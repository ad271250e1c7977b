package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// faint names the fields whose border a reader cannot see: WCAG 1.4.11 asks for a contrast
// of 3 to 1 with what is around them, and axe-core does not measure it.
const faint = `(() => {
	const channels = (color) => color.match(/[\d.]+/g).map(Number);
	const light = (color) => channels(color).slice(0, 3).map(c => c / 255)
		.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = (e) => { for (let a = e; a; a = a.parentElement) if ((channels(getComputedStyle(a).backgroundColor)[3] ?? 1) > 0) return getComputedStyle(a).backgroundColor; };
	return [...document.querySelectorAll("main input, main select, main textarea, header input")].filter(e => e.checkVisibility() && e.type !== "hidden" && e.type !== "range").map(e => {
		const [a, b] = [light(getComputedStyle(e).borderTopColor), light(ground(e.parentElement))].sort((x, y) => y - x);
		return [e, (a + 0.05) / (b + 0.05)];
	}).filter(([, contrast]) => contrast < 3).map(([e, contrast]) => e.tagName + " " + e.name + " " + contrast.toFixed(2));
})()`

// low names what is to be tapped and stands by itself, not in a line of text, and is less
// than 24 pixels high (WCAG 2.5.8).
const low = `[...document.querySelectorAll("a, button, select, input, summary, textarea")]
	.filter(e => e.checkVisibility() && getComputedStyle(e).display !== "inline" && !e.closest("svg, .skip"))
	.map(e => [e, e.getBoundingClientRect().height]).filter(([e, high]) => high > 0 && high < 23.9)
	.map(([e, high]) => e.tagName + "." + e.className + " " + high + " " + e.innerText)`

// TestControlsAreSeenAndReached measures the borders of all fields and the heights of all
// that is tapped, on every page in both colour schemes.
func TestControlsAreSeenAndReached(t *testing.T) {
	for _, page := range pages {
		if page.name == "reference" {
			continue // its fields are those of its own program
		}
		t.Run(page.name, func(t *testing.T) {
			for _, look := range looks {
				p := openIn(t, fmt.Sprintf("controls-%s-%s", page.name, look.scheme), page.path, look.width, look.scheme)
				must.Equal(t, eval[[]string](p, faint), []string{})
				must.Equal(t, eval[[]string](p, low), []string{})
				p.finish()
			}
		})
	}
}

// TestAHoverCardIsInTheWindow points at every passage in a window with little room above
// and below.
func TestAHoverCardIsInTheWindow(t *testing.T) {
	p := open(t, "hover-card", "/documents/goods-trade-note", desk)
	p.do(chromedp.EmulateViewport(desk, 260))
	must.Equal(t, eval[[]string](p, `[...document.querySelectorAll("#text a.hl")].flatMap(a => {
		a.scrollIntoView({ block: "center", behavior: "instant" });
		const at = a.getClientRects()[0];
		a.dispatchEvent(new PointerEvent("pointerenter", { pointerType: "mouse", clientX: at.left + 2, clientY: at.top + 2 }));
		const card = document.getElementById("tip")?.getBoundingClientRect();
		if (card && card.height > 0 && card.top >= 0 && card.bottom <= innerHeight && card.right <= innerWidth) return [];
		return [a.textContent + ": " + JSON.stringify(card)];
	})`), []string{})
	p.finish()
}

// TestChosenColoursTellThePage looks at the menu where the reader's system chooses the
// colours: a line is only under the page that is open.
func TestChosenColoursTellThePage(t *testing.T) {
	p := open(t, "forced-colors", "/metrics", desk)
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
	})
	must.OK(t, err)
	must.Equal(t, eval[[]string](p, `[...document.querySelectorAll(".top nav a")]
		.filter(a => getComputedStyle(a).borderBottomColor !== getComputedStyle(document.body).backgroundColor).map(a => a.textContent)`), []string{"Metrics"})
	p.finish()
}

// TestAComparisonSpeaksOfMetricsByTheirNames, not by their resource names, as the API does.
func TestAComparisonSpeaksOfMetricsByTheirNames(t *testing.T) {
	p := open(t, "compare-words", "/figures/afp-2023-11-18-bilateral-trade/compare", desk)
	p.shows("#compared .notice", "“Bilateral trade” has none but the claimed figure itself")
	p.finish()
}

// TestNoColumnIsEmpty: statistical data has no printed words and few remarks.
func TestNoColumnIsEmpty(t *testing.T) {
	for i, path := range []string{"/figures?metric=bilateral-goods-trade", "/metrics/bilateral-goods-trade", "/metrics/border-length"} {
		p := open(t, fmt.Sprintf("columns-%d", i), path, desk)
		must.True(t, eval[int](p, `document.querySelectorAll("table.figures").length`) > 0, "%s has no table", path)
		must.Equal(t, eval[[]string](p, `(document.querySelectorAll("details.table").forEach(d => d.open = true), [...document.querySelectorAll("table.figures")].flatMap(table =>
			[...table.tHead.rows[0].cells].filter((head, i) => head.checkVisibility() && [...table.tBodies[0].rows].every(row => row.cells[i].innerText.trim() === "")).map(head => head.textContent)))`), []string{})
		p.finish()
	}
}
