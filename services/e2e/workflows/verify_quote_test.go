package workflows_test

import (
	"net/url"
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestVerifyAQuote: an editor has words and a name, and wants to know what was
// said exactly, where it was printed first and where else, as whom she spoke, and
// how to cite it for ever.
func TestVerifyAQuote(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		// The same words in two papers are one statement, the translation another.
		d.Post(t, "/v1/statements/waits-wire:merge", `{"target":"statements/waits","reason":"The same words."}`).OK(t)
		d.Do(t, client.Request{
			Method: "PATCH", Path: "/v1/statements/waits-es?update_mask=links",
			Body: `{"links":[{"type":"TRANSLATION_OF","statement":"statements/waits"}]}`,
		}).OK(t)

		// Speaker, words, date.
		query := "/v1/statements:search?facets=speaker&query=" + url.QueryEscape(`"longer than a day"`) +
			"&filter=" + url.QueryEscape(`speaker = "entities/ines-vidal" AND statement_time = "2024"`)
		found := client.Read(t, d.API, query, &statementsv1.SearchStatementsResponse{})
		must.Equal(t, len(found.GetResults()), 1)
		must.Equal(t, found.GetFacets()[0].GetValues()[0].GetCount(), int32(1))
		canonical := found.GetResults()[0].GetStatement()
		must.Equal(t, canonical.GetName(), "statements/waits")
		must.True(t, canonical.GetVerbatim(), "the words are not verbatim")

		// Where it is printed.
		must.Equal(t, canonical.GetAppearanceCount(), int32(2))
		must.Equal(t, canonical.GetFirstAppearance(), "documents/gazette/versions/1")
		must.Equal(t, canonical.GetAppearances()[0].GetDocumentVersion(), "documents/wire/versions/1")
		must.Equal(t, d.list(t, `document = "documents/wire"`), []string{"waits"})
		must.Equal(t, d.get(t, "waits-wire", "").GetRedirectTo(), "statements/waits")
		must.Equal(t, d.list(t, `links.statement = "statements/waits"`), []string{"waits-es"})

		// The span, in its text and in its context; as whom she spoke.
		version := client.Read(t, d.API, "/v1/"+canonical.GetDocumentVersion(), &statementsv1.DocumentVersion{})
		span := canonical.GetContents()[0]
		must.Equal(t, fixture.Slice(version.GetText(), span), "No ship will wait longer than a day,")
		must.Contains(t, version.GetText(), span.GetPrefix()+span.GetExact()+span.GetSuffix())
		must.Equal(t, canonical.GetSpeakers()[0].GetRole(), "Harbour master")
		must.True(t, canonical.GetSpeakers()[0].GetRoleFromMembership(), "the role is not that of a membership")

		// The citation answers the same for ever.
		permalink := "/v1/statements/waits?" + d.now(t)
		cited := d.Get(t, permalink).OK(t)
		must.Contains(t, cited.Header.Get("Cache-Control"), "immutable")
		d.Post(t, "/v1/statements/waits-wire:unmerge", `{}`).OK(t)
		must.Equal(t, d.get(t, "waits", "").GetAppearanceCount(), int32(1))
		must.Equal(t, string(d.Get(t, permalink).OK(t).Body), string(cited.Body))
		must.True(t, strings.Contains(string(cited.Body), `"appearanceCount":2`), "%s", cited.Body)
	})
}
