package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// pathVariable is a variable of a path template as the generator names it:
// after the request's field.
var pathVariable = regexp.MustCompile(`\{([a-z_.0-9]+)\}`)

// singulars names the id of each collection.
var singulars = map[string]string{
	"documents": "document", "versions": "version", "entities": "entity", "statements": "statement",
	"revisions": "revision", "reviews": "review", "corrections": "correction",
	"reattributions": "reattribution", "metrics": "metric", "figures": "figure",
	"places": "place",
}

// tidyPaths gives one path to all methods of a resource and names its ids.
func tidyPaths(doc map[string]any) error {
	old, _ := doc["paths"].(map[string]any)
	paths := map[string]any{}
	for path, item := range old {
		tidied, ids, err := tidyPath(path)
		if err != nil {
			return err
		}
		into, _ := paths[tidied].(map[string]any)
		if into == nil {
			into = map[string]any{}
			paths[tidied] = into
		}
		for method, op := range item.(map[string]any) {
			if into[method] != nil {
				return fmt.Errorf("%s %s is there twice", method, tidied)
			}
			tidyOperation(op.(map[string]any), ids)
			into[method] = op
		}
	}
	doc["paths"] = paths
	return nil
}

// tidyPath names each variable after the collection before it.
func tidyPath(path string) (tidied string, ids []string, err error) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !pathVariable.MatchString(segment) {
			continue
		}
		id, known := singulars[segments[i-1]]
		if !known {
			return "", nil, fmt.Errorf("%s: no name for an id of %q", path, segments[i-1])
		}
		segments[i] = pathVariable.ReplaceAllString(segment, "{"+id+"}")
		ids = append(ids, id)
	}
	return strings.Join(segments, "/"), ids, nil
}

// tidyOperation renames the parameters of one operation.
func tidyOperation(op map[string]any, ids []string) {
	var parameters []any
	for _, id := range ids {
		parameters = append(parameters, map[string]any{
			"name": id, "in": "path", "required": true,
			"description": "The id of the " + id + ".",
			"schema":      map[string]any{"type": "string", "pattern": idPattern(id)},
		})
	}
	request, _ := requestOf(op)
	old, _ := op["parameters"].([]any)
	for _, p := range old {
		parameter := p.(map[string]any)
		if parameter["in"] == "path" {
			continue
		}
		tidyQuery(parameter, request)
		parameters = append(parameters, parameter)
	}
	if parameters != nil {
		op["parameters"] = parameters
	}
	if body, err := bodySchema(op); err == nil {
		limitBody(body, request)
	}
}

// idPattern is the shape of an id: numbers for versions and revisions.
func idPattern(id string) string {
	if id == "version" || id == "revision" {
		return "^[1-9][0-9]{0,8}$"
	}
	return "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
}

// tidyQuery writes a query parameter as the gateway documents it.
func tidyQuery(parameter map[string]any, request fields) {
	name := parameter["name"].(string)
	if base, isMap := strings.CutSuffix(name, "[string]"); isMap {
		parameter["name"] = snake(base)
		parameter["style"] = "deepObject"
		parameter["explode"] = true
		parameter["schema"] = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
		return
	}
	parameter["name"] = snake(name)
	if rule, ok := request[snake(name)]; ok {
		if schema, isMap := parameter["schema"].(map[string]any); isMap {
			limit(schema, rule)
		}
		if required(rule) {
			parameter["required"] = true
		}
	}
}

// snake turns a JSON name into the name of the .proto field.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
