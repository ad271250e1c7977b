package rest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi/datamodel/high/v3"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// values fill in the parameters of documented paths, so that every GET has
// something to answer.
var values = map[string]string{
	"document": "goods-trade-note", "version": "1", "entity": "joe-biden", "statement": "goods-trade-note-infrastructure",
	"revision": "1", "metric": "bilateral-goods-trade", "figure": "goods-trade-note-total-2014",
	"place": "us",
}

// queries are the parameters that a path cannot do without, and some more.
var queries = map[string]string{
	"/v1/statements:search":                          "query=border&page_size=3",
	"/v1/statements:batchGet":                        "names=statements/goods-trade-note-infrastructure&names=statements/afp-2023-11-18-not-easy",
	"/v1/figures:batchGet":                           "names=figures/goods-trade-note-total-2014",
	"/v1/metrics/{metric}:query":                     "dimensions[FLOW]=TOTAL&period=2009/2015&frequency=A",
	"/v1/documents":                                  "filter=" + url.QueryEscape(`text_withheld = true`),
	"/v1/entities":                                   "order_by=display_name&page_size=5",
	"/v1/statements":                                 "filter=" + url.QueryEscape(`statement_type = DIRECT`) + "&page_size=2",
	"/v1/figures":                                    "filter=" + url.QueryEscape(`normalized.value > "1e9" AND dimensions.REF_AREA = "US"`),
	"/v1/documents/{document}:read":                  "version=1",
	"/v1/entities:resolve":                           "text=biden",
	"/v1/metrics:resolve":                            "text=trade+in+goods",
	"/v1/places:resolve":                             "text=Mexican",
	"/v1/units:resolve":                              "text=US%24",
	"/v1/units:convert":                              "value=3000&from=km&to=m",
	"/v1/figures/{figure}/revisions/{revision}:diff": "to=1",
	"/v1/statements:count":                           "group_by=speaker",
	"/v1/statements/{statement}/revisions/{revision}:diff": "to=1",
}

// added are what the example record has none of, made once: by the name of the
// parameter in a documented path.
var added = sync.OnceValues(func() (map[string]string, error) {
	ids := map[string]string{"review": "my-review"}
	for _, write := range []struct{ path, body, id string }{
		{"/v1/statements/" + values["statement"] + "/reviews?review_id=my-review", review, ""},
		{"/v1/statements/afp-2023-11-18-not-easy/reviews?review_id=my-review", review, ""},
		{"/v1/documents/goods-trade-note:correct", `{"kind":"CLARIFICATION","reason":"a test"}`, "correction"},
		{"/v1/entities", `{"entityType":"PERSON","displayName":"Speaker One"}`, "one"},
		{"/v1/entities", `{"entityType":"PERSON","displayName":"Speaker Two"}`, "two"},
	} {
		if err := add(ids, write.path, write.body, write.id); err != nil {
			return nil, err
		}
	}
	one, two := "entities/"+ids["one"], "entities/"+ids["two"]
	document := `{"document":{"headline":"A test","publisher":"A Desk","languageCode":"en"},
		"initialVersion":{"text":"Yes, she said.","publishTime":{"edtf":"2024"}}}`
	if err := add(ids, "/v1/documents", document, "document"); err != nil {
		return nil, err
	}
	statement := fmt.Sprintf(`{"documentVersion":"documents/%s/versions/1","statementType":"DIRECT",
		"contents":[{"start":0,"end":3,"exact":"Yes"}],"speakers":[{"entity":%q}],"statementTime":{"missingReason":"NOT_STATED"}}`,
		ids["document"], one)
	if err := add(ids, "/v1/statements", statement, "said"); err != nil {
		return nil, err
	}
	return ids, add(ids, "/v1/statements:reattribute",
		fmt.Sprintf(`{"filter":"speaker = \"%s\"","fromEntity":%q,"toEntity":%q,"reason":"a test"}`, one, one, two), "reattribution")
})

const review = `{"reviewer":"A Desk","textualRating":"Right","publishTime":{"edtf":"2024"}}`

// add makes a resource and keeps its id.
func add(ids map[string]string, path, body, id string) error {
	answer, err := api.Try(context.Background(), client.Request{Method: "POST", Path: path, Body: json.RawMessage(body)})
	if err != nil {
		return err
	}
	var made struct{ Name string }
	if err := json.Unmarshal(answer.Body, &made); err != nil || made.Name == "" {
		return fmt.Errorf("POST %s: %s", path, answer.Body)
	}
	if id != "" {
		ids[id] = made.Name[strings.LastIndex(made.Name, "/")+1:]
	}
	return nil
}

