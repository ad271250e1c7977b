package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// The widths at which pages are looked at: a desk and a small phone.
const (
	desk  = 1280
	phone = 360
)

// patience bounds all that is done with one page.
const patience = 60 * time.Second

// opened is a page in a tab of its own.
type opened struct {
	t    *testing.T
	ctx  context.Context
	name string

	mu       sync.Mutex
	problems []string
}

// open opens a page and waits until it is drawn. When the test ends, the page
// must have reported no error.
func open(t *testing.T, name, path string, width int64) *opened {
	t.Helper()
	return openIn(t, name, path, width, "light")
}

// openIn is open in one of the two colour schemes, "light" or "dark".
func openIn(t *testing.T, name, path string, width int64, scheme string) *opened {
	t.Helper()
	p := blank(t, name, width, scheme)
	p.visit(path)
	return p
}

// openWithoutScript is open with JavaScript switched off.
func openWithoutScript(t *testing.T, name, path string) *opened {
	t.Helper()
	p := blank(t, name, desk, "light")
	_, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must.OK(t, err)
	p.visit(path)
	return p
}

// blank is a tab that shows nothing yet.
func blank(t *testing.T, name string, width int64, scheme string) *opened {
	t.Helper()
	tab, closeTab := newTab()
	t.Cleanup(closeTab)
	p := &opened{t: t, name: name}
	must.OK(t, chromedp.Listen(tab, p.listen)) // opens the tab, which must outlive the limit of time
	ctx, cancel := context.WithTimeout(tab, patience)
	t.Cleanup(cancel)
	p.ctx = ctx
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
	must.OK(t, err)
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	must.OK(t, err)
	p.do(chromedp.EmulateViewport(width, 900))
	return p
}

func (p *opened) visit(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// html is the page as it stands.
func (p *opened) html() string {
	p.t.Helper()
	html, err := chromedp.Run(p.ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	must.OK(p.t, err)
	return html
}

// point moves the mouse, without a click.
func point(x, y float64) chromedp.Action[chromedp.Void] {
	return chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)
}

// watchPolicy notes what the Content-Security-Policy forbids.
const watchPolicy = `window.forbidden = [];
document.addEventListener("securitypolicyviolation", (e) => window.forbidden.push(e.violatedDirective + " " + e.blockedURI));`

// listen notes everything that a developer would see in red.
func (p *opened) listen(event any) {
	switch event := event.(type) {
	case *runtime.EventConsoleAPICalled:
		switch event.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert:
			var words []string
			for _, argument := range event.Args {
				words = append(words, string(argument.Value)+argument.Description)
			}
			p.problem("console %s: %s", event.Type, strings.Join(words, " "))
		default:
		}
	case *runtime.EventExceptionThrown:
		p.problem("exception: %s at %s:%d", event.ExceptionDetails.Text, event.ExceptionDetails.URL, event.ExceptionDetails.LineNumber)
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError || event.Entry.Level == log.EntryLevelWarning {
			p.problem("log: %s %s", event.Entry.Text, event.Entry.URL)
		}
	case *network.EventLoadingFailed:
		p.problem("not loaded: %s %s", event.Type, event.ErrorText)
	case *network.EventResponseReceived:
		if event.Response.Status >= 400 {
			p.problem("%d for %s", event.Response.Status, event.Response.URL)
		}
	case *network.EventRequestWillBeSent:
		if url := event.Request.URL; !strings.HasPrefix(url, base) && !strings.HasPrefix(url, "data:") {
			p.problem("asks another server: %s", url)
		}
	}
}

func (p *opened) problem(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// do runs actions in the page.
func (p *opened) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// eval evaluates JavaScript in a page.
func eval[T any](p *opened, script string) T {
	p.t.Helper()
	result, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", p.name, err, script)
	}
	return result
}

// text is what a reader sees of the elements that match.
func (p *opened) text(selector string) []string {
	p.t.Helper()
	return eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => e.checkVisibility()).map(e => e.innerText)`, selector))
}

// shows fails the test unless a reader sees the words in what matches.
func (p *opened) shows(selector string, words ...string) {
	p.t.Helper()
	all := strings.Join(p.text(selector), "\n")
	for _, w := range words {
		must.Contains(p.t, all, w)
	}
}

// maxPicture is how many pixels high a picture of a whole page can be; of a higher
// page the first screen is kept.
const maxPicture = 16_000

// finish checks what holds of every page and keeps a picture of it.
func (p *opened) finish() {
	p.t.Helper()
	p.picture()

	must.Equal(p.t, eval[[]string](p, `window.forbidden`), []string{})
	must.True(p.t, eval[bool](p, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`),
		"%s scrolls sideways: these are too wide:\n%s", p.name, strings.Join(p.tooWide(), "\n"))
	must.True(p.t, eval[string](p, `document.title`) != "", "the page has no title")
	must.Equal(p.t, eval[int](p, `document.querySelectorAll("h1").length`), 1)
	must.Equal(p.t, eval[[]string](p, `[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)`), []string{})
	p.mu.Lock()
	defer p.mu.Unlock()
	must.Equal(p.t, slices.Clone(p.problems), []string(nil))
}

// keep takes a picture of what is in the window now.
func (p *opened) keep() {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	must.OK(p.t, err)
	must.OK(p.t, os.WriteFile(filepath.Join(p.t.ArtifactDir(), p.name+"-open.png"), picture, 0o600))
}

// picture keeps a picture of the page.
func (p *opened) picture() {
	p.t.Helper()
	take := chromedp.FullScreenshot(100)
	if eval[int](p, `document.documentElement.scrollHeight * devicePixelRatio`) > maxPicture {
		take = chromedp.CaptureScreenshot()
	}
	picture, err := chromedp.Run(p.ctx, take)
	must.OK(p.t, err)
	must.OK(p.t, os.WriteFile(filepath.Join(p.t.ArtifactDir(), p.name+".png"), picture, 0o600))
}

// tooWide names the elements that reach beyond the page and are not scrolled
// by one around them.
func (p *opened) tooWide() []string {
	return eval[[]string](p, `[...document.querySelectorAll("body *")]
		.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
		.filter(e => { for (let a = e.parentElement; a; a = a.parentElement) if (getComputedStyle(a).overflowX !== "visible") return false; return true; })
		.map(e => e.tagName + "." + (e.getAttribute("class") || "") + " " + (e.innerText || "").slice(0, 60)).slice(0, 20)`)
}

// bothWidths looks at a page at a desk and on a phone.
func bothWidths(t *testing.T, name, path string, look func(p *opened)) {
	t.Helper()
	for _, width := range []int64{desk, phone} {
		t.Run(fmt.Sprintf("%d pixels", width), func(t *testing.T) {
			p := open(t, fmt.Sprintf("%s-%d", name, width), path, width)
			look(p)
			p.finish()
		})
	}
}
