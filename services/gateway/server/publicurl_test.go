package server_test

import (
	"net/url"
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/server"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAPublicURLIsOneThatPermalinksCanBeginWith: another is refused before anything is
// served, with the name of the setting.
func TestAPublicURLIsOneThatPermalinksCanBeginWith(t *testing.T) {
	for _, good := range []string{"", "https://record.example.org", "https://record.example.org/", "http://127.0.0.1:8080", "https://example.org/a/record"} {
		must.OK(t, server.Shared{PublicURL: good}.Validate())
	}
	for _, bad := range []string{
		"record.example.org", "//record.example.org", "ftp://record.example.org", "https://", "https://a:b@record.example.org",
		"https://record.example.org?x=1", "https://record.example.org?", "https://record.example.org#x", "https://record.example.org#", "https://re cord", "\x00",
	} {
		err := server.Shared{PublicURL: bad}.Validate()
		must.True(t, err != nil, "%q was taken", bad)
		must.Contains(t, err.Error(), "--public-url")
		_, err = server.New(t.Context(), server.Config{Shared: server.Shared{PublicURL: bad}}, server.Deps{})
		must.True(t, err != nil, "%q was taken", bad)
	}
}

// TestNamesInJSONLDAreBelowThePublicURL: where it listens, unless it was told.
func TestNamesInJSONLDAreBelowThePublicURL(t *testing.T) {
	w := newWorld(t)
	w.documents.get = func(r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		return &statementsv1.Document{Name: r.GetName(), Headline: "</script>"}, nil
	}
	w.server.UseURL("http://127.0.0.1:4711/")
	answer := w.call(t, "GET", "/v1/documents/a?format=jsonld", "")
	must.Equal(t, answer.Header.Get("Content-Type"), "application/ld+json")
	must.Contains(t, answer.Body, `"@base":"http://127.0.0.1:4711/"`)
	must.Contains(t, answer.Body, `"@id":"documents/a"`)
	for _, accept := range []string{"application/ld+json", "application/ld+json;q=0.9, application/json;q=0.1", `application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"`} {
		must.Equal(t, w.call(t, "GET", "/v1/documents/a", "", "Accept", accept).Body, answer.Body)
	}
	for _, accept := range []string{"", "*/*", "application/*", "application/json", "application/ld+json;q=0.1, application/json"} {
		must.Equal(t, w.call(t, "GET", "/v1/documents/a", "", "Accept", accept).Header.Get("Content-Type"), "application/json")
	}
	refused(t, w.call(t, "GET", "/v1/documents/a?format=turtle", ""), 400, "UNKNOWN_ENUM_VALUE", "format")
	refused(t, w.call(t, "GET", "/v1/documents/a?format="+url.QueryEscape(strings.Repeat("x", 5000)), ""), 400, "UNKNOWN_ENUM_VALUE", "format")
	refused(t, w.call(t, "GET", "/v1/documents/a:evidence?format=jsonld", ""), 400, "UNKNOWN_ENUM_VALUE", "format")
}
