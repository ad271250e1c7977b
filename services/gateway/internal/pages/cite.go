package pages

import (
	"encoding/json"
	"net/http"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
)

// citeView is how to cite a resource.
type citeView struct {
	// Of is the page of the resource, as a citation names it.
	Of link
	// Text is the citation for people, CSL the same for reference managers: a list of
	// one item of CSL-JSON, as they import it. File is a name for it.
	Text, CSL, File string
	Permalink       string
	As              *moment
	// Evidence is where the evidence pack of the same state is.
	Evidence string
}

// cite answers how to cite a resource of a collection, as it stands or, with read_time,
// as it stood.
func (e *explorer) cite(collection string) func(*http.Request) (*page, error) {
	return func(r *http.Request) (*page, error) {
		_, name, err := readNamed(r, collection, readTimeParam)
		if err != nil {
			return nil, err
		}
		at := readingOf(r.Context())
		got, err := e.Record.CiteResource(r.Context(), &gatewayv1.CiteResourceRequest{Name: name, ReadTime: at.time, LanguageCode: at.code()})
		if err != nil {
			return nil, err
		}
		csl, err := json.MarshalIndent([]any{got.GetCslJson().AsMap()}, "", "  ")
		if err != nil {
			return nil, err
		}
		v := &citeView{
			Of: link{Href: pagePath(name), Text: kindOf(name) + " " + idOf(name)}, Text: got.GetText(), CSL: string(csl), File: idOf(name) + ".csl.json",
			Permalink: got.GetPermalink(), As: newMoment(got.GetReadTime()),
		}
		if v.As != nil && hasEvidence(name) {
			v.Evidence = apiQuery(apiPath(name)+":evidence", "read_time", v.As.Machine)
		}
		return &page{Template: "cite", Title: "Cite " + v.Of.Text, Section: collection, API: apiPath(name) + ":cite", Data: v}, nil
	}
}
