package reference

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The part of OpenAPI 3.1 that the page shows.
type (
	document struct {
		Info struct {
			Title       string `json:"title"`
			Version     string `json:"version"`
			Description string `json:"description"`
		} `json:"info"`
		Tags []struct {
			Name        string `json:"name"`
			Description string `json:"description"`
		} `json:"tags"`
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Schemas    map[string]*schema   `json:"schemas"`
			Parameters map[string]parameter `json:"parameters"`
		} `json:"components"`
	}

	operation struct {
		Tags        []string    `json:"tags"`
		ID          string      `json:"operationId"`
		Summary     string      `json:"summary"`
		Description string      `json:"description"`
		Parameters  []parameter `json:"parameters"`
		RequestBody struct {
			Content content `json:"content"`
		} `json:"requestBody"`
		Responses map[string]struct {
			Content content `json:"content"`
		} `json:"responses"`
		Examples []struct {
			Name    string `json:"name"`
			Summary string `json:"summary"`
		} `json:"x-examples"`
		Role string `json:"x-role"`
	}

	parameter struct {
		Ref         string             `json:"$ref"`
		Name        string             `json:"name"`
		In          string             `json:"in"`
		Required    bool               `json:"required"`
		Description string             `json:"description"`
		Schema      schema             `json:"schema"`
		Examples    map[string]example `json:"examples"`
	}

	content map[string]struct {
		Schema   *schema            `json:"schema"`
		Examples map[string]example `json:"examples"`
	}

	example struct {
		Value any `json:"value"`
	}

	schema struct {
		Ref           string             `json:"$ref"`
		Type          string             `json:"type"`
		Format        string             `json:"format"`
		Description   string             `json:"description"`
		Enum          []string           `json:"enum"`
		Items         *schema            `json:"items"`
		OneOf         []*schema          `json:"oneOf"`
		Properties    map[string]*schema `json:"properties"`
		Additional    json.RawMessage    `json:"additionalProperties"`
		Required      []string           `json:"required"`
		ReadOnly      bool               `json:"readOnly"`
		Pattern       string             `json:"pattern"`
		MinLength     *int               `json:"minLength"`
		MaxLength     *int               `json:"maxLength"`
		Minimum       *json.Number       `json:"minimum"`
		Maximum       *json.Number       `json:"maximum"`
		MinItems      *int               `json:"minItems"`
		MaxItems      *int               `json:"maxItems"`
		MaxProperties *int               `json:"maxProperties"`
	}
)

func parse(openAPI []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(openAPI, &d); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	for _, operations := range d.Paths {
		for _, op := range operations {
			for i, p := range op.Parameters {
				if p.Ref != "" {
					op.Parameters[i] = d.Components.Parameters[lastSegment(p.Ref)]
				}
			}
		}
	}
	return &d, nil
}

// json returns the schema of a JSON body, nil if there is none.
func (c content) json() *schema { return c["application/json"].Schema }

// refName is the name of the schema that a reference points to, "" for none.
func (s *schema) refName() string {
	if s == nil {
		return ""
	}
	return lastSegment(s.Ref)
}

func lastSegment(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
