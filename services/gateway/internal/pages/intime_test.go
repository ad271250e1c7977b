package pages

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestOnlyWhatIsReadAtATimeCarriesIt: the pages, and what the API reads.
func TestOnlyWhatIsReadAtATimeCarriesIt(t *testing.T) {
	v := must.Get(New(nil, nil, nil, nil))(t).e.view
	for href, want := range map[string]bool{
		"/": true, "/documents": true, "/documents/note?version=1#x": true, "/entities/correct": true, "/figures/total/compare": true,
		"/metrics/trade/cite": true, "/search?q=wall": true, "/v1/metrics/trade:query?format=csv": true, "/v1/figures/total": true, "?page_token=2": true,
		"/statements/quote/correct": false, "/figures/total/correct": false, "/documents?read_time=2026-11-27T03:04:05Z": false, "#top": false, "": false,
		"/v1/figures/total/revisions/1": false, "/v1/changes": false, "/v1/changes?metrics=a": false, "/healthz": false, "/opensearch.xml": false,
		"/docs": false, "/openapi.json": false, "/static/style.css": false, "/nowhere": false, "/documents/a/b/c": false,
		`/\evil`: false, "//evil/documents": false, "https://evil/documents": false, "mailto:a@example.org": false, "documents": false,
	} {
		must.True(t, v.ofThePast(href) == want, "%s carries the time: %t", href, !want)
	}
}
