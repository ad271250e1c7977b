package pages

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

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
	// Name is the resource that the page is about; none if empty.
	Name string
	// Incomparable says that it is a figure that states no number or bound, so that nothing can
	// be held against it.
	Incomparable bool
	// AsOf is the record time that the page was asked for, Now the same page as it is
	// now; nil and empty where the page shows the present.
	AsOf *moment
	Now  string
	// Live are the changes that the page listens for, as the parameters of /v1/changes;
	// liveAll for all, none if empty or if the page shows the past.
	Live string
	// Since is the time that it listens from.
	Since string
	// Scripts and Styles are static files that only this page needs.
	Scripts, Styles []string
	Data            any
}

// liveAll listens for every change.
const liveAll = "all"

// Cite is the page that says how to cite what this page is about; empty if that is
// nothing that the API cites.
func (p *page) Cite() string {
	switch collectionOf(p.Name) {
	case "documents", "statements", "figures", "entities", "metrics":
		return "/" + p.Name + "/cite"
	}
	return ""
}

// Evidence is the evidence pack of what this page is about; empty if it has none.
func (p *page) Evidence() string {
	if !hasEvidence(p.Name) {
		return ""
	}
	return apiPath(p.Name) + ":evidence"
}

// hasEvidence reports whether the API packs evidence of a resource.
func hasEvidence(name string) bool {
	collection := collectionOf(name)
	return collection == "documents" || collection == "statements" || collection == "figures"
}

// Correct is the form that corrects what this page is about; empty if it has none, or
// if the page shows the past.
func (p *page) Correct() string {
	if collection := collectionOf(p.Name); (collection == "statements" || collection == "figures") && p.AsOf == nil {
		return "/" + p.Name + "/correct"
	}
	return ""
}

// Compare is the page that puts what this page is about beside a series; of figures only.
func (p *page) Compare() string {
	if strings.HasPrefix(p.Name, "figures/") && !p.Incomparable {
		return "/" + p.Name + "/compare"
	}
	return ""
}

// view holds the parsed templates and the static files.
type view struct {
	templates map[string]*template.Template
	static    *web.Static
	// timed has what can be read at a record time.
	timed *http.ServeMux
}

var templateNames = []string{
	"home", "documents", "document", "statements", "statement", "entities", "entity", "metrics", "metric", "figures", "figure", "search", "cite", "compare", "corrections", "correct", "error",
}

func newView() (*view, error) {
	static, err := web.NewStatic()
	if err != nil {
		return nil, err
	}
	v := &view{templates: map[string]*template.Template{}, static: static}
	funcs := template.FuncMap{
		"asset": static.Path, "decoded": decoded,
	}
	// What all pages share is parsed once.
	shared, err := template.New("layout.html").Funcs(funcs).ParseFS(web.Templates(), "layout.html", "partials.html", "cards.html", "standing.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	for _, name := range templateNames {
		t, err := shared.Clone()
		if err == nil {
			t, err = t.ParseFS(web.Templates(), name+".html")
		}
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

// policy lets a page load its own style sheets, scripts and drawings, lets the scripts ask
// the gateway, and allows nothing that stands inline or comes from elsewhere.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// write sends a page. It is rendered completely first, so that a template that
// fails cannot leave half a page behind.
func (v *view) write(w http.ResponseWriter, r *http.Request, p *page) error {
	var body bytes.Buffer
	if err := v.templates[p.Template].Execute(&body, p); err != nil {
		return fmt.Errorf("pages: %s: %w", p.Template, err)
	}
	content := shutIn(body.Bytes())
	if p.AsOf != nil {
		content = v.inTime(content, p.AsOf.Machine)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Language")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	// The reader may have gone; there is nobody to tell.
	_, _ = w.Write(content)
	return nil
}
