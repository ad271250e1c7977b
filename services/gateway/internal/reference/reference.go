// Package reference is the API reference: a page rendered from the OpenAPI
// document, whose one source are the .proto comments, and a page of the reasons that
// errors have, which is what the type of an error leads to.
//
// Only these pages may go here. They are made once, at start, because what they show
// never changes while a program runs.
package reference

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	reasontable "github.com/onrecord/onrecord/gen/reasons"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

//go:embed page.html
var page string

// New renders the pages of an OpenAPI document and of the reasons of errors, and
// returns what serves them.
func New(openAPI []byte) (http.Handler, error) {
	document, err := parse(openAPI)
	if err != nil {
		return nil, err
	}
	methods, err := render(page, template.FuncMap{"rich": rich}, viewOf(document))
	if err != nil {
		return nil, err
	}
	problems, err := renderErrors(reasontable.JSON)
	if err != nil {
		return nil, err
	}
	served := map[string][]byte{"/docs": methods, "/docs/": methods, "/docs/errors": problems}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := served[r.URL.Path]
		if !ok {
			httperror.Write(w, r, errs.New(errs.NotFound, httperror.UnknownPath, "the API reference is at /docs, the reasons of errors at /docs/errors"))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(text) // the client is gone: nothing to do
	}), nil
}

// render fills a page.
func render(text string, functions template.FuncMap, content any) ([]byte, error) {
	parsed, err := template.New("page").Funcs(functions).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, content); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return out.Bytes(), nil
}
