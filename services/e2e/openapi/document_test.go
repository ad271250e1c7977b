package openapi_test

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi-validator/errors"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func describe(problems []*errors.ValidationError) string {
	var all []string
	for _, p := range problems {
		text := p.Message + ": " + p.Reason
		for _, s := range p.SchemaValidationErrors {
			text += "\n\t" + s.KeywordLocation + ": " + s.Reason
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

// TestJ13TheDocumentIsValidOpenAPI: a validator of the standard says so, and nothing
// that the standard leaves open is left out.
func TestJ13TheDocumentIsValidOpenAPI(t *testing.T) {
	ok, problems := valid.ValidateDocument()
	must.True(t, ok, "%s", describe(problems))
	must.True(t, strings.HasPrefix(model.Version, "3.1"), "the version is %s", model.Version)
	for path, item := range model.Paths.PathItems.FromOldest() {
		for method, operation := range item.GetOperations().FromOldest() {
			must.True(t, operation.Summary+operation.Description != "", "%s %s does not say what it does", method, path)
			must.True(t, operation.OperationId != "", "%s %s has no operationId", method, path)
		}
	}
	ids := map[string]bool{}
	eachOperation(func(path, method string, op *operation) {
		must.False(t, ids[op.OperationID], "%s stands twice", op.OperationID)
		ids[op.OperationID] = true
		must.True(t, len(op.Examples) > 0, "%s has no example", op.OperationID)
		for code, r := range op.Responses {
			if r = r.resolved(); code != "304" {
				must.True(t, len(r.Content) > 0, "%s %s %s: no form of the answer is documented", method, path, code)
			}
		}
	})
}

// TestJ13EveryRouteIsDocumented: each path of the document is one, and what the
// gateway says to OPTIONS is what is documented.
func TestJ13EveryRouteIsDocumented(t *testing.T) {
	for path, item := range raw.Paths {
		var want []string
		for method := range item {
			want = append(want, strings.ToUpper(method))
			if method == "get" {
				want = append(want, "HEAD")
			}
		}
		answer, err := api.Try(t.Context(), request("OPTIONS", variable.ReplaceAllString(path, "1")))
		must.OK(t, err)
		var got []string
		for name := range strings.SplitSeq(answer.Header.Get("Allow"), ",") {
			if name = strings.TrimSpace(name); name != "OPTIONS" {
				got = append(got, name)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		must.Equal(t, append([]string{path}, got...), append([]string{path}, want...))
	}
}

// TestClientsCanBeMadeOfTheDocument: no schema has a list of types, which makers of
// clients refuse or take for anything.
func TestClientsCanBeMadeOfTheDocument(t *testing.T) {
	var everything any
	must.OK(t, json.Unmarshal(api.Get(t, "/openapi.json").OK(t).Body, &everything))
	noLists(t, "", everything)
}

// noLists looks for a list of types below a value.
func noLists(t *testing.T, at string, value any) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for i, one := range value {
			noLists(t, fmt.Sprint(at, "/", i), one)
		}
	case object:
		if list, isList := value["type"].([]any); isList {
			t.Errorf("%s is of the types %v", at, list)
		}
		for key, one := range value {
			noLists(t, at+"/"+key, one)
		}
	}
}

func TestDocsPage(t *testing.T) {
	page := api.Get(t, "/docs").OK(t)
	must.Contains(t, page.Header.Get("Content-Type"), "text/html")
	must.Contains(t, string(page.Body), "/v1/documents/{document}:read")
}

// onPage is a read as the reference page shows it.
var onPage = regexp.MustCompile(`curl '(?:http://localhost:8080)([^']+)'`)

// TestExamplesOfReads: the calls on the reference page can be run as they stand.
func TestExamplesOfReads(t *testing.T) {
	page := html.UnescapeString(string(api.Get(t, "/docs").OK(t).Body))
	found := onPage.FindAllStringSubmatch(page, -1)
	must.True(t, len(found) >= 15, "only %d examples are on the page", len(found))
	for _, match := range found {
		if !strings.HasPrefix(match[1], "/v1/changes") { // it does not end
			t.Run(match[1], func(t *testing.T) { api.Get(t, replaced(match[1])).OK(t) })
		}
	}
}
