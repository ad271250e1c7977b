package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// everything stands for all the fields of a resource.
const everything = "*"

// partials are the resources in bodies that are sent in part, by the end of the path
// and the property that holds them: the name of that part, and the fields that must be
// sent of a whole resource but not of it.
var partials = [...]struct {
	path, property, name string
	unsent               []string
}{
	{":correct", "statement", "Patch", []string{everything}},
	{":correct", "figure", "Patch", []string{everything}},
	{"documents:ingest", "statements", "Ingested", []string{"documentVersion"}},
	{"figures:import", "template", "Template", []string{"timePeriod", "valueKind", "unit"}},
}

// tidyPartials gives every resource that is sent in part a schema of its own: the body
// of each PATCH, of which no field must be sent (AIP-134), and those of partials.
func tidyPartials(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	var found [len(partials)]bool
	err := eachOperation(doc, func(path, method string, op map[string]any) error {
		if method != "patch" && (method != "post" || op["requestBody"] == nil) {
			return nil
		}
		body, err := bodySchema(op)
		if err != nil {
			return err
		}
		if method == "patch" {
			return refToPart(schemas, body, "Patch", []string{everything})
		}
		properties, _ := body["properties"].(map[string]any)
		for i, part := range partials {
			property, _ := properties[part.property].(map[string]any)
			if items, isList := property["items"].(map[string]any); isList {
				property = items
			}
			if property == nil || !strings.HasSuffix(path, part.path) {
				continue
			}
			found[i] = true
			if err := refToPart(schemas, property, part.name, part.unsent); err != nil {
				return err
			}
		}
		return nil
	})
	if i := slices.Index(found[:], false); err == nil && i >= 0 {
		err = fmt.Errorf("%s of %s: there is no such property of a body", partials[i].property, partials[i].path)
	}
	return err
}

// refToPart makes a reference to a schema one to a part of it.
func refToPart(schemas, reference map[string]any, name string, unsent []string) error {
	whole := refName(reference)
	part, err := partOf(schemas[whole], unsent)
	if err != nil {
		return fmt.Errorf("%s of %q: %w", name, whole, err)
	}
	schemas[whole+"."+name] = part
	reference["$ref"] = "#/components/schemas/" + whole + "." + name
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

// partOf copies a schema without some of its required fields.
func partOf(schema any, unsent []string) (map[string]any, error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	var part map[string]any
	if err := json.Unmarshal(text, &part); err != nil {
		return nil, err
	}
	if part == nil {
		return nil, fmt.Errorf("there is no such schema")
	}
	needed, _ := part["required"].([]any)
	needed = slices.DeleteFunc(needed, func(field any) bool {
		return slices.Contains(unsent, everything) || slices.Contains(unsent, field.(string))
	})
	part["required"] = needed
	if len(needed) == 0 {
		delete(part, "required")
	}
	return part, nil
}
