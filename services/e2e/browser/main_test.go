package browser_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"

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
		newTab = startBrowser(t)
	}))
}

// programs are the names under which a Chromium may be installed; setup.sh
// installs one where there is none.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

func startBrowser(t testing.TB) func() (context.Context, context.CancelFunc) {
	t.Helper()
	path := ""
	for _, program := range programs {
		if found, err := exec.LookPath(program); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatalf("there is no Chromium: services/e2e/setup.sh installs it (looked for %v)", programs)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // the tests may run as root, where Chromium has none
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", false),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if _, err := chromedp.Run(ctx, chromedp.Title()); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return func() (context.Context, context.CancelFunc) { return chromedp.NewContext(ctx) }
}
