package rest_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// toCorrect puts a document with one statement on record.
func toCorrect(t *testing.T, id string) *statementsv1.Statement {
	t.Helper()
	version := map[string]any{"text": "Ana said: We agree.", "publishTime": map[string]any{"edtf": "2024-01-01"}}
	api.Post(t, "/v1/documents", map[string]any{
		"document":   map[string]any{"headline": "H", "publisher": "P", "languageCode": "en"},
		"documentId": id, "initialVersion": version,
	}).OK(t)
	created := &statementsv1.Statement{}
	api.Post(t, "/v1/statements?statement_id="+id, map[string]any{
		"documentVersion": "documents/" + id + "/versions/1", "statementType": "DIRECT",
		"contents": []any{map[string]any{"start": 10, "end": 18, "exact": "We agree"}},
		"speakers": []any{map[string]any{"attributionText": "Ana"}}, "statementTime": map[string]any{"missingReason": "NOT_STATED"},
	}).Into(t, created)
	return created
}

// TestCorrectionOverREST: a mask that is left out is made of the fields of the
// statement in the body; If-Match guards the state.
func TestCorrectionOverREST(t *testing.T) {
	created := toCorrect(t, "corrected")
	const path = "/v1/statements/corrected:correct"
	body := map[string]any{
		"kind": "ERROR", "reason": "it was Ben", "statement": map[string]any{"speakers": []any{map[string]any{"attributionText": "Ben"}}, "cue": nil},
	}
	api.Do(t, client.Request{Method: "POST", Path: path, Body: body, Header: map[string]string{"If-Match": `W/"9-00000000"`}}).
		Refused(t, client.Want{HTTP: 412, Status: "ABORTED", Reason: "ETAG_MISMATCH"})
	answer := &statementsv1.CorrectStatementResponse{}
	api.Do(t, client.Request{Method: "POST", Path: path, Body: body, Header: map[string]string{"If-Match": "W/" + created.GetEtag()}}).Into(t, answer)
	must.Equal(t, answer.GetStatement().GetSpeakers()[0].GetAttributionText(), "Ben")
	must.Equal(t, answer.GetStatement().GetText(), "We agree")
	must.Equal(t, client.Read(t, api, "/v1/"+answer.GetCorrection().GetName(), &typev1.Correction{}), answer.GetCorrection())
	list := client.Read(t, api, "/v1/statements?include_corrections=true&filter="+url.QueryEscape(`document = "documents/corrected"`),
		&statementsv1.ListStatementsResponse{})
	must.Equal(t, list.GetCorrections(), []*typev1.Correction{answer.GetCorrection()})
	body["statement"] = map[string]any{"uid": "x", "comment": "kept"}
	api.Post(t, path, body).OK(t) // what the service sets is passed over, as in PATCH
	body["statement"] = map[string]any{"textKey": "x"}
	body["updateMask"] = "textKey"
	api.Post(t, path, body).Refused(t, client.Invalid("FIELD_NOT_UPDATABLE", "updateMask"))

	diff := client.Read(t, api, "/v1/statements/corrected/revisions/1:diff?to=2", &statementsv1.DiffStatementRevisionsResponse{})
	must.Equal(t, len(diff.GetChanges()), 1)
	must.Equal(t, diff.GetChanges()[0].GetField(), "speakers[0].attribution_text")
	must.Equal(t, diff.GetChanges()[0].GetOldValue().GetStringValue(), "Ana")
	back := &statementsv1.Statement{}
	api.Post(t, "/v1/statements/corrected:rollback", map[string]any{"revisionId": "1", "reason": "it was Ana"}).Into(t, back)
	must.Equal(t, back.GetSpeakers()[0].GetAttributionText(), "Ana")

	kill := &typev1.Correction{}
	api.Post(t, "/v1/documents/corrected:correct", map[string]any{"kind": "KILL", "reason": "invented"}).Into(t, kill)
	api.Get(t, "/v1/statements/corrected").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	api.Post(t, path, body).Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
}

