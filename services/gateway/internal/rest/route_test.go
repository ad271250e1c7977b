package rest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEveryTemplateLeadsToItsOperation, with what its path says.
func TestEveryTemplateLeadsToItsOperation(t *testing.T) {
	h, err := New(t.Context(), Connections{}, nil)
	must.OK(t, err)
	for key, op := range h.table {
		path := strings.ReplaceAll(op.plain, "*", "a-1.b")
		found := h.routes.find(path)
		must.True(t, found != nil && found.operations[op.httpMethod] == op, key)
		must.True(t, op.handler != nil, key)
		if op.pathField != "" {
			_, variable, _ := strings.Cut(op.template, "=")
			variable, _, _ = strings.Cut(variable, "}")
			must.Equal(t, op.inPath(path), map[string]string{op.pathField: strings.ReplaceAll(variable, "*", "a-1.b")})
		}
		for _, other := range []string{path + "/", path + ":", path + ":nothing", "/v2" + path[3:], strings.Replace(path, "a-1.b", "", 1) + "/"} {
			must.True(t, h.routes.find(other) == nil, other)
		}
	}
}

func TestPaths(t *testing.T) {
	h, err := New(t.Context(), Connections{}, nil)
	must.OK(t, err)
	for path, want := range map[string]string{
		"/v1/documents/a":              "DELETE, GET, HEAD, OPTIONS, PATCH",
		"/v1/documents/a:read":         "GET, HEAD, OPTIONS",
		"/v1/documents/a/versions":     "GET, HEAD, OPTIONS, POST",
		"/v1/documents":                "GET, HEAD, OPTIONS, POST",
		"/v1/documents/":               "",
		"/v1/documents/:read":          "",
		"/v1/documents/a:b:read":       "",
		"/v1/documents/a/b":            "",
		"/v1/documents/a:b/versions":   "",
		"/v1/documents//versions":      "",
		"/v1/nothing":                  "",
		"/v1/":                         "",
		"/v1":                          "",
		"/":                            "",
		"":                             "",
		"/v1/documents/a/versions/a/b": "",
	} {
		var allow []string
		if found := h.routes.find(path); found != nil {
			allow = found.allow
		}
		must.Equal(t, strings.Join(allow, ", "), want)
	}
}

func TestRoutesThatCannotBeToldApartAreRefused(t *testing.T) {
	for _, pair := range [][2]string{
		{"/v1/things/*", "/v1/things/special"},
		{"/v1/things/special", "/v1/things/*"},
		{"/v1/things/*:read", "/v1/things/*:read"},
	} {
		var r routes
		must.OK(t, r.add(&operation{httpMethod: http.MethodGet, template: pair[0], plain: pair[0]}))
		must.Err(t, r.add(&operation{httpMethod: http.MethodGet, template: pair[1], plain: pair[1]}))
		must.True(t, r.find("/v1/things/a/b") == nil)
	}
}
