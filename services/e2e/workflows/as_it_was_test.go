package workflows_test

import (
	"crypto/sha256"
	"net/url"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAsItWas: what had she said, as the record stood then? Whatever was
// corrected, merged, re-attributed and withdrawn since, every answer is the same,
// byte for byte, and the answer of today is another.
func TestAsItWas(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		hers := url.QueryEscape(`speaker = "entities/ines-vidal"`)
		questions := []string{
			"/v1/statements/waits", "/v1/statements/promise", "/v1/statements/tolls", "/v1/entities/ines-vidal",
			"/v1/statements?filter=" + hers, "/v1/statements:count?group_by=speaker", "/v1/statements:search?query=longer+day&filter=" + hers,
			"/v1/statements:search?query=ship+wait&facets=speaker&facets=year", "/v1/documents/gazette", "/v1/documents/gazette:read", "/v1/documents/gazette/versions",
		}
		then := d.now(t)
		evidence := d.evidence(t, questions, then)

		d.Post(t, "/v1/documents/gazette/versions", map[string]any{
			"text": strings.Replace(gazette, "autumn", "spring", 1), "publishTime": map[string]any{"edtf": "2024-03-03"},
		}).OK(t)
		d.Post(t, "/v1/statements/waits-wire:merge", `{"target":"statements/waits"}`).OK(t)
		d.Post(t, "/v1/statements/promise:correct", `{"kind":"CLARIFICATION","reason":"Said a day before.","statement":{"statementTime":{"edtf":"2024-02-28"}}}`).OK(t)
		d.Post(t, "/v1/statements:reattribute", map[string]any{
			"filter": `statement_time < "2020"`, "fromEntity": "entities/ines-vidal", "toEntity": "entities/ignacio-vidal", "reason": "It was him.",
		}).OK(t)
		d.Do(t, client.Request{Method: "DELETE", Path: "/v1/statements/promise?reason=gone"}).OK(t).OK(t)
		d.Do(t, client.Request{Method: "PATCH", Path: "/v1/entities/ines-vidal", Body: `{"displayName":"I. Vidal"}`}).OK(t).OK(t)

		must.Equal(t, d.evidence(t, questions, then), evidence)
		for _, question := range []string{"/v1/statements/waits", "/v1/statements/tolls", "/v1/entities/ines-vidal", "/v1/statements?filter=" + hers, "/v1/statements:count?group_by=speaker"} {
			must.NotEqual(t, sha256.Sum256(d.Get(t, question).OK(t).Body), evidence[question])
		}
		d.Get(t, "/v1/statements/promise").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	})
}

// evidence is the hash of every answer as of a time.
func (d *desk) evidence(t *testing.T, questions []string, then string) map[string][32]byte {
	t.Helper()
	all := map[string][32]byte{}
	for _, question := range questions {
		separator := "?"
		if strings.Contains(question, "?") {
			separator = "&"
		}
		all[question] = sha256.Sum256(d.Get(t, question+separator+then).OK(t).Body)
	}
	return all
}
