package pages

import (
	"net/url"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
)

// link leads to another page.
type link struct{ Href, Text string }

// pagePath is the page of a resource: the same path as its name, but a version
// is a parameter of its document's page.
func pagePath(name string) string {
	if document, version, ok := strings.Cut(name, "/versions/"); ok {
		return "/" + document + "?version=" + url.QueryEscape(version)
	}
	return "/" + name
}

// apiPath is the REST resource of a name.
func apiPath(name string) string { return "/v1/" + name }

// anchor is the id of a fact's card on every page: statement-x, figure-x.
func anchor(name string) string {
	collection, id, _ := strings.Cut(name, "/")
	return strings.TrimSuffix(collection, "s") + "-" + id
}

// collectionOf is the first part of a name: what the resource is.
func collectionOf(name string) string {
	collection, _, _ := strings.Cut(name, "/")
	return collection
}

// idOf is the last part of a name.
func idOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// documentOf is the document of a version's name.
func documentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}

// external is a link to another site, nil unless it is a plain web address.
func external(uri string) *link {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil
	}
	return &link{Href: uri, Text: uri}
}

// names resolves resource names to what people call them; a name that is not
// known stands for itself.
type names map[string]string

func (n names) of(name string) string {
	if known := n[name]; known != "" {
		return known
	}
	return idOf(name)
}

// label takes over what a joined view calls its entities and metrics.
func (n names) label(labels map[string]*gatewayv1.Label) {
	for name, label := range labels {
		n[name] = label.GetText()
	}
}

// all links to the pages of resources.
func (n names) all(list []string) (links []*link) {
	for _, name := range list {
		links = append(links, n.to(name))
	}
	return links
}

// to links to the page of a resource under its display name; nil for none.
func (n names) to(name string) *link {
	if name == "" {
		return nil
	}
	return &link{Href: pagePath(name), Text: n.of(name)}
}
