package reference

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var pathVariable = regexp.MustCompile(`\{([a-z_]+)\}`)

// curl is a call of an operation: the first of its examples; "" if it has none.
func curl(path, method string, op operation) string {
	if len(op.Examples) == 0 {
		return ""
	}
	named := op.Examples[0].Name
	at := "http://localhost:8080" + pathVariable.ReplaceAllStringFunc(path, func(found string) string {
		for _, p := range op.Parameters {
			if value, ok := p.Examples[named]; ok && p.In == "path" && p.Name == found[1:len(found)-1] {
				return fmt.Sprint(value.Value)
			}
		}
		return found
	})
	var query []string
	for _, p := range op.Parameters {
		if value, ok := p.Examples[named]; ok && p.In == "query" {
			query = append(query, parameters(p.Name, value.Value)...)
		}
	}
	if len(query) > 0 {
		at += "?" + strings.Join(query, "&")
	}
	if method == "get" {
		return "curl '" + at + "'"
	}
	call := "curl -X " + strings.ToUpper(method) + " '" + at + "'"
	body, ok := op.RequestBody.Content["application/json"].Examples[named]
	if !ok {
		return call
	}
	text, err := json.MarshalIndent(body.Value, "", "  ")
	if err != nil {
		return call
	}
	return call + " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(string(text), "'", `'\''`) + "'"
}

// parameters writes a value as query parameters: a list as several, an object with
// its keys in brackets.
func parameters(name string, value any) []string {
	var out []string
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			out = append(out, name+"="+url.QueryEscape(fmt.Sprint(one)))
		}
	case map[string]any:
		for key, one := range value {
			out = append(out, name+"["+key+"]="+url.QueryEscape(fmt.Sprint(one)))
		}
		slices.Sort(out)
	default:
		out = append(out, name+"="+url.QueryEscape(fmt.Sprint(value)))
	}
	return out
}
