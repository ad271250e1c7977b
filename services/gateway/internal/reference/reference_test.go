package reference_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/gen/openapi"
	"github.com/onrecord/onrecord/gen/reasons"
	"github.com/onrecord/onrecord/services/gateway/internal/reference"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func get(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return recorder
}

func TestEveryOperationAndTypeIsOnThePage(t *testing.T) {
	handler, err := reference.New(openapi.JSON)
	must.OK(t, err)
	answer := get(t, handler, "/docs")
	must.Equal(t, answer.Code, http.StatusOK)
	page := answer.Body.String()

	var document struct {
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct{ Schemas map[string]any }
	}
	must.OK(t, json.Unmarshal(openapi.JSON, &document))
	for path, operations := range document.Paths {
		for _, operation := range operations {
			must.Contains(t, page, `<h3 id="`+operation.OperationID+`">`)
		}
		must.Contains(t, page, path)
	}
	for name := range document.Components.Schemas {
		must.Contains(t, page, `<h3 id="type-`+name+`">`)
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		must.Contains(t, page, `id="`+link[1]+`"`)
	}
	must.Contains(t, page, "DOCUMENT_HAS_STATEMENTS")
	must.Contains(t, page, "curl &#39;http://localhost:8080/v1/documents/goods-trade-note:read&#39;")
	must.Equal(t, get(t, handler, "/docs/other").Code, http.StatusNotFound)
}

func TestEveryReasonHasItsPlace(t *testing.T) {
	handler, err := reference.New(openapi.JSON)
	must.OK(t, err)
	answer := get(t, handler, "/docs/errors")
	must.Equal(t, answer.Code, http.StatusOK)
	must.Equal(t, answer.Header().Get("Content-Type"), "text/html; charset=utf-8")
	page := answer.Body.String()
	var groups []struct{ Reasons []struct{ Name string } }
	must.OK(t, json.Unmarshal(reasons.JSON, &groups))
	count := 0
	for _, group := range groups {
		for _, reason := range group.Reasons {
			must.Contains(t, page, `<div id="`+reason.Name+`">`)
			count++
		}
	}
	must.True(t, count >= 100, "only %d reasons are on the page", count)
	must.Contains(t, page, "<code>If-Match</code> is not <code>*</code>")
}

func TestTextOfTheDocumentIsEscaped(t *testing.T) {
	handler, err := reference.New([]byte(`{"info":{"title":"<t>","description":"a <b> ` + "`<c>`" + `\n\n- one\n  more\n- two"}}`))
	must.OK(t, err)
	page := get(t, handler, "/docs").Body.String()
	must.Contains(t, page, "<p>a &lt;b&gt; <code>&lt;c&gt;</code></p><ul><li>one more</li><li>two</li></ul>")
	must.False(t, strings.Contains(page, "<t>"))
}

func TestADocumentThatIsNoJSONIsRefused(t *testing.T) {
	_, err := reference.New([]byte("{"))
	must.Err(t, err)
}
