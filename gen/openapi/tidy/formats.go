package main

import "fmt"

// queryPath is the path whose answer comes in several formats.
const queryPath = "/v1/metrics/{metric}:query"

// tidyFormats adds what the gateway alone knows: the parameters format and beside, and
// the media types of the answer.
func tidyFormats(doc map[string]any) error {
	paths, _ := doc["paths"].(map[string]any)
	item, _ := paths[queryPath].(map[string]any)
	op, _ := item["get"].(map[string]any)
	responses, _ := op["responses"].(map[string]any)
	answer, _ := responses["200"].(map[string]any)
	content, ok := answer["content"].(map[string]any)
	if !ok {
		return fmt.Errorf("GET %s has no answer", queryPath)
	}
	parameters, _ := op["parameters"].([]any)
	op["parameters"] = append(parameters, map[string]any{
		"name": "format", "in": "query",
		"description": "The form of the answer, in place of `Accept`. `rows` is a JSON array of flat objects with equal keys, `csvw` the metadata of `csv`. " +
			"All but `json` have every observation, unless `page_size` or `page_token` asks for a page.",
		"schema": map[string]any{"type": "string", "enum": []string{"json", "rows", "csv", "csvw", "sdmx-csv", "svg"}, "default": "json"},
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
			"items": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": []string{"string", "number", "boolean", "null"}}},
		}},
	}}
	for _, name := range []string{"text/csv", "application/vnd.sdmx.data+csv", "image/svg+xml"} {
		content[name] = map[string]any{"schema": map[string]any{"type": "string"}}
	}
	content["application/csvm+json"] = map[string]any{"schema": map[string]any{"type": "object"}}
	headers, _ := answer["headers"].(map[string]any)
	headers["Link"] = map[string]any{
		"description": "`rel=\"next\"`: the next page, of an answer that is a page in another form than `json`. `rel=\"describedby\"`: the metadata of CSV.",
		"schema":      map[string]any{"type": "string"},
	}
	return nil
}
