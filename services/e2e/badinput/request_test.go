package badinput_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// routes are the methods and path templates of the OpenAPI document.
func routes(t *testing.T) map[string][]string {
	t.Helper()
	var document struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	must.OK(t, json.Unmarshal(api.Get(t, "/openapi.json").OK(t).Body, &document))
	must.True(t, len(document.Paths) > 20, "only %d paths are documented", len(document.Paths))
	all := map[string][]string{}
	for path, methods := range document.Paths {
		all[path] = slices.Sorted(maps.Keys(methods))
	}
	return all
}

var pathParameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// concrete fills the parameters of a path template in.
func concrete(template string) string {
	return pathParameter.ReplaceAllStringFunc(template, func(parameter string) string {
		if parameter == "{version}" || parameter == "{revision}" {
			return "1"
		}
		return "hedges"
	})
}

// TestF1UnknownParameters: a parameter that a method does not have is never
// ignored, on any route.
func TestF1UnknownParameters(t *testing.T) {
	want := client.Invalid("UNKNOWN_PARAMETER", "vintage_date")
	before := onRecord(t)
	for template, methods := range routes(t) {
		for _, method := range methods {
			t.Run(method+" "+template, func(t *testing.T) {
				r := client.Request{Method: strings.ToUpper(method), Path: concrete(template) + "?vintage_date=2023-10-01"}
				if method == "post" || method == "patch" {
					r.Body = "{}"
				}
				p := api.Do(t, r).Refused(t, want)
				must.Contains(t, p.Violations[0].Description, "vintage_date")
			})
		}
	}
	must.Equal(t, onRecord(t), before)
}

func TestParameters(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		want client.Want
	}{
		"another spelling":             {"/v1/figures?pagesize=10", client.Invalid("UNKNOWN_PARAMETER", "pagesize")},
		"both spellings":               {"/v1/figures?page_size=10&pageSize=10", client.Invalid("DUPLICATE_PARAMETER", "pageSize")},
		"twice":                        {"/v1/figures?page_size=10&page_size=20", client.Invalid("DUPLICATE_PARAMETER", "pageSize")},
		"a field of the path":          {"/v1/" + document + "?name=documents/other", client.Invalid("UNKNOWN_PARAMETER", "name")},
		"a page too large":             {"/v1/figures?page_size=1001", client.Invalid("INVALID_REQUEST", "pageSize")},
		"a negative page":              {"/v1/figures?page_size=-1", client.Invalid("INVALID_REQUEST", "pageSize")},
		"a map without a key":          {"/v1/metrics/number:query?dimensions=US", client.Invalid("MALFORMED_PARAMETER", "dimensions")},
		"a key in a key":               {"/v1/metrics/number:query?dimensions[REF_AREA][x]=US", client.Invalid("UNKNOWN_PARAMETER", "dimensions[REF_AREA][x]")},
		"a semicolon":                  {"/v1/figures?page_size=1;page_token=x", client.Invalid("MALFORMED_QUERY", "")},
		"a broken escape":              {"/v1/figures?filter=%zz", client.Invalid("MALFORMED_QUERY", "")},
		"a filter field unknown":       {"/v1/figures?filter=" + url.QueryEscape(`colour = "red"`), client.Invalid("UNKNOWN_FILTER_FIELD", "filter")},
		"an order field unknown":       {"/v1/figures?order_by=colour", client.Invalid("UNKNOWN_ORDER_FIELD", "orderBy")},
		"a filter that is broken":      {"/v1/figures?filter=" + url.QueryEscape(`metric = `), client.Invalid("FILTER_MALFORMED", "filter")},
		"a filter that is too long":    {"/v1/figures?filter=" + url.QueryEscape(`metric = "`+strings.Repeat("m", 4096)+`"`), client.Invalid("INVALID_REQUEST", "filter")},
		"a filter that is too deep":    {"/v1/figures?filter=" + url.QueryEscape(strings.Repeat("(", 40)+`metric = "metrics/number"`+strings.Repeat(")", 40)), client.Invalid("FILTER_TOO_DEEP", "filter")},
		"a filter with SQL in it":      {"/v1/figures?filter=" + url.QueryEscape(`metric = "x" OR 1=1`), client.Invalid("FILTER_VALUE_INVALID", "filter")},
		"a number without quotes":      {"/v1/figures?filter=" + url.QueryEscape(`normalized.value > 1e9`), client.Invalid("FILTER_MALFORMED", "filter")},
		"an empty search":              {"/v1/statements:search?query=", client.Invalid("INVALID_REQUEST", "query")},
		"only what is not searched":    {"/v1/statements:search?query=-fentanyl", client.Invalid("ONLY_EXCLUSIONS", "query")},
		"a phrase that never ends":     {"/v1/statements:search?query=" + url.QueryEscape(`"border wall`), client.Invalid("UNTERMINATED_PHRASE", "query")},
		"a name of another kind":       {"/v1/statements:batchGet?names=figures/x", client.Invalid("INVALID_REQUEST", "names[0]")},
		"a name twice":                 {"/v1/statements:batchGet?names=statements/x&names=statements/x", client.Invalid("INVALID_REQUEST", "names")},
		"no name":                      {"/v1/statements:batchGet", client.Invalid("INVALID_REQUEST", "names")},
		"an id that cannot be":         {"/v1/documents/Not_An_Id", client.Invalid("INVALID_REQUEST", "name")},
		"a revision that cannot be":    {"/v1/statements/x/revisions/01", client.Invalid("INVALID_REQUEST", "name")},
		"a path that is not there":     {"/v1/quotes", client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "UNKNOWN_PATH"}},
		"a document that is not there": {"/v1/documents/nothing:read", client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "DOCUMENT_NOT_FOUND"}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, client.Request{Path: c.path}, c.want) })
	}
}

