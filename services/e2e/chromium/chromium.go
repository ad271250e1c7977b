// Package chromium starts the browser of tests. What a page is asked belongs to the tests.
package chromium

import (
	"context"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// names are those under which a Chromium may be installed; setup.sh installs one where
// there is none.
var names = []string{"chromium", "chromium-browser", "google-chrome"}

// Start starts a browser with a profile of its own, which ends with the test, and returns
// its first tab.
func Start(t testing.TB, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // the tests may run as root, where Chromium has none
		chromedp.DisableGPU,
		chromedp.Flag("force-prefers-reduced-motion", true), // or a click misses what is still being scrolled to
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), append(options, flags...)...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	if _, err := chromedp.Run(tab, chromedp.Title()); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return tab
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("there is no Chromium: services/e2e/setup.sh installs it (looked for %v)", names)
	return ""
}
