// Package reference is the API reference page, rendered from the OpenAPI
// document: the .proto comments are its one source.
//
// Only the page may go here. It is made once, at start, because the document
// never changes while a program runs.
package reference

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

//go:embed page.html
var page string

// New renders the page of an OpenAPI document and returns what serves it.
func New(openAPI []byte) (http.Handler, error) {
	document, err := parse(openAPI)
	if err != nil {
		return nil, err
	}
	parsed, err := template.New("page").Funcs(template.FuncMap{"rich": rich}).Parse(page)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, viewOf(document)); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/docs" && r.URL.Path != "/docs/" {
			httperror.Write(w, r, errs.New(errs.NotFound, httperror.UnknownPath, "the API reference is one page, /docs"))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(out.Bytes()) // the client is gone: nothing to do
	}), nil
}
