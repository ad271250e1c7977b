package reference

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// samples are ids of the example record, so that examples of reads can be run
// as they stand.
var samples = map[string]string{
	"document":  "afp-2023-11-18",
	"version":   "1",
	"entity":    "joe-biden",
	"statement": "afp-2023-11-18-not-easy",
	"revision":  "1",
	"metric":    "bilateral-trade",
	"figure":    "afp-2023-11-18-bilateral-trade",
	"place":     "us",
}

// texts are what the methods that resolve words are asked with.
var texts = map[string]string{
	"entities:resolve": "Joe+Biden", "metrics:resolve": "bilateral+trade", "places:resolve": "Mexico", "units:resolve": "US%24",
}

var pathVariable = regexp.MustCompile(`\{([a-z_]+)\}`)

// example is a curl call of an operation.
func (d *document) example(path, method string, op operation) string {
	url := "http://localhost:8080" + pathVariable.ReplaceAllStringFunc(path, func(found string) string {
		name := found[1 : len(found)-1]
		if sample, ok := samples[name]; ok {
			return sample
		}
		return "my-" + name
	})
	var query []string
	for _, p := range op.Parameters {
		if p.In == "query" && p.Required {
			query = append(query, p.Name+"="+sampleOf(p.Name, path))
		}
	}
	if len(query) > 0 {
		url += "?" + strings.Join(query, "&")
	}
	if method == "get" {
		return "curl '" + url + "'"
	}
	call := "curl -X " + strings.ToUpper(method) + " '" + url + "'"
	body := op.RequestBody.Content.json()
	if body == nil {
		return call
	}
	if method == "patch" {
		return call + " \\\n  -H 'Content-Type: application/json' -H 'If-Match: *' \\\n  -d '{\"…\": \"…\"}'"
	}
	text, err := json.MarshalIndent(d.sketch(body, 0), "", "  ")
	if err != nil {
		return call
	}
	return call + " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + string(text) + "'"
}

func sampleOf(name, path string) string {
	switch name {
	case "query":
		return "trade"
	case "names":
		collection := strings.TrimSuffix(strings.TrimPrefix(path, "/v1/"), ":batchGet")
		return collection + "/" + samples[strings.TrimSuffix(collection, "s")]
	case "text":
		return texts[strings.TrimPrefix(path, "/v1/")]
	case "value":
		return "3000"
	case "from":
		return "km"
	case "to":
		if path == "/v1/units:convert" {
			return "m"
		}
		return samples["revision"]
	case "reason":
		return "entered+twice"
	default:
		return "…"
	}
}

// maxSketch is how deep a sketch of a body goes.
const maxSketch = 3

// sketch is a body with its required fields.
func (d *document) sketch(s *schema, depth int) any {
	if named := d.Components.Schemas[s.refName()]; named != nil {
		s = named
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[len(s.Enum)-1]
	case s.Type == "array" && s.Items != nil && depth < maxSketch:
		return []any{d.sketch(s.Items, depth+1)}
	case s.Type == "array":
		return []any{}
	case s.Type == "object" && depth < maxSketch:
		object := make(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if property := s.Properties[name]; slices.Contains(s.Required, name) && !property.ReadOnly {
				object[name] = d.sketch(property, depth+1)
			}
		}
		return object
	case s.Type == "object":
		return map[string]any{}
	case s.Type == "integer":
		return 1
	case s.Type == "boolean":
		return true
	default:
		return "…"
	}
}