// TestFigureCorrectionOverREST: corrections of figures, with those of statements in
// one list.
func TestFigureCorrectionOverREST(t *testing.T) {
	toCorrect(t, "mixed")
	api.Post(t, "/v1/statements/mixed:correct", map[string]any{"kind": "CLARIFICATION", "reason": "who", "statement": map[string]any{"comment": "c"}}).OK(t)
	api.Post(t, "/v1/metrics?metric_id=mixed", map[string]any{
		"displayName": "M", "measuredProperty": "p", "statType": "COUNT", "defaultUnit": map[string]any{"system": "UCUM", "code": "1"},
	}).OK(t)
	figure := func(id string, fields map[string]any) *metricsv1.Figure {
		body := map[string]any{
			"metric": "metrics/mixed", "timePeriod": map[string]any{"edtf": "2020"}, "valueKind": "POINT",
			"unit": map[string]any{"system": "UCUM", "code": "1"}, "origin": map[string]any{"producer": "P"},
		}
		maps.Copy(body, fields)
		created := &metricsv1.Figure{}
		api.Post(t, "/v1/figures?figure_id="+id, body).Into(t, created)
		return created
	}
	created := figure("mixed", map[string]any{"value": map[string]any{"value": "5"}})
	figure("mixed-twice", map[string]any{"derivation": map[string]any{
		"formula": "2 * x", "inputs": []any{map[string]any{"variable": "x", "figure": "figures/mixed"}},
	}})
	body := map[string]any{"kind": "ERROR", "reason": "misread", "figure": map[string]any{"value": map[string]any{"value": "6"}}}
	const path = "/v1/figures/mixed:correct"
	api.Do(t, client.Request{Method: "POST", Path: path, Body: body, Header: map[string]string{"If-Match": `W/"9-00000000"`}}).
		Refused(t, client.Want{HTTP: 412, Status: "ABORTED", Reason: "ETAG_MISMATCH"})
	answer := &metricsv1.CorrectFigureResponse{}
	api.Do(t, client.Request{Method: "POST", Path: path, Body: body, Header: map[string]string{"If-Match": "W/" + created.GetEtag()}}).Into(t, answer)
	must.Equal(t, answer.GetFigure().GetValue().GetValue(), "6")
	must.Equal(t, answer.GetStaleFigures(), []string{"figures/mixed-twice"})
	must.Equal(t, client.Read(t, api, "/v1/"+answer.GetCorrection().GetName(), &typev1.Correction{}), answer.GetCorrection())
	diff := client.Read(t, api, "/v1/figures/mixed/revisions/1:diff?to=2", &metricsv1.DiffFigureRevisionsResponse{})
	must.Equal(t, diff.GetChanges()[0].GetField(), "value.value")
	recomputed := &metricsv1.Figure{}
	api.Post(t, "/v1/figures/mixed-twice:recompute", map[string]any{}).Into(t, recomputed)
	must.Equal(t, recomputed.GetValue().GetValue(), "12")
	back := &metricsv1.Figure{}
	api.Post(t, "/v1/figures/mixed:rollback", map[string]any{"revisionId": "1", "reason": "it was 5"}).Into(t, back)
	must.Equal(t, back.GetValue().GetValue(), "5")
	must.Equal(t, len(client.Read(t, api, "/v1/figures/mixed/revisions", &metricsv1.ListFigureRevisionsResponse{}).GetFigureRevisions()), 3)

	list := func(query string) (subjects []string, next string) {
		page := client.Read(t, api, "/v1/corrections?"+query, &gatewayv1.ListCorrectionsResponse{})
		for _, c := range page.GetCorrections() {
			subjects = append(subjects, c.GetSubject())
		}
		return subjects, page.GetNextPageToken()
	}
	first, next := list("page_size=2")
	must.Equal(t, first, []string{"figures/mixed", "figures/mixed-twice"})
	second, _ := list("page_size=2&page_token=" + next)
	must.Equal(t, second, []string{"figures/mixed", "statements/mixed"})
	of, _ := list("filter=" + url.QueryEscape(`subject = "figures/mixed" AND kind = ERROR`))
	must.Equal(t, of, []string{"figures/mixed", "figures/mixed"})
	of, _ = list("filter=" + url.QueryEscape(`subject = "statements/mixed"`))
	must.Equal(t, of, []string{"statements/mixed"})
	api.Get(t, "/v1/corrections?page_size=3&filter=kind%20%3D%20ERROR&page_token="+next).Refused(t, client.Invalid("PAGE_TOKEN_MISMATCH", "pageToken"))
	api.Get(t, "/v1/corrections?filter=wrong%20%3D%201").Refused(t, client.Invalid("UNKNOWN_FILTER_FIELD", "filter"))
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/figures/mixed?reason=twice"}).OK(t)
	api.Get(t, "/v1/figures/mixed").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
}

// TestErasureOverREST: 410 with what stays, at any read_time.
func TestErasureOverREST(t *testing.T) {
	toCorrect(t, "erased")
	before := api.Get(t, "/v1/statements/erased").OK(t).Header.Get("Onrecord-Settled-Time")
	api.Post(t, "/v1/documents/erased:erase", map[string]any{"reason": "article 17"}).
		Refused(t, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "DOCUMENT_HAS_STATEMENTS"})
	gone := &statementsv1.Erasure{}
	api.Post(t, "/v1/documents/erased:erase", map[string]any{"reason": "article 17", "cascade": true}).Into(t, gone)
	must.Equal(t, gone.GetStatementCount(), 1)
	for _, path := range []string{
		"/v1/statements/erased", "/v1/statements/erased?show_deleted=true", "/v1/statements/erased?read_time=" + url.QueryEscape(before),
		"/v1/documents/erased", "/v1/documents/erased/versions/1?read_time=" + url.QueryEscape(before), "/v1/statements/erased/revisions",
	} {
		problem := api.Get(t, path).Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "ERASED"})
		var left struct{ Subject, Reason string }
		must.OK(t, json.Unmarshal(problem.Details["onrecord.statements.v1.Erasure"], &left))
		must.Equal(t, left.Reason, "article 17")
	}
}
