package rest_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// linked asks for JSON-LD by Accept.
func linked(t *testing.T, path string) client.Answer {
	t.Helper()
	answer := api.Do(t, client.Request{Path: path, Header: map[string]string{"Accept": "application/ld+json"}}).OK(t)
	must.Equal(t, answer.Header.Get("Content-Type"), "application/ld+json")
	must.Contains(t, strings.Join(answer.Header.Values("Vary"), ","), "Accept")
	return answer
}

// TestJ12StatementsAsJSONLD: one, a list of them and the joined read view, by Accept and by
// format, in the terms of schema.org and Web Annotation.
func TestJ12StatementsAsJSONLD(t *testing.T) {
	direct := statements(t, `statement_type = "DIRECT"`)
	must.True(t, len(direct) > 0)
	name := direct[0].GetName()
	var quotation struct {
		Context map[string]any `json:"@context"`
		Type    string         `json:"@type"`
		ID      string         `json:"@id"`
		Text    string         `json:"text"`
		Target  []struct {
			Source   string
			Selector []map[string]any
		}
	}
	answer := linked(t, "/v1/"+name)
	must.OK(t, json.Unmarshal(answer.Body, &quotation))
	must.Equal(t, []any{quotation.Type, quotation.ID, quotation.Text}, []any{"Quotation", name, direct[0].GetText()})
	must.Equal(t, quotation.Context["@base"], any("http://"+server.HTTP+"/"))
	must.Equal(t, quotation.Target[0].Source, direct[0].GetDocumentVersion())
	must.Equal(t, quotation.Target[0].Selector[1]["exact"], any(direct[0].GetContents()[0].GetExact()))
	must.Equal(t, string(api.Get(t, "/v1/"+name+"?format=jsonld").OK(t).Body), string(answer.Body))

	// One address has two forms: the tag of one is not that of the other.
	asJSON := api.Get(t, "/v1/"+name).OK(t).Header.Get("ETag")
	must.True(t, asJSON != answer.Header.Get("ETag"), "both are %s", asJSON)
	same := api.Do(t, client.Request{Path: "/v1/" + name, Header: map[string]string{"Accept": "application/ld+json", "If-None-Match": answer.Header.Get("ETag")}})
	must.Equal(t, same.Code, 304)

	for path, types := range map[string][]string{
		"/v1/" + article + ":read": {"Article", "Quotation", "Claim", "Person", "Observation", "StatisticalVariable"},
		"/v1/statements?page_size=2&filter=" + url.QueryEscape(`document = "`+article+`" AND statement_type = INDIRECT`): {"Claim"},
		"/v1/entities?page_size=1":                   nil,
		"/v1/figures/afp-2023-11-18-bilateral-trade": nil,
		"/v1/metrics/bilateral-trade":                nil,
		"/v1/" + article:                             nil,
		"/v1/" + article + "/versions/1":             nil,
		"/v1/statements/" + strings.TrimPrefix(name, "statements/") + "/reviews": nil,
	} {
		body := string(linked(t, path).Body)
		for _, kind := range types {
			must.Contains(t, body, `"@type":"`+kind+`"`)
		}
	}
	must.Contains(t, linked(t, "/v1/statements?page_size=2").Header.Get("Link"), `rel="next"`)
	api.Do(t, client.Request{Path: "/v1/corrections", Header: map[string]string{"Accept": "application/ld+json"}}).
		Refused(t, client.Want{HTTP: 406, Status: "INVALID_ARGUMENT", Reason: "NOT_ACCEPTABLE"})
	api.Get(t, "/v1/corrections?format=jsonld").Refused(t, client.Invalid("UNKNOWN_ENUM_VALUE", "format"))
}
