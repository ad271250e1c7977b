package rest_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ16AnyHistoryIsAWholeChain: whatever made the revisions of a fact, its pack holds
// after each step, and has every revision.
func TestJ16AnyHistoryIsAWholeChain(t *testing.T) {
	for _, id := range []string{"history", "history-copy"} {
		record := fixture.Record(t, id, uuid.NewString())
		record.Statements[0].Speakers[0].Entity = "entities/history-rios"
		api.Post(t, "/v1/documents:ingest", record).OK(t)
	}
	type body = map[string]any
	api.Post(t, "/v1/entities?entity_id=history-other", body{"entityType": "PERSON", "displayName": "Other"}).OK(t)
	const goods, ships = "statements/history-goods", "figures/history-goods"
	for _, step := range []struct {
		name               string
		request            client.Request
		statement, figures int
	}{
		{"nothing", client.Request{Method: "GET", Path: "/v1/" + goods}, 1, 1},
		{"update", client.Request{Method: "PATCH", Path: "/v1/" + goods, Body: body{"comment": "c"}}, 2, 1},
		{"correct", client.Request{Method: "POST", Path: "/v1/" + goods + ":correct", Body: body{"kind": "ERROR", "reason": "r", "statement": body{"comment": "d"}}}, 3, 1},
		{"rollback", client.Request{Method: "POST", Path: "/v1/" + goods + ":rollback", Body: body{"revisionId": "1", "reason": "r"}}, 4, 1},
		{"reattribute", client.Request{Method: "POST", Path: "/v1/statements:reattribute", Body: body{
			"filter": `document = "documents/history" OR document = "documents/history-copy"`, "fromEntity": "entities/history-rios", "toEntity": "entities/history-other", "reason": "r",
		}}, 5, 1},
		{"review", client.Request{Method: "POST", Path: "/v1/" + goods + "/reviews?review_id=r", Body: body{
			"reviewer": "A desk", "textualRating": "true", "publishTime": body{"edtf": "2024"},
		}}, 5, 1},
		{"merge", client.Request{Method: "POST", Path: "/v1/statements/history-copy-goods:merge", Body: body{"target": goods, "reason": "the same"}}, 6, 1},
		{"correct figure", client.Request{Method: "POST", Path: "/v1/" + ships + ":correct", Body: body{"kind": "ERROR", "reason": "r", "figure": body{"comment": "d"}}}, 6, 2},
		{"update figure", client.Request{Method: "PATCH", Path: "/v1/" + ships, Body: body{"comment": "e"}}, 6, 3},
		{"roll back figure", client.Request{Method: "POST", Path: "/v1/" + ships + ":rollback", Body: body{"revisionId": "1", "reason": "r"}}, 6, 4},
		{"new version", client.Request{Method: "POST", Path: "/v1/documents/history/versions", Body: body{"text": "Preface.\n\n" + fixture.Text, "publishTime": body{"edtf": "2023-11-19"}}}, 7, 4},
	} {
		api.Do(t, step.request).OK(t)
		for name, revisions := range map[string]int{goods: step.statement + step.figures, ships: step.statement + step.figures} {
			report, said, code := verifyPack(t, api.Get(t, "/v1/"+name+":evidence").OK(t).Body)
			must.Equal(t, step.name+": "+said, step.name+": ")
			must.Equal(t, code, 0)
			must.Equal(t, []any{step.name, report.Revisions, report.Unchecked}, []any{step.name, revisions, 0})
		}
	}
}

// TestJ16AnImportedObservationHasItsPack: with the revisions that later imports made.
func TestJ16AnImportedObservationHasItsPack(t *testing.T) {
	type body = map[string]any
	api.Post(t, "/v1/metrics?metric_id=packed", body{
		"displayName": "Packed", "measuredProperty": "p", "statType": "VALUE", "coverage": "unspecified", "defaultUnit": body{"system": "UCUM", "code": "1"},
	}).OK(t)
	load := func(value string) {
		api.Post(t, "/v1/figures:import", body{
			"template": body{"metric": "metrics/packed", "unit": body{"system": "UCUM", "code": "1"}, "origin": body{"producer": "An office"}},
			"series":   []any{body{"frequency": "A", "observations": []any{body{"timePeriod": "2022", "value": body{"value": value}, "releaseTime": body{"edtf": "2023-01-0" + value}}}}},
		}).OK(t)
	}
	load("1")
	load("2")
	list := figures(t, `metric = "metrics/packed"`)
	must.True(t, len(list) > 0)
	for _, figure := range list {
		pack := api.Get(t, "/v1/"+figure.GetName()+":evidence").OK(t).Body
		_, said, code := verifyPack(t, pack)
		must.Equal(t, said, "")
		must.Equal(t, code, 0)
		known := packed(t, pack)["vintages/"+figure.GetName()[len("figures/"):]+".json"]
		for _, one := range list {
			must.Contains(t, known, `"`+one.GetName()+`"`)
		}
	}
}
