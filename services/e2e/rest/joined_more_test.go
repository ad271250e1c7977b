package rest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ3ReadAndSearchShowCorrections: whoever reads or finds a corrected fact learns of it.
func TestJ3ReadAndSearchShowCorrections(t *testing.T) {
	measure(t, "j3-shown", nil)
	sayIt(t, "j3-shown", "j3-shown")
	read := func() []*typev1.Correction {
		return client.Read(t, api, "/v1/documents/j3-shown:read", &gatewayv1.ReadDocumentResponse{}).GetCorrections()
	}
	find := func(query string) []*typev1.Correction { // other tests' articles have the same words
		found := client.Read(t, api, "/v1/facts:search?query=860&page_size=1000"+query, &gatewayv1.SearchFactsResponse{}).GetCorrections()
		return slices.DeleteFunc(found, func(c *typev1.Correction) bool { return !strings.HasSuffix(c.GetSubject(), "/j3-shown") })
	}
	must.Equal(t, len(read()), 0)
	first := correctIt(t, "j3-shown", "CLARIFICATION", body{"comment": "j3shown"})
	said := &statementsv1.CorrectStatementResponse{}
	api.Post(t, "/v1/statements/j3-shown:correct", body{"kind": "CLARIFICATION", "reason": "whom", "statement": body{"comment": "j3shown"}}).Into(t, said)
	document := &typev1.Correction{}
	api.Post(t, "/v1/documents/j3-shown:correct", body{"kind": "CLARIFICATION", "reason": "a notice"}).Into(t, document)
	must.Equal(t, read(), []*typev1.Correction{document, said.GetCorrection(), first})
	must.Equal(t, find("&include_corrections=true"), []*typev1.Correction{document, said.GetCorrection(), first})
	must.Equal(t, len(find("")), 0)
}

// TestCorrectionsOfNobodyAreNotFound: a name that was never on record is a mistake, and not
// somebody of whom nothing was corrected.
func TestCorrectionsOfNobodyAreNotFound(t *testing.T) {
	api.Get(t, "/v1/corrections?entity=entities/never-there").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "ENTITY_NOT_FOUND"})
	api.Post(t, "/v1/entities?entity_id=soon-gone", body{"displayName": "G", "entityType": "PERSON"}).OK(t)
	must.Equal(t, len(client.Read(t, api, "/v1/corrections?entity=entities/soon-gone", &gatewayv1.ListCorrectionsResponse{}).GetCorrections()), 0)
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/entities/soon-gone?reason=twice"}).OK(t)
	api.Get(t, "/v1/corrections?entity=entities/soon-gone").OK(t) // its retraction is one of them
}

// TestJ6PagesOfJoinedViewsAreNotSentAgain: a page whose next one is in its token has the tag
// of what it says.
func TestJ6PagesOfJoinedViewsAreNotSentAgain(t *testing.T) {
	measure(t, "j6-pages", nil)
	for i := range 3 {
		putFigure(t, fmt.Sprint("j6-page-", i), "j6-pages", body{"value": value(fmt.Sprint(i)), "comment": "j6pages"})
	}
	sayIt(t, "j6-pages", "j6-pages")
	api.Post(t, "/v1/statements?statement_id=j6-more", body{
		"documentVersion": "documents/j6-pages/versions/1", "statementType": "DIRECT", "contents": []any{body{"start": 0, "end": 3, "exact": "Ana"}},
		"speakers": []any{body{"entity": "entities/j6-pages", "attributionText": "Ana"}}, "statementTime": body{"edtf": "2020"},
	}).OK(t)
	for i := range 2 {
		correctIt(t, "j6-page-0", "CLARIFICATION", body{"comment": fmt.Sprint("j6pages ", i)})
	}
	for _, path := range []string{
		"/v1/facts:search?query=j6pages&page_size=1", "/v1/entities/j6-pages:brief?page_size=1", "/v1/corrections?page_size=1",
		"/v1/figures:search?query=j6pages&page_size=1", "/v1/statements?page_size=1",
	} {
		first := api.Get(t, path).OK(t)
		must.Contains(t, string(first.Body), "nextPageToken")
		again := api.Do(t, client.Request{Method: "GET", Path: path, Header: map[string]string{"If-None-Match": first.Header.Get("ETag")}})
		must.Equal(t, fmt.Sprint(path, again.Code), fmt.Sprint(path, 304))
		whole := api.Get(t, path[:len(path)-len("page_size=1")]+"page_size=1000").OK(t)
		must.True(t, whole.Header.Get("ETag") != first.Header.Get("ETag"))
	}
}
