package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/chromedp/chromedp"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// axeRules is axe-core, a collection of rules of accessibility that a program can check.
// setup.sh fetches it: it runs in the tests only and is no part of the project.
var axeRules = sync.OnceValues(func() (string, error) {
	found, err := filepath.Glob("../../../.deps/axe/axe-*.min.js")
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("axe-core is not there: services/e2e/setup.sh fetches it (found %v in .deps/axe)", found)
	}
	script, err := os.ReadFile(found[0])
	return string(script), err
})

// breach is a rule that a page breaks, with the elements that break it.
type breach struct {
	Rule  string   `json:"rule"`
	Help  string   `json:"help"`
	Where []string `json:"where"`
}

// accessible fails the test for every rule of axe-core that the page breaks as it stands:
// those of WCAG 2.2 at level AA, and what axe-core calls best practice.
func (p *opened) accessible() {
	p.t.Helper()
	rules, err := axeRules()
	must.OK(p.t, err)
	p.do(chromedp.Evaluate[chromedp.Void](rules + "; undefined"))
	breaches, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]breach](`axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations.map(v => ({
		rule: v.id, help: v.help, where: v.nodes.slice(0, 5).map(n => n.html.slice(0, 160) + " – " + n.failureSummary.slice(0, 300)),
	})))`, chromedp.EvalAwaitPromise))
	must.OK(p.t, err)
	for _, b := range breaches {
		p.t.Errorf("%s: %s (%s)", p.name, b.Help, b.Rule)
		for _, where := range b.Where {
			p.t.Logf("  %s", where)
		}
	}
}