// TestF2UnknownFields: nothing in a body is dropped.
func TestF2UnknownFields(t *testing.T) {
	entity := object{"entityType": "PERSON", "displayName": "Bo"}
	for name, c := range map[string]struct {
		path  string
		body  any
		field string
	}{
		"at the top":      {"/v1/entities", with(entity, object{"surname": "x"}), "entity.surname"},
		"of a whole body": {"/v1/documents", object{"document": object{"headline": "x", "publisher": "y", "languageCode": "en"}, "edition": object{}}, "edition"},
		"inside":          {"/v1/figures", with(point("1"), object{"origin": object{"producer": "x", "licence": "CC0-1.0"}}), "figure.origin.licence"},
		"inside a list":   {"/v1/statements", with(said(version, passage(0, 1, "A")), object{"speakers": []object{{"attributionText": "x"}, {"rolle": "y"}}}), "statement.speakers[1].rolle"},
		"deep in an ingest": {"/v1/documents:ingest", object{
			"document": object{"name": "documents/f2", "headline": "x", "publisher": "y", "languageCode": "en"},
			"version":  object{"text": "x", "publishTime": object{"edtf": "2023"}},
			"figures":  []object{with(point("1"), object{"alternates": []object{{"value": object{"valeu": "1"}}}})},
		}, "figures[0].alternates[0].value.valeu"},
		"of another version": {"/v1/figures", with(point("1"), object{"confidence": 0.5}), "figure.confidence"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, client.Request{Method: "POST", Path: c.path, Body: c.body}, client.Invalid("UNKNOWN_FIELD", c.field))
		})
	}
	t.Run("twice", func(t *testing.T) {
		refused(t, client.Request{Method: "POST", Path: "/v1/entities", Body: `{"displayName":"A","displayName":"B","entityType":"PERSON"}`},
			client.Invalid("DUPLICATE_FIELD", "entity.displayName"))
	})
	t.Run("by both its names", func(t *testing.T) {
		refused(t, client.Request{Method: "POST", Path: "/v1/entities", Body: `{"displayName":"A","display_name":"B","entityType":"PERSON"}`},
			client.Invalid("DUPLICATE_FIELD", "entity.displayName"))
	})
	t.Run("that the service sets", func(t *testing.T) {
		p := refusedFigure(t, with(point("1"), object{"name": "figures/mine"}), client.Invalid("NAME_NOT_EMPTY", "figure.name"))
		must.Contains(t, p.Violations[0].Description, "empty")
	})
}

