package browser_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	firstText = "Harbour talks\n\nAna Reyes said: “The quay will open in May of next year.” She added that the ferry “stays free for everyone who lives on the island”.\n" +
		"Later she promised: “Nobody loses a berth.”\n"
	laterText = "Harbour talks resume\n\nThe council met again on Tuesday.\n\nAna Reyes said: “The quay will open in May of next year.” She added that the ferry is dear.\n"
)

// span is where words stand in a text.
func span(text, words string) map[string]any {
	start := utf8.RuneCountInString(text[:strings.Index(text, words)])
	return map[string]any{"start": start, "end": start + utf8.RuneCountInString(words), "exact": words}
}

// withVersions puts a document with two versions on record, whose statements were all
// read from the first, and all that editors and reviewers can say of them.
func withVersions(t *testing.T, api *client.API) {
	t.Helper()
	version := func(text string) map[string]any {
		return map[string]any{"text": text, "publishTime": map[string]any{"edtf": "2024-01-01"}}
	}
	api.Post(t, "/v1/documents", map[string]any{
		"document":   map[string]any{"headline": "Harbour talks", "publisher": "The Quay", "languageCode": "en"},
		"documentId": "harbour", "initialVersion": version(firstText),
	}).OK(t)
	for id, words := range map[string]string{
		"harbour-kept": "The quay will open in May of next year", "harbour-gone": "stays free for everyone who lives on the island", "harbour-wrong": "Nobody loses a berth",
	} {
		api.Post(t, "/v1/statements?statement_id="+id, map[string]any{
			"documentVersion": "documents/harbour/versions/1", "statementType": "DIRECT", "contents": []any{span(firstText, words)},
			"speakers": []any{map[string]any{"attributionText": "Ana Reyes"}}, "statementTime": map[string]any{"missingReason": "NOT_STATED"},
		}).OK(t)
	}
	api.Do(t, client.Request{Method: "PATCH", Path: "/v1/statements/harbour-wrong", Body: map[string]any{
		"rank": "DEPRECATED", "rankReason": "The minutes have other words: https://example.org/" + strings.Repeat("minutes", 12),
		"extraction": map[string]any{"method": "MODEL", "tool": "Citron", "toolVersion": "2.1", "confidence": map[string]any{"value": "0.61"}, "reviewState": "REJECTED"},
		"references": []any{map[string]any{"uri": "https://example.org/minutes", "comment": "The minutes."}, map[string]any{"uri": "urn:isbn:9780000000000"}},
		"links":      []any{map[string]any{"type": "CONTRADICTS", "statement": "statements/harbour-gone"}},
		"qualifiers": map[string]any{"certainty": map[string]any{"text": "low"}},
	}}).OK(t)
	api.Post(t, "/v1/statements/harbour-wrong:correct", map[string]any{
		"kind": "ERROR", "reason": "Who said it was wrong.", "noticeText": "An earlier version named another speaker.",
		"statement": map[string]any{"speakers": []any{map[string]any{"attributionText": "the harbour master"}}},
	}).OK(t)
	api.Post(t, "/v1/statements/harbour-wrong/reviews?review_id=desk", map[string]any{
		"reviewer": "Fact Desk", "textualRating": "Four Pinocchios", "verdict": "FALSE", "uri": "https://example.org/review",
		"publishTime": map[string]any{"edtf": "2024-02-03"},
	}).OK(t)
	api.Post(t, "/v1/documents/harbour:correct", map[string]any{
		"kind": "CLARIFICATION", "reason": "The month was unclear.", "noticeText": "May means May of next year.",
	}).OK(t)
	api.Post(t, "/v1/documents/harbour/versions", version(laterText)).OK(t)
}

// TestNewVersion reads a document whose new version nobody has read for statements yet.
func TestNewVersion(t *testing.T) {
	withVersions(t, client.New(strings.TrimPrefix(base, "http://")))
	bothWidths(t, "versions", "/documents/harbour", func(p *opened) {
		p.shows(".title", "3 statements from earlier versions, 1 of them marked in the text of version 2", "May means May of next year.")
		p.shows("#earlier", "Moved", "Orphaned", "Deprecated", "Corrected", "Four Pinocchios", "version 1")
		must.Equal(p.t, p.text(".text a.hl"), []string{"The quay will open in May of next year"})
	})
	bothWidths(t, "first-version", "/documents/harbour?version=1", func(p *opened) {
		must.Equal(p.t, len(p.text(".cards > article")), 3)
		p.shows(".cards", "Deprecated: known to be wrong or misleading.", "Rejected", "Citron 2.1")
	})
	bothWidths(t, "regarded", "/statements/harbour-wrong", func(p *opened) {
		p.shows("main", "Deprecated: known to be wrong or misleading.", "The minutes have other words", "Contradicts", "urn:isbn:9780000000000", "certainty")
		p.shows("#corrections", "Who said it was wrong.", "An earlier version named another speaker.")
		p.shows("#document-corrections", "The month was unclear.")
		p.shows("#reviews", "Fact Desk", "Four Pinocchios", "verdict: false", "3 February 2024")
		p.shows("#history", "correct", "update")
		must.Equal(p.t, eval[[]string](p, `[...document.querySelectorAll("main a[rel]")].map(a => a.getAttribute("href"))`),
			[]string{"https://example.org/minutes", "https://example.org/review"})
	})
}
