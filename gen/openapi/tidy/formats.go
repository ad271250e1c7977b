package main

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// queryPath is the path whose answer comes in several formats.
	queryPath = "/v1/metrics/{metric}:query"
	// changesPath is the path whose answer is a stream of events.
	changesPath = "/v1/changes"
)

// linkedData are the answers that come as JSON-LD too: resources; lists of them, and
// a document that is read whole.
var linkedData = []string{
	"onrecord.statements.v1.Document", "onrecord.statements.v1.DocumentVersion", "onrecord.statements.v1.Entity",
	"onrecord.statements.v1.Statement", "onrecord.statements.v1.Review", "onrecord.metrics.v1.Figure", "onrecord.metrics.v1.Metric",
	"onrecord.gateway.v1.ReadDocumentResponse",
}

// tidyFormats adds what the gateway alone knows: the parameters format, fields and
// beside, and the media types of the answers.
func tidyFormats(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	return eachOperation(doc, func(path, _ string, op map[string]any) error {
		responses, _ := op["responses"].(map[string]any)
		answer, _ := responses["200"].(map[string]any)
		content, ok := answer["content"].(map[string]any)
		if !ok {
			return fmt.Errorf("there is no answer")
		}
		switch {
		case path == queryPath:
			addFields(op)
			tidyQueryFormats(op, content)
		case path == changesPath:
			tidyEvents(op, answer)
		case strings.HasSuffix(path, ":evidence"):
			answer["content"] = map[string]any{"application/zip": map[string]any{"schema": map[string]any{"type": "string", "format": "binary"}}}
			addFormat(op, "The form of the answer, in place of `Accept`.", "zip")
		case strings.HasSuffix(path, ":cite"):
			addFields(op)
			content["text/plain"] = map[string]any{"schema": map[string]any{"type": "string", "description": "The citation for people."}}
			content["application/vnd.citationstyles.csl+json"] = anyObject("One item of CSL-JSON.")
			addFormat(op, "The form of the answer, in place of `Accept`.", "json", "text", "csl")
		default:
			addFields(op)
			forms := []string{"json"}
			if isLinkedData(content, schemas) {
				forms = append(forms, "jsonld")
				content["application/ld+json"] = anyObject("The same in the terms of schema.org and of Web Annotations.")
			}
			addFormat(op, "The form of the answer, in place of `Accept`.", forms...)
		}
		return nil
	})
}

// addParameters puts query parameters before the headers.
func addParameters(op map[string]any, added ...any) {
	parameters, _ := op["parameters"].([]any)
	at := slices.IndexFunc(parameters, func(p any) bool { return p.(map[string]any)["$ref"] != nil })
	if at < 0 {
		at = len(parameters)
	}
	op["parameters"] = slices.Insert(parameters, at, added...)
}

func addFormat(op map[string]any, description string, forms ...string) {
	addParameters(op, map[string]any{
		"name": "format", "in": "query", "description": description,
		"schema": map[string]any{"type": "string", "enum": forms, "default": forms[0]},
	})
}

// addFields adds the mask of the answer (AIP-157).
func addFields(op map[string]any) {
	addParameters(op, map[string]any{
		"name": "fields", "in": "query",
		"description": "Cuts a JSON answer down to these fields: paths with dots, with commas between them, such as `name,speakers.entity`. " +
			"`unavailable` of a joined view is always there.",
		"schema": map[string]any{"type": "string"},
	})
}

// isLinkedData says whether a JSON answer is a resource that comes as JSON-LD too, or
// a list of them and nothing else but corrections.
func isLinkedData(content, schemas map[string]any) bool {
	media, _ := content["application/json"].(map[string]any)
	schema, _ := media["schema"].(map[string]any)
	name := refName(schema)
	if slices.Contains(linkedData, name) {
		return true
	}
	message, _ := schemas[name].(map[string]any)
	properties, _ := message["properties"].(map[string]any)
	lists := 0
	for field, p := range properties {
		items, _ := p.(map[string]any)["items"].(map[string]any)
		switch item := refName(items); {
		case field == "nextPageToken" || item == "onrecord.type.v1.Correction":
		case slices.Contains(linkedData, item):
			lists++
		default:
			return false
		}
	}
	return lists == 1
}

func refName(schema map[string]any) string {
	ref, _ := schema["$ref"].(string)
	return strings.TrimPrefix(ref, "#/components/schemas/")
}

// tidyEvents describes a stream of events. Its schema is that of one event's data.
func tidyEvents(op, answer map[string]any) {
	content, _ := answer["content"].(map[string]any)
	for _, media := range content {
		if schema, ok := media.(map[string]any)["schema"].(map[string]any); ok {
			op["x-event-data"] = schema
		}
	}
	answer["description"] = "Server-sent events: `event` is the type of the change or `heartbeat`, `data` a WatchResponse as JSON, `id` its `resumeToken`."
	answer["content"] = map[string]any{"text/event-stream": map[string]any{"schema": map[string]any{"type": "string"}}}
	addFormat(op, "The form of the answer, in place of `Accept`.", "events")
}

// tidyQueryFormats describes the forms of a query of a metric.
func tidyQueryFormats(op, content map[string]any) {
	addParameters(op, map[string]any{
		"name": "format", "in": "query",
		"description": "The form of the answer, in place of `Accept`. `rows` is a JSON array of flat objects with equal keys, `csvw` the metadata of `csv`. " +
			"All but `json` have every observation, unless `page_size` or `page_token` asks for a page.",
		"schema": map[string]any{"type": "string", "enum": []string{"json", "rows", "csv", "csvw", "sdmx-csv", "sdmx-json", "svg"}, "default": "json"},
	}, map[string]any{
		"name": "beside", "in": "query",
		"description": "Figures, of any metric, that the drawing of `format=svg` shows beside its lines, such as what an article says. Each is a point or a band of its own, " +
			"never joined to a line, with its metric, coverage and source in the key and the description. It must be of a period, and a level in the unit of the drawing " +
			"(`CANNOT_DRAW` says which unit it is in). With another format it is `MALFORMED_PARAMETER`: it is never among rows.",
		"explode": true, "style": "form",
		"schema": map[string]any{"type": "array", "maxItems": 20, "uniqueItems": true, "items": map[string]any{
			"type": "string", "pattern": "^figures/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
		}},
	})
	media, _ := content["application/json"].(map[string]any)
	content["application/json"] = map[string]any{"schema": map[string]any{
		"oneOf": []any{media["schema"], map[string]any{
			"type": "array", "description": "With `format=rows`: one flat object an observation, all with equal keys.",
			"items": map[string]any{"type": "object", "additionalProperties": scalar()},
		}},
	}}
	for _, name := range []string{"text/csv", "application/vnd.sdmx.data+csv", "image/svg+xml"} {
		content[name] = map[string]any{"schema": map[string]any{"type": "string"}}
	}
	content["application/csvm+json"] = anyObject("The metadata of the CSV file (CSVW).")
	content["application/vnd.sdmx.data+json"] = anyObject("A data message of SDMX-JSON 2.0.")
}

// anyObject is a form of an answer whose properties another standard names.
func anyObject(description string) map[string]any {
	return map[string]any{"schema": map[string]any{"type": "object", "additionalProperties": true, "description": description}}
}

// scalar is the schema of a cell. It is no list of types: makers of clients do not know
// what to make of one.
func scalar() map[string]any {
	var kinds []any
	for _, kind := range []string{"string", "number", "boolean", "null"} {
		kinds = append(kinds, map[string]any{"type": kind})
	}
	return map[string]any{"oneOf": kinds}
}