// TestF17Enums: a value that an enum does not have is refused, and those that it
// has are named.
func TestF17Enums(t *testing.T) {
	for name, c := range map[string]struct {
		r     client.Request
		field string
		allow []string
	}{
		"in a body":          {client.Request{Method: "POST", Path: "/v1/figures", Body: with(point("1"), object{"valueKind": "PIONT"})}, "figure.valueKind", []string{"POINT", "NO_VALUE"}},
		"in lower case":      {client.Request{Method: "POST", Path: "/v1/entities", Body: object{"entityType": "person", "displayName": "x"}}, "entity.entityType", []string{"PERSON", "GROUP"}},
		"in a parameter":     {client.Request{Path: "/v1/metrics/number:query?frequency=YEARLY"}, "frequency", []string{"A", "M"}},
		"as a number":        {client.Request{Path: "/v1/metrics/number:query?frequency=1"}, "frequency", []string{"A", "M"}},
		"in a filter":        {client.Request{Path: "/v1/figures?filter=" + url.QueryEscape("value_kind = PIONT")}, "filter", []string{"POINT", "NO_VALUE"}},
		"in a quoted filter": {client.Request{Path: "/v1/statements?filter=" + url.QueryEscape(`statement_type = "SPOKEN"`)}, "filter", []string{"DIRECT", "WRITTEN"}},
		"deep in a body":     {client.Request{Method: "POST", Path: "/v1/figures", Body: with(point("1"), object{"unit": object{"system": "SI", "code": "m"}})}, "figure.unit.system", []string{"UCUM", "ISO4217"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := refused(t, c.r, client.Invalid("UNKNOWN_ENUM_VALUE|FILTER_VALUE_INVALID", c.field))
			violation, _ := p.Field(c.field)
			for _, value := range c.allow {
				must.Contains(t, violation.Description, value)
			}
		})
	}
	t.Run("a number in a body", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"valueKind": 1}), client.Invalid("WRONG_TYPE", "figure.valueKind"))
	})
	t.Run("not given", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"valueKind": nil}), client.Invalid("INVALID_REQUEST", "figure.valueKind"))
	})
}

// inside is what a library's own error text looks like.
var inside = regexp.MustCompile(`strconv|strconv\.|ParseInt|parsing "|invalid syntax|unmarshal|proto:|protojson|json:|grpc|rpc error|runtime error|goroutine|\.go:|sql|SQLITE|reflect|0x[0-9a-f]{6,}`)

