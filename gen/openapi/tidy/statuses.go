package main

import (
	"fmt"
	"strings"
)

// problems are the answers that refuse a request or say why it failed, by their HTTP
// code: the name of the shared answer, and what it means.
var problems = map[string][2]string{
	"400": {"BadRequest", "The request is not valid, or the record is in no state for it."},
	"401": {"Unauthorized", "There is no credential, or one that is not valid."},
	"403": {"Forbidden", "The caller's role does not allow it."},
	"404": {"NotFound", "There is no such resource, or one that the request refers to is not there."},
	"406": {"NotAcceptable", "`Accept` takes none of the forms of the answer."},
	"408": {"RequestTimeout", "The body did not arrive in time."},
	"409": {"Conflict", "The resource is there already, or in another state than the request expects."},
	"410": {"Gone", "The resource was retracted or erased: the details say when and why."},
	"412": {"PreconditionFailed", "`If-Match` names another state of the resource."},
	"413": {"PayloadTooLarge", "The body is over the limit."},
	"415": {"UnsupportedMediaType", "The body is not JSON in UTF-8, or packed."},
	"429": {"TooManyRequests", "The caller asks too often or too much: later."},
	"500": {"InternalError", "A fault of the program: the details have its id in the log."},
	"503": {"Unavailable", "A service, or its storage, does not answer now: later."},
	"504": {"Timeout", "A service did not answer in time."},
}

// tidyStatuses says of every operation which codes it answers, and of the shared
// problems what they look like.
func tidyStatuses(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	if schemas == nil {
		return fmt.Errorf("the document has no schemas")
	}
	schemas["Problem"] = problemSchema()
	schemas["google.rpc.Status"] = statusSchema()
	answers := map[string]any{}
	for code, problem := range problems {
		answer := map[string]any{
			"description": problem[1],
			"content": map[string]any{"application/problem+json": map[string]any{
				"schema": map[string]any{"$ref": "#/components/schemas/Problem"},
			}},
			"headers": map[string]any{"X-Request-Id": headerRef("X-Request-Id")},
		}
		if code == "429" || code == "503" {
			answer["headers"].(map[string]any)["Retry-After"] = headerRef("Retry-After")
		}
		answers[problem[0]] = answer
	}
	components["responses"] = answers
	return eachOperation(doc, func(path, method string, op map[string]any) error {
		responses, _ := op["responses"].(map[string]any)
		delete(responses, "default")
		for _, code := range codesOf(path, method, op) {
			responses[code] = map[string]any{"$ref": "#/components/responses/" + problems[code][0]}
		}
		return nil
	})
}

// codesOf lists the problems that an operation can answer with.
func codesOf(path, method string, op map[string]any) []string {
	codes := []string{"400", "401", "403", "406", "429", "500", "503", "504"}
	named := strings.Contains(path, "{")
	if named || method != "get" || strings.HasSuffix(path, ":batchGet") {
		codes = append(codes, "404")
	}
	if named {
		codes = append(codes, "410")
	}
	if method != "get" {
		codes = append(codes, "409")
	}
	if op["requestBody"] != nil {
		codes = append(codes, "408", "413", "415")
	}
	if hasEtag(method, op) {
		codes = append(codes, "412")
	}
	return codes
}

// hasEtag says whether an operation takes If-Match: it changes one resource that is
// there.
func hasEtag(method string, op map[string]any) bool {
	if method == "patch" || method == "delete" {
		return true
	}
	return method == "post" && bodyHas(op, "etag")
}

// bodyHas says whether a body that is the whole request has a property.
func bodyHas(op map[string]any, name string) bool {
	body, err := bodySchema(op)
	if err != nil {
		return false
	}
	properties, _ := body["properties"].(map[string]any)
	return properties[name] != nil
}

// statusSchema is what became of one item of many, inside an answer.
func statusSchema() map[string]any {
	problem := problemSchema()
	properties := problem["properties"].(map[string]any)
	return map[string]any{
		"type": "object", "description": "Why one item was refused, or that it was not.",
		"properties": map[string]any{"code": properties["code"], "message": properties["message"], "details": map[string]any{
			"type": "array", "items": properties["details"].(map[string]any)["items"],
		}},
	}
}

// problemSchema is an error's answer: RFC 9457 and google.rpc.Status at once.
func problemSchema() map[string]any {
	text := func(description string) map[string]any {
		return map[string]any{"type": "string", "description": description}
	}
	return map[string]any{
		"type":        "object",
		"description": "Why a request was refused or failed: problem details (RFC 9457) that are a google.rpc.Status too.",
		"required":    []any{"type", "title", "status", "detail", "code", "message", "details"},
		"properties": map[string]any{
			"type":     map[string]any{"type": "string", "format": "uri-reference", "description": "What kind of problem it is: where its reason is explained."},
			"title":    text("The reason in words."),
			"status":   map[string]any{"type": "integer", "format": "int32", "description": "The HTTP code."},
			"detail":   text("What is wrong and how to mend it, in words."),
			"instance": map[string]any{"type": "string", "format": "uri-reference", "description": "Names this one occurrence, with the request id."},
			"code":     map[string]any{"type": "integer", "format": "int32", "description": "The google.rpc.Code, such as 3 for INVALID_ARGUMENT."},
			"message":  text("The same as `detail`."),
			"details": map[string]any{
				"type":        "array",
				"description": "google.rpc.ErrorInfo with a stable reason, and, as they apply, google.rpc.BadRequest, google.rpc.ResourceInfo and others.",
				"minItems":    1,
				"items": map[string]any{
					"type":                 "object",
					"properties":           map[string]any{"@type": map[string]any{"type": "string"}},
					"required":             []any{"@type"},
					"additionalProperties": true,
				},
			},
		},
	}
}

// eachOperation calls a function with every operation of the document.
func eachOperation(doc map[string]any, call func(path, method string, op map[string]any) error) error {
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		for method, op := range item.(map[string]any) {
			if err := call(path, method, op.(map[string]any)); err != nil {
				return fmt.Errorf("%s %s: %w", strings.ToUpper(method), path, err)
			}
		}
	}
	return nil
}
