package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// tidyPatches gives every PATCH a body of its own: the resource of which no
// field must be sent (AIP-134).
func tidyPatches(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		op, isPatch := item.(map[string]any)["patch"].(map[string]any)
		if !isPatch {
			continue
		}
		body, err := bodySchema(op)
		if err != nil {
			return fmt.Errorf("PATCH %s: %w", path, err)
		}
		name := strings.TrimPrefix(fmt.Sprint(body["$ref"]), "#/components/schemas/")
		partial, err := partialOf(schemas[name])
		if err != nil {
			return fmt.Errorf("PATCH %s: %w", path, err)
		}
		schemas[name+".Patch"] = partial
		body["$ref"] = "#/components/schemas/" + name + ".Patch"
	}
	return nil
}

// bodySchema is the schema of an operation's JSON body.
func bodySchema(op map[string]any) (map[string]any, error) {
	body, _ := op["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	schema, ok := media["schema"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("there is no JSON body")
	}
	return schema, nil
}

// partialOf copies a schema without its list of required fields.
func partialOf(schema any) (map[string]any, error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	var partial map[string]any
	if err := json.Unmarshal(text, &partial); err != nil {
		return nil, err
	}
	if partial == nil {
		return nil, fmt.Errorf("the schema of its body is not there")
	}
	delete(partial, "required")
	return partial, nil
}
