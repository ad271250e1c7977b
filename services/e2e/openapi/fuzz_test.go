package openapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// texts are values that have broken programs before, and some that are right in one
// place and wrong in another.
var texts = []string{
	"", " ", "0", "-1", "1", "1e999", "NaN", "true", "null", "a\x00b", "é", "𝒳", "\u202e", "' OR 1=1 --", "<script>alert(1)</script>",
	"2023-13-45", "2024-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "2023~/..", "9223372036854775808", "*", "{}", "[]",
	"documents/goods-trade-note", "statements/nothing-here", "entities/joe-biden", "metrics/bilateral-goods-trade", "A", "USD", "../../etc/passwd",
	`speaker = "entities/joe-biden"`, `((((((`, "name desc", "MTIz", strings.Repeat("a", 5000), strings.Repeat("(", 300), "\xff\xfe",
}

// values are JSON values of every type, as text.
var values = []string{
	"null", "true", "0", "-1", "1.5", "1e300", `""`, `"a"`, `"2024"`, "[]", "{}", "[null]", `{"value":"1"}`, `{"edtf":"2024"}`, "[{}]",
	`"` + strings.Repeat("b", 70000) + `"`, `{"x":` + strings.Repeat("[", 120) + "1" + strings.Repeat("]", 120) + "}", `"a\u0000b"`,
	`"figures/goods-trade-note-total-2014"`,
}

// drawValue is one of values, made anew: what is drawn is changed later.
func drawValue(rt *rapid.T) (value any) {
	must.OK(rt, json.Unmarshal([]byte(rapid.SampledFrom(values).Draw(rt, "value")), &value))
	return value
}

// TestJ13EveryOperationIsFuzzed: whatever is asked is answered as the document says:
// with a code that it names, in a form that it names, and never with a fault.
func TestJ13EveryOperationIsFuzzed(t *testing.T) {
	eachOperation(func(path, method string, op *operation) {
		t.Run(op.OperationID, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				call := drawCall(rt, path, method, op)
				rt.Logf("%s %q %v %.3000s", call.Method, call.Path, call.Header, call.Body)
				checkRefusal(rt, ask(rt, call, path), op)
			})
		})
	})
}

// ask makes a call. Of a stream only the beginning is read.
func ask(t must.TB, call client.Request, path string) client.Answer {
	t.Helper()
	if path != changesPath {
		answer, err := api.Try(context.Background(), call)
		must.OK(t, err)
		return answer
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, call.Method, stack.URL(server.HTTP)+call.Path, nil)
	must.OK(t, err)
	for name, value := range call.Header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	defer response.Body.Close()
	answer := client.Answer{Code: response.StatusCode, Header: response.Header}
	if answer.Code != http.StatusOK {
		answer, err = api.Try(ctx, call)
		must.OK(t, err)
	}
	return answer
}

func checkRefusal(t must.TB, answer client.Answer, op *operation) {
	t.Helper()
	documented, ok := op.Responses[fmt.Sprint(answer.Code)]
	must.True(t, ok, "%d is not documented: %.2000s", answer.Code, answer.Body)
	must.True(t, answer.Code < 500, "%d: %.2000s", answer.Code, answer.Body)
	if answer.Code == http.StatusNotModified {
		return
	}
	mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	_, ok = documented.resolved().Content[mediaType]
	must.True(t, ok, "%s is not documented of %d", mediaType, answer.Code)
	if answer.Code >= 400 {
		must.Equal(t, mediaType, "application/problem+json")
		var problem struct {
			Type, Title, Detail, Message string
			Status                       int
			Details                      []object
		}
		must.OK(t, json.Unmarshal(answer.Body, &problem))
		must.Equal(t, problem.Status, answer.Code)
		must.True(t, strings.HasPrefix(problem.Type, "/docs/errors#") && problem.Title != "" && problem.Detail != "" && len(problem.Details) > 0,
			"something is missing: %s", answer.Body)
	}
}

// drawCall makes a call up: an example of the operation with some of it changed. A
// write only checks what it would do.
func drawCall(rt *rapid.T, path, method string, op *operation) client.Request {
	name := rapid.SampledFrom(op.Examples).Draw(rt, "example").Name
	query := url.Values{}
	for _, p := range op.Parameters {
		p = p.resolved()
		example, given := p.Examples[name]
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", drawID(rt, fmt.Sprint(example.Value)))
		case "query":
			drawQuery(rt, query, p, example.Value, given)
		}
	}
	if one(rt, 12) {
		query.Set(rapid.SampledFrom([]string{"unknown", "Page_Size", "pageSize", "page_size[]", "fields", "format", "$where"}).Draw(rt, "name"),
			rapid.SampledFrom(texts).Draw(rt, "value"))
	}
	call := client.Request{Method: strings.ToUpper(method), Path: replaced(path), Header: drawHeaders(rt)}
	if method != "get" {
		if _, isQuery := parameterOf(op, "validate_only"); isQuery {
			query.Set("validate_only", "true")
		}
		call.Body = drawBody(rt, op, name)
	}
	if encoded := query.Encode(); encoded != "" {
		call.Path += "?" + replaced(encoded)
	}
	if one(rt, 30) && method == "get" {
		call.Path = strings.Replace(call.Path, "?", "?%zz&", 1)
	}
	return call
}

