//go:build proxy

package proxy_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/e2e/chromium"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// browser starts a Chromium that takes the certificates of the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	tab := chromium.Start(t, chromedp.Flag("ignore-certificate-errors", true))
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	must.OK(t, chromedp.Do(ctx, actions...))
}

func words(ctx context.Context, t *testing.T, selector string) string {
	t.Helper()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
	must.OK(t, err)
	return text
}

// TestAnEditorCorrectsAFigure in a browser, by nothing but signing in: the page comes up
// where they wanted to go and is live, the form is taken as theirs. Without a session it
// says what to do, and what they wrote is still there.
func TestAnEditorCorrectsAFigure(t *testing.T) {
	s := start(t)
	ctx := browser(t)
	do(ctx, t, chromedp.Navigate(s.explorer+"/"+figure), chromedp.WaitVisible(chromedp.CSS(`#card`)),
		chromedp.Poll[chromedp.Void](`document.getElementById("live").dataset.open === "true"`),
		chromedp.Navigate(s.explorer+"/"+figure+"/correct"), chromedp.WaitVisible(chromedp.CSS(`form.correct`)),
		chromedp.SendKeys(chromedp.CSS(`#f-reason`), "The note was left out."),
		chromedp.SendKeys(chromedp.CSS(`#f-comment`), "Along the land border."))

	_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
	must.OK(t, err)
	do(ctx, t, chromedp.Click(chromedp.CSS(`form.correct button[type=submit]`)), chromedp.WaitVisible(chromedp.CSS(`#outcome .grave`)))
	must.Contains(t, words(ctx, t, "#outcome"), "sign in again")

	other, closeOther := chromedp.NewContext(ctx)
	do(other, t, chromedp.Navigate(s.explorer+"/"), chromedp.WaitVisible(chromedp.CSS(`main h1`)))
	closeOther() // a browser is slow with a tab that nobody looks at
	do(ctx, t, chromedp.Click(chromedp.CSS(`form.correct button[type=submit]`)), chromedp.WaitVisible(chromedp.CSS(`#outcome table`)),
		chromedp.Click(chromedp.CSS(`form.correct button.record`)), chromedp.WaitVisible(chromedp.CSS(`#outcome .good`)))

	corrections := ask(t, s.client(t), http.MethodGet, s.api+"/v1/corrections", "", "Authorization", "Bearer "+s.key).body
	must.True(t, strings.Contains(corrections, "The note was left out.") && strings.Contains(corrections, `"caller":"ann"`), "%s", corrections)
}