func openAPI(t *testing.T) (*v3.Document, validator.Validator) {
	t.Helper()
	answer := api.Get(t, "/openapi.json").OK(t)
	must.Contains(t, answer.Header.Get("Content-Type"), "json")
	document := must.Get(libopenapi.NewDocument(answer.Body))(t)
	model := must.Get(document.BuildV3Model())(t)
	v, problems := validator.NewValidator(document)
	must.Equal(t, len(problems), 0)
	return &model.Model, v
}

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

// TestOpenAPI: the document is a valid OpenAPI 3.1 document.
func TestOpenAPI(t *testing.T) {
	model, v := openAPI(t)
	ok, problems := v.ValidateDocument()
	must.True(t, ok, "%s", describe(problems))
	must.True(t, strings.HasPrefix(model.Version, "3.1"), "the version is %s", model.Version)
	for path, item := range model.Paths.PathItems.FromOldest() {
		for method, operation := range item.GetOperations().FromOldest() {
			must.True(t, operation.Summary+operation.Description != "", "%s %s does not say what it does", method, path)
			must.True(t, operation.OperationId != "", "%s %s has no operationId", method, path)
		}
	}
}

var parameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// TestEveryDocumentedGet: each answers 200, and what the document says.
func TestEveryDocumentedGet(t *testing.T) {
	model, v := openAPI(t)
	made := must.Get(added())(t)
	asked := map[string]bool{}
	for path, item := range model.Paths.PathItems.FromOldest() {
		if item.Get == nil {
			continue
		}
		asked[path] = true
		t.Run(path, func(t *testing.T) {
			concrete := parameter.ReplaceAllStringFunc(path, func(found string) string {
				value := cmp.Or(values[strings.Trim(found, "{}")], made[strings.Trim(found, "{}")])
				must.True(t, value != "", "no value is known for %s", found)
				return value
			})
			answer := api.Do(t, client.Request{Path: concrete + "?" + queries[path]}).OK(t)
			// The path is said, because the validator knows no custom verbs.
			ok, problems := v.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(answer.Request(), answer.Response(), item, path)
			must.True(t, ok, "%s\n%s", describe(problems), answer.Body)
		})
	}
	for path := range queries {
		must.True(t, asked[path], "%s is not documented; those are:\n%s", path, strings.Join(slices.Sorted(maps.Keys(asked)), "\n"))
	}
}

// TestDocumentedErrors: errors too have the documented shape.
func TestDocumentedErrors(t *testing.T) {
	model, v := openAPI(t)
	for address, path := range map[string]string{
		"/v1/documents/nothing":        "/v1/documents/{document}",
		"/v1/documents?page_size=5000": "/v1/documents",
		"/v1/metrics/nothing:query":    "/v1/metrics/{metric}:query",
	} {
		answer := api.Get(t, address)
		must.True(t, answer.Code >= 400, "%s is no error", address)
		item, _ := model.Paths.PathItems.Get(path)
		ok, problems := v.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(answer.Request(), answer.Response(), item, path)
		must.True(t, ok, "%s\n%s", describe(problems), answer.Body)
	}
}

func TestDocsPage(t *testing.T) {
	page := api.Get(t, "/docs").OK(t)
	must.Contains(t, page.Header.Get("Content-Type"), "text/html")
	must.Contains(t, string(page.Body), "/v1/documents/{document}:read")
}

// example is a read as the reference page shows it.
var example = regexp.MustCompile(`curl '(?:http://localhost:8080)([^']+)'`)

// TestExamplesOfReads: the calls on the reference page can be run as they stand.
func TestExamplesOfReads(t *testing.T) {
	page := html.UnescapeString(string(api.Get(t, "/docs").OK(t).Body))
	found := example.FindAllStringSubmatch(page, -1)
	must.True(t, len(found) >= 15, "only %d examples are on the page", len(found))
	made := must.Get(added())(t)
	for _, match := range found {
		address := strings.NewReplacer("my-correction", made["correction"], "my-reattribution", made["reattribution"]).Replace(match[1])
		t.Run(match[1], func(t *testing.T) { api.Get(t, address).OK(t) })
	}
}
