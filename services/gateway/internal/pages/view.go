package pages

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/services/gateway/web"
)

// page is an answer: a template of the web package and what it shows.
type page struct {
	Template string
	Status   int
	Title    string
	// API is where the same can be had as JSON; none if empty.
	API string
	// Section is the entry of the navigation that the page belongs to.
	Section string
	// Query is what stands in the search box.
	Query string
	Data  any
}

// view holds the parsed templates and the static files.
type view struct {
	templates map[string]*template.Template
	static    *web.Static
}

var templateNames = []string{
	"home", "documents", "document", "statements", "statement", "entities", "entity", "metrics", "metric", "figures", "figure", "search", "error",
}

func newView() (*view, error) {
	static, err := web.NewStatic()
	if err != nil {
		return nil, err
	}
	v := &view{templates: map[string]*template.Template{}, static: static}
	funcs := template.FuncMap{
		"asset": static.Path, "plain": plain, "decoded": decoded,
	}
	for _, name := range templateNames {
		t, err := template.New("layout.html").Funcs(funcs).ParseFS(web.Templates(), "layout.html", "partials.html", "cards.html", "standing.html", name+".html")
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		v.templates[name] = t
	}
	return v, nil
}

// decoded is an address as people read it: dimensions[REF_AREA]=US.
func decoded(address string) string {
	if plain, err := url.QueryUnescape(address); err == nil {
		return plain
	}
	return address
}

// policy lets a page load its own style sheet, script and drawings, and nothing
// that stands inline or comes from elsewhere.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// write sends a page. It is rendered completely first, so that a template that
// fails cannot leave half a page behind.
func (v *view) write(w http.ResponseWriter, r *http.Request, p *page) error {
	var body bytes.Buffer
	if err := v.templates[p.Template].Execute(&body, p); err != nil {
		return fmt.Errorf("pages: %s: %w", p.Template, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	// The reader may have gone; there is nobody to tell.
	_, _ = w.Write(body.Bytes())
	return nil
}

// plain writes text of the record. It is escaped, and every character that would
// reorder what stands around it is shut in and made visible by the style sheet;
// what is copied from the page is still the text.
func plain(s string) template.HTML {
	if !strings.ContainsFunc(s, reorders) {
		return template.HTML(template.HTMLEscapeString(s)) // escaped here
	}
	var b strings.Builder
	for _, r := range s {
		if reorders(r) {
			fmt.Fprintf(&b, `<bdi class="ctl" title="U+%04X">%c</bdi>`, r, r)
			continue
		}
		b.WriteString(template.HTMLEscapeString(string(r)))
	}
	return template.HTML(b.String()) // escaped above
}

// reorders reports whether a character overrides, embeds or isolates direction.
// The marks of direction, which ordinary Arabic and Hebrew text needs, do not.
func reorders(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c'
}
