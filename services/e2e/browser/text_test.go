package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// evil would run, load or restyle something if a page did not show it as text.
const evil = `</bdi></title><script>window.ran=1</script><img src="/ran.png" onerror="window.ran=1"><svg onload="window.ran=1"><style>main{display:none}</style>{{.}}"'>`

// withEvil puts a document on record whose every text is hostile.
func withEvil(t *testing.T, api *client.API) {
	t.Helper()
	text := "Before. “" + evil + "” worth US$5 million. After."
	missing := map[string]any{"missingReason": "NOT_STATED"}
	api.Post(t, "/v1/documents:ingest", map[string]any{
		"document": map[string]any{
			"name": "documents/evil", "headline": evil, "publisher": evil, "byline": evil, "languageCode": "en", "license": evil, "usageTerms": evil,
		},
		"version": map[string]any{"text": text, "publishTime": missing},
		"entities": []any{map[string]any{"name": "entities/evil", "displayName": evil, "description": evil, "aliases": []any{evil}, "entityType": "PERSON",
			"names": []any{map[string]any{"text": evil, "languageCode": "en"}}}},
		"metrics": []any{map[string]any{"name": "metrics/evil", "displayName": evil, "description": evil, "coverage": evil, "measuredProperty": evil,
			"statType": "VALUE", "defaultUnit": map[string]any{"system": "ISO4217", "code": "USD"}}},
		"statements": []any{map[string]any{
			"name": "statements/evil", "statementType": "DIRECT", "contents": []any{span(text, evil)}, "comment": evil, "statementTime": missing,
			"speakers":   []any{map[string]any{"entity": "entities/evil", "attributionText": evil, "role": evil}},
			"qualifiers": map[string]any{"place": map[string]any{"text": evil}},
		}},
		"figures": []any{map[string]any{
			"name": "figures/evil", "metric": "metrics/evil", "valueKind": "POINT", "value": map[string]any{"value": "5"}, "unitMult": 6,
			"unit": map[string]any{"system": "ISO4217", "code": "USD"}, "timePeriod": map[string]any{"edtf": "2020"}, "comment": evil, "claimant": "entities/evil",
			"reported": map[string]any{"numberText": "5", "unitSymbol": "US$", "multiplierText": "million", "spans": []any{role(span(text, "US$5 million"), "CONTENT")}},
		}},
	}).OK(t)
	api.Post(t, "/v1/statements/evil:correct", map[string]any{
		"kind": "ERROR", "reason": evil, "noticeText": evil, "statement": map[string]any{"comment": evil + " again"},
	}).OK(t)
}

func role(span map[string]any, role string) map[string]any {
	span["role"] = role
	return span
}

// TestHostileTextRunsNothing looks at every page that shows texts of strangers: each shows
// them as they were stored, runs nothing, loads nothing and looks as it should.
func TestHostileTextRunsNothing(t *testing.T) {
	withEvil(t, client.New(strings.TrimPrefix(base, "http://")))
	for i, path := range []string{
		"/", "/documents", "/documents/evil", "/documents/evil/cite", "/statements", "/statements/evil", "/statements/evil/cite", "/statements/evil/correct",
		"/entities", "/entities/evil", "/metrics", "/metrics/evil", "/figures", "/figures/evil", "/figures/evil/compare", "/figures/evil/cite", "/corrections",
		"/search?q=worth", "/search?q=window",
	} {
		t.Run(path, func(t *testing.T) {
			p := open(t, fmt.Sprintf("evil-%d", i), path, phone)
			must.Equal(t, eval[int](p, `window.ran ?? 0`), 0)
			must.True(t, eval[bool](p, `document.querySelector("main").checkVisibility()`), "a style was applied")
			must.Equal(t, eval[int](p, `document.querySelectorAll("main img, main style, main script").length`), 0)
			p.finish()
		})
	}
	p := open(t, "evil-words", "/documents/evil", desk)
	p.shows("main h1", evil)
	p.shows(".text", evil)
	p.finish()
}
