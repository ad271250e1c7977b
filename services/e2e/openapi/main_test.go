package openapi_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi/datamodel/high/v3"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// One server with the example record, and what the examples of writes need, for all
// tests; and the document that it serves.
var (
	server *stack.AllInOne
	api    *client.API
	raw    document
	model  *v3.Document
	valid  validator.Validator
)

func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		server = stack.StartExamples(t, t.TempDir())
		api = client.New(server.HTTP)
		prepare(t)
		load(t)
	}))
}

// load reads the document.
func load(t testing.TB) {
	t.Helper()
	text := api.Get(t, "/openapi.json").OK(t).Body
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	parsed, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	built, err := parsed.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	model = &built.Model
	made, problems := validator.NewValidator(parsed)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	valid = made
}

// document is the part of OpenAPI that calls are made from.
type document struct {
	Paths      map[string]map[string]*operation
	Components struct {
		Parameters map[string]*parameter
		Responses  map[string]*response
		Schemas    map[string]*schema
	}
}

type operation struct {
	OperationID string
	Parameters  []*parameter
	RequestBody struct {
		Content map[string]media
	}
	Responses map[string]*response
	Examples  []struct{ Name, Summary string } `json:"x-examples"`
}

type parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
	Schema   *schema
	Examples map[string]struct{ Value any }
}

type media struct {
	Schema   *schema
	Examples map[string]struct{ Value any }
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]media
	Headers map[string]object
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format               string
	Enum                 []any
	Items                *schema
	Properties           map[string]*schema
	AdditionalProperties any
	OneOf                []*schema
	Minimum, Maximum     *int
	MaxItems             *int
}