// TestF26ErrorsAreForPeople: what is malformed is named in the contract's words
// and with a stable reason, never in those of a library.
func TestF26ErrorsAreForPeople(t *testing.T) {
	post := func(path string, body any) client.Request {
		return client.Request{Method: "POST", Path: path, Body: body}
	}
	for name, c := range map[string]struct {
		r    client.Request
		want client.Want
	}{
		"a word for a number":        {client.Request{Path: "/v1/figures?page_size=ten"}, client.Invalid("MALFORMED_PARAMETER", "pageSize")},
		"a number beyond 32 bits":    {client.Request{Path: "/v1/figures?page_size=2147483648"}, client.Invalid("MALFORMED_PARAMETER", "pageSize")},
		"a fraction":                 {client.Request{Path: "/v1/figures?page_size=1.5"}, client.Invalid("MALFORMED_PARAMETER", "pageSize")},
		"an empty number":            {client.Request{Path: "/v1/figures?page_size="}, client.Invalid("MALFORMED_PARAMETER", "pageSize")},
		"a word for true":            {client.Request{Path: "/v1/figures?show_deleted=yes"}, client.Invalid("MALFORMED_PARAMETER", "showDeleted")},
		"no time":                    {client.Request{Path: "/v1/figures?read_time=yesterday"}, client.Invalid("MALFORMED_PARAMETER", "readTime")},
		"a time that does not exist": {client.Request{Path: "/v1/figures?read_time=2023-02-30T00:00:00Z"}, client.Invalid("MALFORMED_PARAMETER", "readTime")},
		"a request id that is none":  {post("/v1/entities?request_id=7", object{"entityType": "PERSON", "displayName": "x"}), client.Invalid("INVALID_REQUEST", "requestId")},
		"not JSON":                   {post("/v1/entities", `{"displayName": `), client.Invalid("MALFORMED_JSON", "")},
		"JSON with a comment":        {post("/v1/entities", `{} // done`), client.Invalid("MALFORMED_JSON", "")},
		"two values":                 {post("/v1/entities", `{} {}`), client.Invalid("MALFORMED_JSON", "")},
		"a list":                     {post("/v1/entities", `[]`), client.Invalid("WRONG_TYPE", "entity")},
		"no body":                    {client.Request{Method: "POST", Path: "/v1/entities", Header: map[string]string{"Content-Type": "application/json"}}, client.Invalid("BODY_REQUIRED", "entity")},
		"a string for a list":        {post("/v1/entities", object{"aliases": "x"}), client.Invalid("WRONG_TYPE", "entity.aliases")},
		"a number for a string":      {post("/v1/entities", object{"displayName": 1}), client.Invalid("WRONG_TYPE", "entity.displayName")},
		"a string for an offset":     {post("/v1/statements", said(version, object{"start": "0", "end": 1, "exact": "A"})), client.Invalid("WRONG_TYPE", "statement.contents[0].start")},
		"an offset beyond 32 bits":   {post("/v1/statements", said(version, object{"start": 0, "end": 1 << 40, "exact": "A"})), client.Invalid("MALFORMED_VALUE", "statement.contents[0].end")},
		"an offset of a fraction":    {post("/v1/statements", `{"contents":[{"start":0.5,"end":1,"exact":"A"}]}`), client.Invalid("MALFORMED_VALUE", "statement.contents[0].start")},
		"half a surrogate pair":      {post("/v1/entities", `{"entityType":"PERSON","displayName":"\ud800"}`), client.Invalid("MALFORMED_VALUE", "entity.displayName")},
		"a NUL":                      {post("/v1/entities", `{"entityType":"PERSON","displayName":"a\u0000b"}`), client.Invalid("NUL_CHARACTER", "entity.displayName")},
		"a body for a read":          {client.Request{Path: "/v1/entities", Body: "{}"}, client.Invalid("BODY_NOT_ALLOWED", "")},
	} {
		t.Run(name, func(t *testing.T) {
			p := refused(t, c.r, c.want)
			texts := []string{p.Message}
			for _, violation := range p.Violations {
				texts = append(texts, violation.Description)
			}
			for _, text := range texts {
				must.False(t, inside.MatchString(text), "the text comes from inside: %q", text)
			}
		})
	}
}

// limit is the greatest body: 4 MiB.
const limit = 4 << 20

