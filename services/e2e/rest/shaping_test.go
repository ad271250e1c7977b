package rest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ6AStatementSaysWhenItWasChangedLast: and a reader that has it from then gets 304.
func TestJ6AStatementSaysWhenItWasChangedLast(t *testing.T) {
	for _, path := range []string{"/v1/" + note, "/v1/entities/joe-biden", "/v1/statements/goods-trade-note-infrastructure", "/v1/metrics/bilateral-trade", "/v1/figures/goods-trade-note-total-2014"} {
		t.Run(path, func(t *testing.T) {
			answer := awaitLastModified(t, path)
			var resource struct{ UpdateTime string }
			must.OK(t, json.Unmarshal(answer.Body, &resource))
			at := must.Get(http.ParseTime(answer.Header.Get("Last-Modified")))(t)
			must.Equal(t, at.Format("2006-01-02T15:04:05"), resource.UpdateTime[:len("2006-01-02T15:04:05")])
			kept := api.Do(t, client.Request{Path: path, Header: map[string]string{"If-Modified-Since": answer.Header.Get("Last-Modified")}})
			must.Equal(t, kept.Code, http.StatusNotModified)
			api.Do(t, client.Request{Path: path, Header: map[string]string{"If-Modified-Since": at.AddDate(0, 0, -1).Format(http.TimeFormat)}}).OK(t)
		})
	}
}

// awaitLastModified asks until the second of the last change is over, which the example
// record was loaded in.
func awaitLastModified(t *testing.T, path string) client.Answer {
	t.Helper()
	for {
		if answer := api.Get(t, path).OK(t); answer.Header.Get("Last-Modified") != "" {
			return answer
		}
	}
}

// TestJ9OnlyTheFieldsThatAreAskedFor: of resources, lists, joined views and series.
func TestJ9OnlyTheFieldsThatAreAskedFor(t *testing.T) {
	one := api.Get(t, "/v1/"+note+"?fields=name,headline").OK(t)
	must.Equal(t, fieldsOf(t, one.Body), []string{"name", "headline"})
	for _, path := range []string{
		"/v1/statements?page_size=2&fields=statements.name",
		"/v1/" + note + ":read?fields=facts.statement.name,document.name",
		"/v1/metrics/bilateral-goods-trade:query?fields=series.observations.value",
	} {
		short, whole := api.Get(t, path).OK(t), api.Get(t, strings.Split(path, "fields=")[0]).OK(t)
		must.True(t, len(short.Body)*3 < len(whole.Body), "%s has %d of %d bytes", path, len(short.Body), len(whole.Body))
		must.NotEqual(t, short.Header.Get("ETag"), whole.Header.Get("ETag"))
	}
	refused := api.Get(t, "/v1/statements?fields=statements.speaker").Refused(t, client.Invalid("MALFORMED_PARAMETER", "fields"))
	must.Contains(t, refused.Message, "statements.speaker")
}

// fieldsOf are the names of an object's fields, in order.
func fieldsOf(t *testing.T, body []byte) []string {
	t.Helper()
	var names []string
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	must.Get(decoder.Token())(t)
	for decoder.More() {
		name, _ := must.Get(decoder.Token())(t).(string)
		names = append(names, name)
		var value json.RawMessage
		must.OK(t, decoder.Decode(&value))
	}
	return names
}

// TestJ9CountsWithoutTheFacts: what there is can be counted without being sent.
func TestJ9CountsWithoutTheFacts(t *testing.T) {
	counts := client.Read(t, api, "/v1/statements:count?group_by=speaker", &statementsv1.CountStatementsResponse{})
	must.True(t, len(counts.GetGroups()) > 0, "nothing was counted")
}

var nextLink = regexp.MustCompile(`<([^>]+)>; rel="next"`)

// TestListsLeadFromPageToPage: whoever follows the links sees everything once.
func TestListsLeadFromPageToPage(t *testing.T) {
	for list, query := range map[string]string{
		"documents": "", "entities": "order_by=display_name", "statements": "filter=" + url.QueryEscape(`statement_type = DIRECT`), "figures": "", "metrics": "",
		"corrections": "", "metrics/bilateral-goods-trade/series": "",
	} {
		t.Run(list, func(t *testing.T) {
			whole := items(t, api.Get(t, "/v1/"+list+"?page_size=1000&"+query).OK(t).Body)
			var walked []string
			for path := "/v1/" + list + "?page_size=2&" + query; path != ""; {
				answer := api.Get(t, path).OK(t)
				walked = append(walked, items(t, answer.Body)...)
				next := nextLink.FindStringSubmatch(strings.Join(answer.Header.Values("Link"), ", "))
				path = ""
				if next != nil {
					path = next[1]
				}
			}
			must.Equal(t, walked, whole)
		})
	}
}

// items are the elements of the list in an answer.
func items(t *testing.T, body []byte) []string {
	t.Helper()
	var fields map[string]json.RawMessage
	must.OK(t, json.Unmarshal(body, &fields))
	var out []string
	for _, field := range fields {
		var elements []json.RawMessage
		if json.Unmarshal(field, &elements) != nil {
			continue
		}
		for _, element := range elements {
			out = append(out, string(element))
		}
	}
	return out
}

// TestJ14LabelsInTheLanguageOfTheReader: by header as by parameter, with the language
// said, and the text of the document as it is.
func TestJ14LabelsInTheLanguageOfTheReader(t *testing.T) {
	path := "/v1/" + article + ":read"
	byParameter := client.Read(t, api, path+"?language_code=es,en", &gatewayv1.ReadDocumentResponse{})
	answer := api.Do(t, client.Request{Path: path, Header: map[string]string{"Accept-Language": "en;q=0.5, es"}})
	byHeader := &gatewayv1.ReadDocumentResponse{}
	answer.Into(t, byHeader)
	must.Contains(t, strings.Join(answer.Header.Values("Vary"), ", "), "Accept-Language")
	must.Equal(t, byHeader.GetLabels(), byParameter.GetLabels())
	must.True(t, len(byHeader.GetLabels()) > 0, "nothing is called by name")
	plain := client.Read(t, api, path, &gatewayv1.ReadDocumentResponse{})
	must.Equal(t, byHeader.GetDocumentVersion(), plain.GetDocumentVersion())
	must.Equal(t, byHeader.GetFacts(), plain.GetFacts())
}
