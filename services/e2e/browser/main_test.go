package browser_test

import (
	"context"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/e2e/chromium"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// One server with the example record and one browser for all tests.
var (
	base string
	// newTab opens a tab; closing its context closes it.
	newTab func() (context.Context, context.CancelFunc)
)

func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		base = stack.URL(stack.StartExamples(t, t.TempDir()).HTTP)
		browser := chromium.Start(t, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("hide-scrollbars", false))
		newTab = func() (context.Context, context.CancelFunc) { return chromedp.NewContext(browser) }
	}))
}
