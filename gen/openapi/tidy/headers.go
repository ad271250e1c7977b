package main

import (
	"maps"
	"strings"
)

// answerHeaders are the headers of answers: type and format of the value, and what
// it says.
var answerHeaders = map[string][3]string{
	"Cache-Control":         {"string", "", "How long the answer may be kept: for ever, `immutable`, if `read_time` was given."},
	"ETag":                  {"string", "", "The state of the answer, for `If-None-Match` and, of a single resource, `If-Match`."},
	"Last-Modified":         {"string", "", "When the resource was changed last, once no other change can fall into that second."},
	"Link":                  {"string", "", "`rel=\"next\"` and `rel=\"first\"`: pages of a list. `rel=\"latest-version\"`: what was asked for with `read_time` as it stands now."},
	"Vary":                  {"string", "", "Which request headers the answer depends on."},
	"Onrecord-Settled-Time": {"string", "date-time", "Nothing can still be recorded at or before it: the greatest read_time."},
	"X-Request-Id":          {"string", "", "Names the request in logs."},
	"Retry-After":           {"integer", "", "How many seconds to wait before asking again."},
	"Content-Disposition":   {"string", "", "The name of the file."},
}

// requestHeaders are the headers of requests: by the name of the shared parameter,
// the header, the format of its value, its pattern and what it says.
var requestHeaders = map[string][4]string{
	"RequestId":       {"X-Request-Id", "", "^[!-~]{1,128}$", "Names the request in the answer and in logs; made up if it is not there, or not 1 to 128 visible ASCII characters."},
	"IfNoneMatch":     {"If-None-Match", "", "", "The ETag of an answer that the client has: 304 without a body if it is still that one."},
	"IfModifiedSince": {"If-Modified-Since", "", "", "The Last-Modified of an answer that the client has. If-None-Match, which is exact, comes first."},
	"IfMatch":         {"If-Match", "", "", "The ETag of the resource that the change is meant for, or `*`: 412 if it is another by now. In place of `etag`; both must agree."},
	"IdempotencyKey":  {"Idempotency-Key", "", "", "A UUID, with or without quotes, that makes a retry the same write. In place of `requestId`; both must agree."},
	"AcceptLanguage":  {"Accept-Language", "", "", "The languages of names, the preferred first, where `language_code` is not given. What was said is never translated."},
	"LastEventId":     {"Last-Event-ID", "", "", "The id of the last event that the client had: the stream goes on after it."},
}

func headerRef(name string) map[string]any {
	return map[string]any{"$ref": "#/components/headers/" + name}
}

func parameterRef(name string) map[string]any {
	return map[string]any{"$ref": "#/components/parameters/" + name}
}

// tidyHeaders documents the headers of requests and answers.
func tidyHeaders(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	headers, parameters := map[string]any{}, map[string]any{}
	for name, h := range answerHeaders {
		schema := map[string]any{"type": h[0]}
		if h[1] != "" {
			schema["format"] = h[1]
		}
		headers[name] = map[string]any{"description": h[2], "schema": schema}
	}
	for name, h := range requestHeaders {
		schema := map[string]any{"type": "string"}
		if h[2] != "" {
			schema["pattern"] = h[2]
		}
		parameters[name] = map[string]any{"name": h[0], "in": "header", "description": h[3], "schema": schema}
	}
	components["headers"], components["parameters"] = headers, parameters
	return eachOperation(doc, func(path, method string, op map[string]any) error {
		old, _ := op["parameters"].([]any)
		dated := isDated(method, op, schemas)
		for _, name := range headersOf(path, method, op, dated) {
			old = append(old, parameterRef(name))
		}
		op["parameters"] = old
		responses, _ := op["responses"].(map[string]any)
		answer, _ := responses["200"].(map[string]any)
		said := map[string]any{}
		for _, name := range answerHeadersOf(path, method, dated) {
			said[name] = headerRef(name)
		}
		answer["headers"] = said
		if method == "get" && path != changesPath {
			known := maps.Clone(said)
			delete(known, "Content-Disposition")
			responses["304"] = map[string]any{"description": "The client has the answer already.", "headers": known}
		}
		return nil
	})
}

// isDated says whether an operation reads one resource, whose newest change has a time:
// lists and joined views have none.
func isDated(method string, op, schemas map[string]any) bool {
	responses, _ := op["responses"].(map[string]any)
	answer, _ := responses["200"].(map[string]any)
	content, _ := answer["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	schema, _ := media["schema"].(map[string]any)
	message, _ := schemas[refName(schema)].(map[string]any)
	properties, _ := message["properties"].(map[string]any)
	return method == "get" && properties["name"] != nil && properties["etag"] != nil && properties["updateTime"] != nil
}

// headersOf lists the request headers that mean something to an operation.
func headersOf(path, method string, op map[string]any, dated bool) []string {
	names := []string{"RequestId"}
	switch {
	case path == changesPath:
		return append(names, "LastEventId")
	case method == "get":
		names = append(names, "IfNoneMatch")
	}
	if dated {
		names = append(names, "IfModifiedSince")
	}
	if hasEtag(method, op) {
		names = append(names, "IfMatch")
	}
	if hasQuery(op, "request_id") || bodyHas(op, "requestId") {
		names = append(names, "IdempotencyKey")
	}
	if service, _, _ := strings.Cut(op["operationId"].(string), "_"); service == "RecordService" && hasQuery(op, "language_code") {
		names = append(names, "AcceptLanguage")
	}
	return names
}

func answerHeadersOf(path, method string, dated bool) []string {
	names := []string{"X-Request-Id", "Cache-Control"}
	if path == changesPath {
		return names
	}
	names = append(names, "Onrecord-Settled-Time", "Vary")
	if method == "get" {
		names = append(names, "ETag", "Link")
	}
	if dated {
		names = append(names, "Last-Modified")
	}
	if strings.HasSuffix(path, ":evidence") {
		names = append(names, "Content-Disposition")
	}
	return names
}

// hasQuery says whether an operation has a query parameter.
func hasQuery(op map[string]any, name string) bool {
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		if parameter := p.(map[string]any); parameter["name"] == name && parameter["in"] == "query" {
			return true
		}
	}
	return false
}
