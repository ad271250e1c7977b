package rest_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ5APermalinkIsTheSameForEver: a correction changes what stands, and nothing of what
// stood: neither the page's own address, nor the citation, nor the resource, nor a query.
func TestJ5APermalinkIsTheSameForEver(t *testing.T) {
	toCorrect(t, "permalink")
	cited := client.Read(t, api, "/v1/statements/permalink:cite", &gatewayv1.CiteResourceResponse{})
	link := must.Get(url.Parse(cited.GetPermalink()))(t)
	must.Equal(t, link.Scheme+"://"+link.Host+link.Path, stack.URL(server.HTTP)+"/statements/permalink")
	at := "read_time=" + url.QueryEscape(link.Query().Get("read_time"))
	must.Equal(t, link.Query().Get("read_time"), cited.GetReadTime().AsTime().Format("2006-01-02T15:04:05.000000Z"))

	addresses := []string{
		"/v1/statements/permalink?" + at, "/v1/statements/permalink:cite?" + at, "/v1/documents/permalink:read?" + at,
		"/v1/statements?" + at + "&filter=" + url.QueryEscape(`document = "documents/permalink"`), "/v1/statements/permalink?format=jsonld&" + at,
		"/v1/statements/permalink:evidence?" + at, "/v1/documents/permalink:evidence?" + at,
	}
	before := map[string]client.Answer{}
	for _, address := range addresses {
		before[address] = api.Get(t, address).OK(t)
		must.Contains(t, before[address].Header.Get("Cache-Control"), "immutable")
	}
	api.Get(t, strings.TrimPrefix(cited.GetPermalink(), stack.URL(server.HTTP))).OK(t)
	api.Post(t, "/v1/statements/permalink:correct", map[string]any{
		"kind": "ERROR", "reason": "it was Ben", "statement": map[string]any{"speakers": []any{map[string]any{"attributionText": "Ben"}}},
	}).OK(t)
	for _, address := range addresses {
		after := api.Get(t, address).OK(t)
		must.Equal(t, string(after.Body), string(before[address].Body))
		must.Equal(t, after.Header.Get("ETag"), before[address].Header.Get("ETag"))
	}
	now := client.Read(t, api, "/v1/statements/permalink:cite", &gatewayv1.CiteResourceResponse{})
	must.Contains(t, cited.GetText(), "Ana: “We agree”")
	must.Contains(t, now.GetText(), "Ben: “We agree”")
	must.Contains(t, now.GetText(), "revision 2")
}

// TestJ5ACitationSaysWhoWhatWhereAndWhen: of each kind of resource, for people and for
// programs.
func TestJ5ACitationSaysWhoWhatWhereAndWhen(t *testing.T) {
	api.Post(t, "/v1/documents:ingest", fixture.Record(t, "citable", uuid.NewString())).OK(t)
	for name, words := range map[string][]string{
		"statements/citable-goods":                 {"Ana Ríos", "“We moved US$14 billion of goods,”", "“Bridge report”, Harbour Gazette, 18 November 2023"},
		"figures/citable-goods":                    {"Goods moved", "printed as “US$14 billion”", "“Bridge report”"},
		"documents/citable":                        {"“Bridge report”, Harbour Gazette, 18 November 2023", "SHA-256"},
		"figures/afp-2023-11-18-bilateral-trade":   {"Bilateral trade (US · MX · TOTAL), 2022: 860,000,000,000 USD"},
		"statements/afp-2023-11-18-xi-cooperation": {"Xi Jinping (President of China), retold: "},
	} {
		cited := client.Read(t, api, "/v1/"+name+":cite", &gatewayv1.CiteResourceResponse{})
		for _, part := range append(words, "On record as "+name+", revision 1", cited.GetPermalink()) {
			must.Contains(t, cited.GetText(), part)
		}
		checkCSL(t, cited)
	}
	api.Get(t, "/v1/statements/citable-none:cite").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "STATEMENT_NOT_FOUND"})
	api.Get(t, "/v1/places/country-mx:cite").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "UNKNOWN_PATH"})
	api.Get(t, "/v1/documents/citable:cite?read_time=2001-01-01T00:00:00Z").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "DOCUMENT_NOT_FOUND"})
}

// cslTypes and cslVariables are those of CSL 1.0.2 that a citation may have, each variable
// with what it holds.
var (
	cslTypes     = regexp.MustCompile(`^(speech|document|webpage|article-newspaper|dataset|entry)$`)
	cslVariables = map[string]string{
		"id": "text", "type": "text", "title": "text", "container-title": "text", "publisher": "text", "language": "text", "version": "text", "note": "text", "URL": "text",
		"archive": "text", "abstract": "text", "archive_location": "text", "author": "names", "issued": "date", "accessed": "date", "event-date": "date",
	}
)

func checkCSL(t *testing.T, cited *gatewayv1.CiteResourceResponse) {
	t.Helper()
	item := cited.GetCslJson().AsMap()
	must.True(t, cslTypes.MatchString(item["type"].(string)), "%v", item["type"])
	must.Equal(t, []any{item["id"], item["URL"]}, []any{cited.GetName(), cited.GetPermalink()})
	for variable, value := range item {
		kind := cslVariables[variable]
		switch value := value.(type) {
		case string:
			must.Equal(t, kind, "text")
		case []any:
			must.Equal(t, kind, "names")
			must.True(t, len(value) > 0)
		case map[string]any:
			must.Equal(t, kind, "date")
			for _, parts := range value["date-parts"].([]any) {
				must.True(t, len(parts.([]any)) >= 1 && len(parts.([]any)) <= 3, "%v", value)
			}
		default:
			t.Errorf("%s holds %v", variable, value)
		}
	}
}

// TestJ5ACitationAlone: as plain text or as an item of CSL-JSON, by the parameter and by
// Accept; of entities and metrics too.
func TestJ5ACitationAlone(t *testing.T) {
	for _, name := range []string{"statements/afp-2023-11-18-not-easy", "entities/joe-biden", "metrics/bilateral-goods-trade"} {
		at := "read_time=" + url.QueryEscape(api.Get(t, "/v1/entities").OK(t).Header.Get("Onrecord-Settled-Time"))
		cited := client.Read(t, api, "/v1/"+name+":cite?"+at, &gatewayv1.CiteResourceResponse{})
		must.Contains(t, cited.GetText(), "On record as "+name)
		checkCSL(t, cited)
		for format, mediaType := range map[string]string{"text": "text/plain", "csl": "application/vnd.citationstyles.csl+json"} {
			chosen := api.Get(t, "/v1/"+name+":cite?format="+format+"&"+at).OK(t)
			negotiated := api.Do(t, client.Request{Path: "/v1/" + name + ":cite?" + at, Header: map[string]string{"Accept": mediaType}}).OK(t)
			must.Equal(t, string(negotiated.Body), string(chosen.Body))
			must.Contains(t, chosen.Header.Get("Content-Type"), mediaType)
			must.Contains(t, chosen.Header.Get("Cache-Control"), "immutable")
			if format == "text" {
				must.Equal(t, string(chosen.Body), cited.GetText()+"\n")
				continue
			}
			item := map[string]any{}
			must.OK(t, json.Unmarshal(chosen.Body, &item))
			must.Equal(t, item, cited.GetCslJson().AsMap())
		}
	}
	api.Get(t, "/v1/entities/joe-biden:evidence").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "UNKNOWN_PATH"})
}
