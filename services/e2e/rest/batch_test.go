package rest_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// said is a statement on a document version, of the first word of its text.
func said(version string) map[string]any {
	return map[string]any{
		"documentVersion": version, "statementType": "DIRECT", "statementTime": map[string]any{"missingReason": "NOT_STATED"},
		"contents": []any{map[string]any{"start": 0, "end": 3, "exact": "Yes"}},
		"speakers": []any{map[string]any{"attributionText": "she"}},
	}
}

// batchDocument puts a document on record for one test.
func batchDocument(t *testing.T, id string) (version string) {
	t.Helper()
	api.Post(t, "/v1/documents?", map[string]any{
		"documentId": id, "document": map[string]any{"headline": "A test of batches", "publisher": "A Desk", "languageCode": "en"},
		"initialVersion": map[string]any{"text": "Yes, she said.", "publishTime": map[string]any{"edtf": "2024"}},
	}).OK(t)
	return "documents/" + id + "/versions/1"
}

func onVersion(t *testing.T, version string) []*statementsv1.Statement {
	t.Helper()
	return statements(t, `document_version = "`+version+`"`)
}

// TestJ10ABatchIsAllOrNothing: one statement that cannot be refuses them all and is
// named; what can be is on record in the order sent.
func TestJ10ABatchIsAllOrNothing(t *testing.T) {
	version := batchDocument(t, "batch-all")
	wrong := said(version)
	wrong["contents"] = []any{map[string]any{"start": 0, "end": 3, "exact": "Nay"}}
	request := func(items ...map[string]any) map[string]any {
		var requests []any
		for i, item := range items {
			requests = append(requests, map[string]any{"statementId": fmt.Sprintf("batch-all-%d", i), "statement": item})
		}
		return map[string]any{"requests": requests}
	}
	api.Post(t, "/v1/statements:batchCreate", request(said(version), wrong)).
		Refused(t, client.Invalid("SPAN_MISMATCH", "requests[1].statement.contents[0].exact"))
	must.Equal(t, len(onVersion(t, version)), 0)

	var made statementsv1.BatchCreateStatementsResponse
	api.Post(t, "/v1/statements:batchCreate", request(said(version), said(version), said(version))).Into(t, &made)
	must.Equal(t, len(made.GetStatements()), 3)
	must.Equal(t, len(onVersion(t, version)), 3)

	names := url.Values{"names": {"statements/batch-all-2", "statements/batch-all-0"}}
	read := client.Read(t, api, "/v1/statements:batchGet?"+names.Encode(), &statementsv1.BatchGetStatementsResponse{})
	must.Equal(t, read.GetStatements(), []*statementsv1.Statement{made.GetStatements()[2], made.GetStatements()[0]})
	names.Add("names", "statements/batch-all-9")
	api.Get(t, "/v1/statements:batchGet?"+names.Encode()).Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "STATEMENT_NOT_FOUND"})
	short := api.Get(t, "/v1/statements:batchGet?fields=statements.name&names=statements/batch-all-1").OK(t)
	must.Equal(t, string(short.Body), `{"statements":[{"name":"statements/batch-all-1"}]}`)
}

// TestJ10ARetryIsTheSameWrite: by request_id and by Idempotency-Key alike, which are one.
func TestJ10ARetryIsTheSameWrite(t *testing.T) {
	version := batchDocument(t, "batch-retry")
	const key = "0190a0c0-0000-7000-8000-00000000ba7c"
	body := map[string]any{"requests": []any{map[string]any{"statement": said(version)}}}
	send := func(body map[string]any, headers map[string]string) client.Answer {
		return api.Do(t, client.Request{Method: "POST", Path: "/v1/statements:batchCreate", Body: body, Header: headers})
	}
	first := send(body, map[string]string{"Idempotency-Key": `"` + key + `"`}).OK(t)
	again := send(body, map[string]string{"Idempotency-Key": key}).OK(t)
	must.Equal(t, string(again.Body), string(first.Body))
	withID := map[string]any{"requests": body["requests"], "requestId": key}
	must.Equal(t, string(send(withID, nil).OK(t).Body), string(first.Body))
	must.Equal(t, len(onVersion(t, version)), 1)
	other := map[string]any{"requests": []any{map[string]any{"statement": said(version)}, map[string]any{"statement": said(version)}}}
	send(other, map[string]string{"Idempotency-Key": key}).Refused(t, client.Invalid("REQUEST_ID_REUSED", ""))
	send(withID, map[string]string{"Idempotency-Key": strings.Replace(key, "7c", "7d", 1)}).Refused(t, client.Invalid("MALFORMED_HEADER", "requestId"))
	must.Equal(t, len(onVersion(t, version)), 1)
}

// TestJ10ValidateOnlyWritesNothing: it answers what the write would, and refuses what it
// would refuse.
func TestJ10ValidateOnlyWritesNothing(t *testing.T) {
	version := batchDocument(t, "batch-dry")
	ask := func(item map[string]any) client.Answer {
		return api.Post(t, "/v1/statements:batchCreate", map[string]any{"validateOnly": true, "requests": []any{map[string]any{"statement": item}}})
	}
	var made statementsv1.BatchCreateStatementsResponse
	ask(said(version)).Into(t, &made)
	must.Equal(t, made.GetStatements()[0].GetDocumentVersion(), version)
	wrong := said(version)
	wrong["speakers"] = []any{map[string]any{"entity": "entities/nobody-at-all"}}
	ask(wrong).Refused(t, client.Invalid("REFERENCE_NOT_FOUND", "requests[0].statement.speakers[0].entity"))

	figure := map[string]any{
		"metric": "metrics/bilateral-goods-trade", "timePeriod": map[string]any{"edtf": "2001"}, "frequency": "A",
		"dimensions": map[string]any{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "TOTAL"}, "origin": map[string]any{"producer": "A Desk"},
		"valueKind": "POINT", "value": map[string]any{"value": "1"}, "unit": map[string]any{"system": "ISO4217", "code": "USD"},
	}
	var figure1 metricsv1.BatchCreateFiguresResponse
	before := len(figures(t, `metric = "metrics/bilateral-goods-trade"`))
	api.Post(t, "/v1/figures:batchCreate", map[string]any{"validateOnly": true, "requests": []any{map[string]any{"figure": figure}}}).Into(t, &figure1)
	must.Equal(t, len(figure1.GetFigures()), 1)
	must.Equal(t, len(figures(t, `metric = "metrics/bilateral-goods-trade"`)), before)
	must.Equal(t, len(onVersion(t, version)), 0)
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/documents/batch-dry?reason=x&validate_only=true"}).OK(t)
	api.Get(t, "/v1/documents/batch-dry").OK(t)
}
