package openapi_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// told are the headers that a client acts on: the document names each that is sent.
var told = []string{"Cache-Control", "Content-Disposition", "ETag", "Last-Modified", "Link", "Onrecord-Settled-Time", "Vary", "X-Request-Id"}

// TestJ6HeadersAreThoseOfTheDocument: of what is read, and of the answer that says that the
// client has it. A time of the last change is that of one resource: lists and joined views
// have none, and take no If-Modified-Since.
func TestJ6HeadersAreThoseOfTheDocument(t *testing.T) {
	known, dated := 0, 0
	eachOperation(func(path, method string, op *operation) {
		if method != "get" || path == changesPath {
			return
		}
		says := func(code, header string) bool { return op.Responses[code].Headers[header] != nil }
		since := slices.ContainsFunc(op.Parameters, func(p *parameter) bool { return p.resolved().Name == "If-Modified-Since" })
		must.Equal(t, []any{path, since, says("304", "Last-Modified")}, []any{path, says("200", "Last-Modified"), says("200", "Last-Modified")})
		if since {
			dated++
		}
		for _, example := range op.Examples {
			call := exampleCall(path, method, op, example.Name)
			answer := api.Do(t, call).OK(t)
			call.Header = map[string]string{"If-None-Match": answer.Header.Get("ETag")}
			again := api.Do(t, call)
			if again.Code == http.StatusNotModified {
				known++
			}
			for _, name := range told {
				must.True(t, answer.Header.Get(name) == "" || says("200", name), "%s sends %s, which is not documented", call.Path, name)
				must.True(t, again.Code != http.StatusNotModified || again.Header.Get(name) == "" || says("304", name), "304 of %s sends %s, which is not documented", call.Path, name)
			}
		}
	})
	must.True(t, known > 20 && dated >= 5, "%d answers were known, %d are dated", known, dated)
}
