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

// TestEveryPageIsAccessible looks at every page in both colour schemes, at a desk and on a
// phone, keeps a picture of each, and has axe-core check it.
func TestEveryPageIsAccessible(t *testing.T) {
	for _, page := range pages {
		t.Run(page.name, func(t *testing.T) {
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{desk, phone} {
					// The reference is so long that each look at it takes long.
					if page.name == "reference" && (scheme == "dark") != (width == phone) {
						continue
					}
					p := openIn(t, fmt.Sprintf("%s-%s-%d", page.name, scheme, width), page.path, width, scheme)
					p.finish()
					p.accessible()
				}
			}
		})
	}
}