func TestBodySize(t *testing.T) {
	padded := func(size int) string {
		body := `{"entityType":"PERSON","displayName":"Padded"}`
		return body + strings.Repeat(" ", size-len(body))
	}
	const path = "/v1/entities?validate_only=true"
	unchanged(t, func() { api.Post(t, path, padded(limit)).OK(t) })
	over := client.Want{HTTP: 413, Status: "RESOURCE_EXHAUSTED", Reason: "REQUEST_TOO_LARGE"}
	refused(t, client.Request{Method: "POST", Path: path, Body: padded(limit + 1)}, over)
	t.Run("without a length", func(t *testing.T) {
		refused(t, client.Request{Method: "POST", Path: path, Body: io.MultiReader(strings.NewReader(padded(limit + 1)))}, over)
	})
	t.Run("an ingest", func(t *testing.T) {
		refused(t, client.Request{Method: "POST", Path: "/v1/documents:ingest", Body: padded(limit + 1)}, over)
	})
	t.Run("a text over the limit", func(t *testing.T) {
		body := object{
			"document":       object{"headline": "x", "publisher": "y", "languageCode": "en"},
			"initialVersion": object{"text": strings.Repeat("a", 1_000_001), "publishTime": object{"edtf": "2023"}},
		}
		refused(t, client.Request{Method: "POST", Path: "/v1/documents", Body: body}, client.Invalid("INVALID_REQUEST", "initialVersion.text"))
	})
}

func TestInvalidUTF8(t *testing.T) {
	for name, c := range map[string]struct {
		r      client.Request
		reason string
	}{
		"in a body":             {client.Request{Method: "POST", Path: "/v1/entities", Body: "{\"entityType\":\"PERSON\",\"displayName\":\"\xff\"}"}, "INVALID_UTF8"},
		"a surrogate, as it is": {client.Request{Method: "POST", Path: "/v1/entities", Body: "{\"entityType\":\"PERSON\",\"displayName\":\"\xed\xa0\x80\"}"}, "INVALID_UTF8"},
		"in a field's name":     {client.Request{Method: "POST", Path: "/v1/entities", Body: "{\"\xc3\":1}"}, "INVALID_UTF8"},
		"in a parameter":        {client.Request{Path: "/v1/statements:search?query=%ff"}, "INVALID_UTF8"},
		"in a parameter's name": {client.Request{Path: "/v1/statements?%ff=1"}, "INVALID_UTF8"},
		"in a path":             {client.Request{Path: "/v1/documents/%ff"}, "MALFORMED_PATH|INVALID_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.r, client.Invalid(c.reason, "")) })
	}
}

func TestDeepJSON(t *testing.T) {
	const depth = 10_000
	for name, body := range map[string]string{
		"objects":         strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth),
		"arrays":          strings.Repeat(`[`, depth) + strings.Repeat("]", depth),
		"never closed":    strings.Repeat(`[`, depth),
		"in a real field": `{"displayName":` + strings.Repeat(`[`, depth) + strings.Repeat("]", depth) + `}`,
	} {
		for _, path := range []string{"/v1/entities", "/v1/figures:batchCreate", "/v1/documents:ingest"} {
			t.Run(name+" to "+path, func(t *testing.T) {
				refused(t, client.Request{Method: "POST", Path: path, Body: body}, client.Invalid("JSON_TOO_DEEP", ""))
			})
		}
	}
}

func TestContentType(t *testing.T) {
	body := `{"entityType":"PERSON","displayName":"Typed"}`
	want := client.Want{HTTP: 415, Status: "INVALID_ARGUMENT", Reason: "UNSUPPORTED_MEDIA_TYPE"}
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1", "nonsense"} {
		t.Run(contentType, func(t *testing.T) {
			refused(t, client.Request{Method: "POST", Path: "/v1/entities", Body: body, Header: map[string]string{"Content-Type": contentType}}, want)
		})
	}
	t.Run("with a charset", func(t *testing.T) {
		unchanged(t, func() {
			api.Do(t, client.Request{
				Method: "POST", Path: "/v1/entities?validate_only=true", Body: body, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
			}).OK(t)
		})
	})
}

func TestMethodsThatAPathDoesNotHave(t *testing.T) {
	for _, method := range []string{"PUT", "POST", "TRACE"} {
		t.Run(method, func(t *testing.T) {
			unchanged(t, func() {
				answer := api.Do(t, client.Request{Method: method, Path: "/v1/" + document})
				answer.Refused(t, client.Want{HTTP: 405, Reason: "METHOD_NOT_ALLOWED"})
				must.Contains(t, answer.Header.Get("Allow"), "PATCH")
			})
		})
	}
}
