package openapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel/high/v3"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var variable = regexp.MustCompile(`\{([a-z_]+)\}`)

const changesPath = "/v1/changes"

// eachOperation calls a function with every operation, in order.
func eachOperation(call func(path, method string, op *operation)) {
	var keys []string
	for path, item := range raw.Paths {
		for method := range item {
			keys = append(keys, path+" "+method)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		path, method, _ := strings.Cut(key, " ")
		call(path, method, raw.Paths[path][method])
	}
}

func (r *response) resolved() *response {
	if r.Ref != "" {
		return raw.Components.Responses[lastSegment(r.Ref)]
	}
	return r
}

func (p *parameter) resolved() *parameter {
	if p.Ref != "" {
		return raw.Components.Parameters[lastSegment(p.Ref)]
	}
	return p
}

func lastSegment(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func request(method, path string) client.Request { return client.Request{Method: method, Path: path} }

// replaced puts the ids that the server made in the place of those of the examples.
func replaced(text string) string {
	for placeholder, id := range made {
		text = strings.ReplaceAll(text, placeholder, id)
	}
	return text
}

// exampleCall is the call that an example describes.
func exampleCall(path, method string, op *operation, name string) client.Request {
	query := url.Values{}
	for _, p := range op.Parameters {
		p = p.resolved()
		example, ok := p.Examples[name]
		if !ok {
			continue
		}
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(example.Value))
		} else {
			addQuery(query, p.Name, example.Value)
		}
	}
	call := client.Request{Method: strings.ToUpper(method), Path: path}
	if len(query) > 0 {
		call.Path += "?" + query.Encode()
	}
	if body, ok := op.RequestBody.Content["application/json"].Examples[name]; ok {
		text, err := json.Marshal(body.Value)
		if err != nil {
			panic(err) // it was JSON
		}
		call.Body = replaced(string(text))
	}
	call.Path = replaced(call.Path)
	return call
}

// addQuery writes a value as the document says: a list as several parameters, an
// object with its keys in brackets.
func addQuery(query url.Values, name string, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			query.Add(name, fmt.Sprint(one))
		}
	case object:
		for key, one := range value {
			query.Add(name+"["+key+"]", fmt.Sprint(one))
		}
	default:
		query.Add(name, fmt.Sprint(value))
	}
}

// TestJ13EveryExampleIsExecuted: each call of the document is one that a client made
// from the document can make, succeeds, and answers what the document says, in a form
// that it names.
func TestJ13EveryExampleIsExecuted(t *testing.T) {
	count := 0
	eachOperation(func(path, method string, op *operation) {
		for _, example := range op.Examples {
			count++
			t.Run(op.OperationID+"/"+example.Name, func(t *testing.T) {
				call := exampleCall(path, method, op, example.Name)
				must.False(t, variable.MatchString(call.Path), "an id is missing: %s", call.Path)
				if path == changesPath {
					firstEvent(t, call.Path)
					return
				}
				checkBody(t, call, path)
				answer := api.Do(t, call).OK(t)
				checkAnswer(t, answer, path, op)
			})
		}
	})
	must.True(t, count >= len(raw.Paths), "there are only %d examples", count)
}

// checkBody compares the body of a call with what the document says of the operation.
func checkBody(t must.TB, call client.Request, path string) {
	t.Helper()
	text, ok := call.Body.(string)
	if !ok {
		return
	}
	request, err := http.NewRequest(call.Method, stack.URL(server.HTTP)+call.Path, strings.NewReader(text))
	must.OK(t, err)
	request.Header.Set("Content-Type", "application/json")
	passes, problems := valid.GetRequestBodyValidator().ValidateRequestBodyWithPathItem(request, pathItem(path), path)
	must.True(t, passes, "%s %s: %s\n%s", call.Method, call.Path, describe(problems), text)
}

// checkAnswer compares an answer with what the document says of the operation.
func checkAnswer(t must.TB, answer client.Answer, path string, op *operation) {
	t.Helper()
	documented, ok := op.Responses[fmt.Sprint(answer.Code)]
	must.True(t, ok, "%s answers %d, which is not documented: %s", answer.Request().URL, answer.Code, answer.Body)
	mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	_, ok = documented.resolved().Content[mediaType]
	must.True(t, ok, "%s answers %s, which is not documented", answer.Request().URL, mediaType)
	if !strings.HasSuffix(mediaType, "json") || answer.Request().URL.Query().Has("fields") {
		return // what must be there is so in whole answers only
	}
	response := answer.Response()
	defer response.Body.Close()
	passes, problems := valid.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(answer.Request(), response, pathItem(path), path)
	must.True(t, passes, "%s: %s\n%s", answer.Request().URL, describe(problems), answer.Body)
}

func pathItem(path string) *v3.PathItem {
	item, _ := model.Paths.PathItems.Get(path)
	return item
}

// firstEvent reads the first event of a stream.
func firstEvent(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ask := must.Get(http.NewRequestWithContext(ctx, http.MethodGet, stack.URL(server.HTTP)+path, nil))(t)
	answer, err := http.DefaultClient.Do(ask)
	must.OK(t, err)
	defer answer.Body.Close()
	must.Equal(t, answer.StatusCode, http.StatusOK)
	must.Equal(t, answer.Header.Get("Content-Type"), "text/event-stream")
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if lines.Text() == "event: heartbeat" {
			return
		}
	}
	t.Fatalf("no heartbeat came: %v", lines.Err())
}
