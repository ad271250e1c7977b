package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// Placeholders of the examples for ids that the server makes.
const (
	anyCorrection    = "01939ee0-3f00-7000-8000-000000000001"
	anyReattribution = "01939ee0-3f00-7000-8000-000000000002"
)

// made maps those placeholders to what is on record.
var made = map[string]string{}

// object is a JSON object.
type object = map[string]any

// prepare puts on record what the examples of writes are about: their ids begin with
// "my-".
func prepare(t testing.TB) {
	t.Helper()
	const text = `Ana Ruiz said on Monday: "We agree on the border." Exports rose to 12.5 billion dollars in 2023.`
	for _, id := range []string{"my-speaker", "my-merged-speaker", "my-unused", "my-person"} {
		post(t, "/v1/entities?entity_id="+id, object{"entityType": "PERSON", "displayName": "Ana Ruiz"})
	}
	post(t, "/v1/entities/my-merged-speaker:merge", object{"target": "entities/my-speaker", "reason": "the same"})
	for _, id := range []string{"my-report", "my-empty-report"} {
		post(t, "/v1/documents", object{
			"documentId": id, "document": object{"headline": "A report", "publisher": "A Desk", "languageCode": "en"},
			"initialVersion": object{"text": text, "publishTime": object{"edtf": "2024-01-15"}},
		})
	}
	for _, id := range []string{"my-quote", "my-original", "my-other-quote", "my-merged-quote"} {
		post(t, "/v1/statements?statement_id="+id, object{
			"documentVersion": "documents/my-report/versions/1", "statementType": "DIRECT",
			"contents": []any{object{"start": 26, "end": 48, "exact": text[26:48]}},
			"speakers": []any{object{"attributionText": "Ana Ruiz"}}, "statementTime": object{"edtf": "2024-01-15"},
		})
	}
	corrected := post(t, "/v1/statements/my-quote:correct", object{
		"kind": "ERROR", "reason": "who it is", "statement": object{"speakers": []any{object{"entity": "entities/my-unused"}}},
	})
	name, _ := corrected["correction"].(object)["name"].(string)
	made[anyCorrection] = strings.TrimPrefix(name, "corrections/")
	post(t, "/v1/statements/my-merged-quote:merge", object{"target": "statements/my-original", "reason": "the same"})
	moved := post(t, "/v1/statements:reattribute", object{
		"filter": `speaker = "entities/my-unused"`, "fromEntity": "entities/my-unused", "toEntity": "entities/my-speaker", "reason": "a namesake",
	})
	name, _ = moved["name"].(string)
	made[anyReattribution] = strings.TrimPrefix(name, "reattributions/")
	post(t, "/v1/statements/afp-2023-11-18-not-easy/reviews?review_id=my-review",
		object{"reviewer": "A Desk", "textualRating": "Right", "publishTime": object{"edtf": "2024"}})
	post(t, "/v1/metrics?metric_id=my-unused-metric", object{
		"displayName": "A test", "measuredProperty": "output", "statType": "VALUE", "defaultUnit": object{"system": "UCUM", "code": "t"},
	})
	figures(t)
}

// figures makes one with a correction, and one that is computed from it.
func figures(t testing.TB) {
	t.Helper()
	figure := object{
		"metric": "metrics/bilateral-goods-trade", "dimensions": object{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "IMPORTS"},
		"timePeriod": object{"edtf": "2016"}, "frequency": "A", "valueKind": "POINT", "value": object{"value": "293.5"},
		"unit": object{"system": "ISO4217", "code": "USD"}, "unitMult": 9, "origin": object{"producer": "A test"},
	}
	post(t, "/v1/figures?figure_id=my-figure", figure)
	post(t, "/v1/figures/my-figure:correct", object{"kind": "ERROR", "reason": "a misprint", "figure": object{"value": object{"value": "293.6"}}})
	delete(figure, "value")
	figure["timePeriod"] = object{"edtf": "2017"}
	figure["derivation"] = object{"formula": "2 * x", "inputs": []any{object{"variable": "x", "figure": "figures/my-figure"}}}
	post(t, "/v1/figures?figure_id=my-sum", figure)
}

func post(t testing.TB, path string, body object) object {
	t.Helper()
	answer := api.Post(t, path, body).OK(t)
	var out object
	if err := json.Unmarshal(answer.Body, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