// one is true once in n times.
func one(rt *rapid.T, n int) bool { return rapid.IntRange(1, n).Draw(rt, "chance") == n }

func parameterOf(op *operation, name string) (*parameter, bool) {
	for _, p := range op.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return nil, false
}

func drawID(rt *rapid.T, usual string) string {
	if !one(rt, 5) {
		return usual
	}
	return url.PathEscape(rapid.SampledFrom(append([]string{"nothing-here", "A", "a/b", "a:b", "-", "..", "1", "99999999999"}, texts...)).
		Filter(func(s string) bool { return s != "" && s != ".." }).Draw(rt, "id"))
}

func drawQuery(rt *rapid.T, query url.Values, p *parameter, usual any, given bool) {
	if p.Name == "validate_only" {
		return
	}
	switch {
	case given && !one(rt, 6):
		addQuery(query, p.Name, usual)
	case given || one(rt, 6):
		name := p.Name
		if p.Schema != nil && p.Schema.Type == "object" {
			name += "[" + rapid.SampledFrom([]string{"FLOW", "REF_AREA", "", "x", "a\x00"}).Draw(rt, "key") + "]"
		}
		query.Add(name, drawText(rt, p.Schema))
		if one(rt, 6) {
			query.Add(name, drawText(rt, p.Schema))
		}
	}
}

// drawText is a value of a parameter: mostly one that its schema allows.
func drawText(rt *rapid.T, s *schema) string {
	if s != nil && one(rt, 2) {
		switch {
		case len(s.Enum) > 0:
			return fmt.Sprint(rapid.SampledFrom(s.Enum).Draw(rt, "enum"))
		case s.Type == "boolean":
			return fmt.Sprint(rapid.Bool().Draw(rt, "bool"))
		case s.Type == "integer":
			return fmt.Sprint(rapid.IntRange(-2, 1200).Draw(rt, "integer"))
		case s.Format == "date-time":
			return rapid.SampledFrom([]string{"2024-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}).Draw(rt, "time")
		}
	}
	return rapid.SampledFrom(texts).Draw(rt, "text")
}

func drawHeaders(rt *rapid.T) map[string]string {
	header := map[string]string{}
	for name, some := range map[string][]string{
		"Accept":            {"*/*", "application/json", "text/html", "image/svg+xml", "x", "application/*;q=0", "text/csv, application/json;q=0.1", "text/event-stream"},
		"Accept-Language":   {"es", "*", "x-y-z, en;q=2", ",,,", "de-CH-1996"},
		"If-None-Match":     {"*", `W/"a"`, "a", `"`, ""},
		"If-Modified-Since": {"Mon, 02 Jan 2006 15:04:05 GMT", "yesterday"},
		"If-Match":          {"*", `"1-0a1b2c3d"`, `W/"1-00000000"`, "a", `"a", "b"`},
		"Idempotency-Key":   {"0190a0c0-0000-7000-8000-000000000001", "x", `"0190a0c0-0000-7000-8000-000000000001"`},
		"Content-Type":      {"text/plain", "application/json; charset=latin1", ""},
		"Content-Encoding":  {"gzip", "identity"},
		"Last-Event-ID":     {"x", "AAAA", ""},
		"X-Request-Id":      {"mine", "with space"},
	} {
		if one(rt, 14) {
			header[name] = rapid.SampledFrom(some).Draw(rt, name)
		}
	}
	return header
}

// drawBody is the body of the example with some values changed, or no JSON at all.
func drawBody(rt *rapid.T, op *operation, name string) any {
	example, ok := op.RequestBody.Content["application/json"].Examples[name]
	if !ok {
		if one(rt, 10) {
			return "{}"
		}
		return nil
	}
	if one(rt, 12) {
		return rapid.SampledFrom([]string{"", "{", "[]", "null", "{}", `{"a":1,"a":2}`, "\xff", `{"validateOnly":tru`, strings.Repeat("[", 9000)}).Draw(rt, "raw")
	}
	text, err := json.Marshal(example.Value)
	must.OK(rt, err)
	var body object
	must.OK(rt, json.Unmarshal([]byte(replaced(string(text))), &body))
	for range rapid.IntRange(0, 3).Draw(rt, "changes") {
		mutate(rt, body)
	}
	if _, isQuery := parameterOf(op, "validate_only"); !isQuery {
		body["validateOnly"] = true
	}
	text, err = json.Marshal(body)
	must.OK(rt, err)
	return string(text)
}

// mutate changes one value somewhere in an object.
func mutate(rt *rapid.T, into object) {
	keys := slices.Sorted(maps.Keys(into))
	if len(keys) == 0 || one(rt, 6) {
		into[rapid.SampledFrom([]string{"unknown", "name", "etag", "updateMask", "requestId", "reason"}).Draw(rt, "key")] = drawValue(rt)
		return
	}
	key := rapid.SampledFrom(keys).Draw(rt, "key")
	inner := into[key]
	if list, ok := inner.([]any); ok && len(list) > 0 && one(rt, 2) {
		inner = list[0]
	}
	if object, ok := inner.(object); ok && !one(rt, 3) {
		mutate(rt, object)
		return
	}
	if one(rt, 3) {
		delete(into, key)
		return
	}
	into[key] = drawValue(rt)
}
