package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// watchEvents makes the page's next connection window.events, and has the server refuse it
// if the page goes on where it stopped and refuse is true.
const watchEvents = `(refuse) => {
	const Real = EventSource;
	window.EventSource = class extends Real {
		constructor(url) {
			super(refuse && url.includes("resume_token") ? "/v1/changes?resume_token=lost" : url);
			window.events = this;
			window.asked = (window.asked || []).concat(url.includes("resume_token"));
		}
	};
	document.getElementById("live").dataset.open = "";
	window.dispatchEvent(new Event("pagehide"));
}`

// live is that the page has a connection that stands.
const live = `document.getElementById("live").dataset.open === "true"`

// TestALivePageThatIsRefusedIsReadAgain: the record was restored, say, and does not know
// any more where the page stopped. What changed meanwhile is shown all the same.
func TestALivePageThatIsRefusedIsReadAgain(t *testing.T) {
	misread(t, "misread-refused")
	p := open(t, "live-refused", "/figures/misread-refused", desk)
	p.do(chromedp.Poll[chromedp.Void](live), chromedp.Evaluate[chromedp.Void]("("+watchEvents+")(true)"))
	here().Post(t, "/v1/figures/misread-refused:correct", map[string]any{
		"kind": "ERROR", "reason": "A six was read as a nine.", "figure": map[string]any{"value": map[string]any{"value": "6"}},
	}).OK(t)
	p.do(chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event("pageshow"))`),
		chromedp.Poll[chromedp.Void](live), chromedp.WaitVisible(chromedp.CSS(`#live.shown`)), chromedp.WaitVisible(chromedp.CSS(`#history.fresh`)))
	p.shows("#live", "This page may have changed.", "Show the page as it is now")
	p.shows("#card", "6,000,000 USD")
	p.do(chromedp.Poll[chromedp.Void](`window.asked.join() === "true,false"`))
	p.problems = nil // the browser reports the refusal itself
	p.finish()
}

// TestALivePageTellsThatItsFigureBecameConfidential: what readers can read no longer is not
// left before them as if nothing had happened.
func TestALivePageTellsThatItsFigureBecameConfidential(t *testing.T) {
	misread(t, "misread-withdrawn")
	p := open(t, "live-withdrawn", "/figures/misread-withdrawn", desk)
	p.do(chromedp.Poll[chromedp.Void](live))
	here().Do(t, client.Request{Method: "PATCH", Path: "/v1/figures/misread-withdrawn", Body: map[string]any{"confStatus": "C"}}).OK(t)
	p.do(chromedp.WaitVisible(chromedp.CSS(`#live.shown`)))
	p.shows("#live", "This figure became confidential.", "Show the page as it is now")
	p.finish()
}

// inTheBackground hides a page until it is looked at.
const inTheBackground = `Object.defineProperty(document, "hidden", { get: () => !window.looked })`

// TestALivePageOpenedInTheBackground is told what changed before anybody looked at it, and
// not what it showed from the first.
func TestALivePageOpenedInTheBackground(t *testing.T) {
	misread(t, "misread-unseen")
	correct := func(to string) {
		here().Post(t, "/v1/figures/misread-unseen:correct", map[string]any{
			"kind": "ERROR", "reason": "A digit was misread.", "figure": map[string]any{"value": map[string]any{"value": to}},
		}).OK(t)
	}
	correct("8")
	p := blank(t, "live-unseen", desk, "light")
	_, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: inTheBackground})
	must.OK(t, err)
	p.visit("/figures/misread-unseen")
	must.False(t, eval[bool](p, live), "a page that nobody looks at has a connection")
	p.shows("#card", "8,000,000 USD")
	correct("6")
	p.do(chromedp.Evaluate[chromedp.Void](`window.looked = true; document.dispatchEvent(new Event("visibilitychange"))`),
		chromedp.WaitVisible(chromedp.CSS(`#live.shown`)), chromedp.WaitVisible(chromedp.CSS(`#history.fresh`)))
	p.shows("#live", "This figure was corrected. Show") // and no more
	p.shows("#card", "6,000,000 USD")
	p.finish()
}

// TestALivePageTellsDuringABulkLoad: changes that do not pause keep nothing back, and many
// are counted.
func TestALivePageTellsDuringABulkLoad(t *testing.T) {
	misread(t, "misread-bulk")
	p := open(t, "live-bulk", "/figures/misread-bulk", desk)
	p.do(chromedp.Poll[chromedp.Void](live), chromedp.Evaluate[chromedp.Void]("("+watchEvents+")(false)"),
		chromedp.Evaluate[chromedp.Void](`window.dispatchEvent(new Event("pageshow"))`), chromedp.Poll[chromedp.Void](live),
		chromedp.Evaluate[chromedp.Void](`(() => {
			let count = 0;
			const load = () => {
				for (let i = 0; i < 200; i++) {
					window.events.dispatchEvent(new MessageEvent("CREATED", { data: JSON.stringify({ metrics: { name: "figures/bulk" + count++ } }) }));
				}
			};
			load();
			setInterval(load, 50);
		})()`),
		chromedp.WaitVisible(chromedp.CSS(`#live.shown`)))
	p.do(chromedp.Poll[chromedp.Void](`/^figures\/bulk\d+ is new on record, and \d{3,} more\./.test(document.getElementById("live").textContent)`))
	p.problems = nil // the browser reports the connection that the page let go of
	p.finish()
}
