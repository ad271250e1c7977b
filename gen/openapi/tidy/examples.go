package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// examplesJSON has calls of every operation that succeed on the example record: by the
// operation's id. Writes only check what they would do. A test of the running program
// makes each of them.
//
//go:embed examples.json
var examplesJSON []byte

// example is one call of an operation.
type example struct {
	// Name tells the examples of one operation apart; parameters and body of one call
	// have it in common.
	Name    string
	Summary string
	// Path and Query are values of parameters by name, as JSON has them.
	Path, Query map[string]any
	Body        any
}

// tidyExamples adds the examples to parameters and bodies. Every operation has one.
func tidyExamples(doc map[string]any) error {
	var all map[string][]example
	decoder := json.NewDecoder(bytes.NewReader(examplesJSON))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&all); err != nil {
		return fmt.Errorf("read the examples: %w", err)
	}
	err := eachOperation(doc, func(_, _ string, op map[string]any) error {
		id := fmt.Sprint(op["operationId"])
		if len(all[id]) == 0 {
			return fmt.Errorf("%s has no example in examples.json", id)
		}
		for _, one := range all[id] {
			if err := addExample(op, one); err != nil {
				return fmt.Errorf("example %s of %s: %w", one.Name, id, err)
			}
		}
		delete(all, id)
		return nil
	})
	if err == nil && len(all) > 0 {
		err = fmt.Errorf("there are examples of what is no operation: %v", slices.Sorted(maps.Keys(all)))
	}
	return err
}

func addExample(op map[string]any, one example) error {
	parameters, _ := op["parameters"].([]any)
	for in, values := range map[string]map[string]any{"path": one.Path, "query": one.Query} {
		for name, value := range values {
			at := slices.IndexFunc(parameters, func(p any) bool {
				parameter := p.(map[string]any)
				return parameter["name"] == name && parameter["in"] == in
			})
			if at < 0 {
				return fmt.Errorf("there is no %s parameter %s", in, name)
			}
			put(parameters[at].(map[string]any), one.Name, map[string]any{"value": value})
		}
	}
	body, _ := op["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	media, hasBody := content["application/json"].(map[string]any)
	if hasBody != (one.Body != nil) {
		return fmt.Errorf("the operation has a body, or the example has one, and not the other")
	}
	if hasBody {
		put(media, one.Name, map[string]any{"summary": one.Summary, "value": one.Body})
	}
	named, _ := op["x-examples"].([]any)
	op["x-examples"] = append(named, map[string]any{"name": one.Name, "summary": one.Summary})
	return nil
}

func put(into map[string]any, name string, value map[string]any) {
	examples, _ := into["examples"].(map[string]any)
	if examples == nil {
		examples = map[string]any{}
		into["examples"] = examples
	}
	examples[name] = value
}
