package browser_test

import (
	"fmt"
	"testing"
)

// pages is one page of every kind, under the name that its pictures have.
var pages = []struct{ name, path string }{
	{"home", "/"},
	{"search", "/search?q=trade"},
	{"documents", "/documents"},
	{"document", "/documents/goods-trade-note"},
	{"withheld", "/documents/afp-2023-11-18"},
	{"statements", "/statements"},
	{"statement", "/statements/goods-trade-note-infrastructure"},
	{"cite", "/statements/goods-trade-note-infrastructure/cite"},
	{"entities", "/entities"},
	{"entity", "/entities/joe-biden"},
	{"metrics", "/metrics"},
	{"metric", "/metrics/bilateral-goods-trade"},
	{"figures", "/figures"},
	{"figure", "/figures/afp-2023-11-18-bilateral-trade"},
	{"compare", "/figures/afp-2023-11-18-bilateral-trade/compare"},
	{"corrections", "/corrections"},
	{"correct-statement", "/statements/goods-trade-note-infrastructure/correct"},
	{"correct-figure", "/figures/afp-2023-11-18-bilateral-trade/correct"},
	{"reference", "/docs"},
}

// looks are how every page is looked at: each colour scheme and each width once, since
// contrast hangs on the one and the layout on the other.
var looks = []struct {
	scheme string
	width  int64
}{{"light", desk}, {"dark", phone}}

// TestEveryPageIsAccessible looks at every page in both colour schemes, at a desk and on a
// phone, keeps pictures of it, and has axe-core check it.
func TestEveryPageIsAccessible(t *testing.T) {
	for _, page := range pages {
		t.Run(page.name, func(t *testing.T) {
			for _, look := range looks {
				p := openIn(t, fmt.Sprintf("%s-%s-%d", page.name, look.scheme, look.width), page.path, look.width, look.scheme)
				p.finish()
				p.accessible()
			}
		})
	}
}
