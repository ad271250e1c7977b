package pages

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// present is the relation of the one link that leads from the past to the present.
const present = "latest-version"

// inTime gives the links and forms of a page that shows the past its record time: what is
// followed, asked, cited or kept from there is as the page was. Done with the whole page, so
// that no template can forget it.
func (v *view) inTime(page []byte, at string) []byte {
	var out bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(page))
	asking := false // a form is open that lacks the time
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken: // the end: nothing else can fail here
			return out.Bytes()
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(tokens.Raw())
			switch token := tokens.Token(); token.DataAtom {
			case atom.A, atom.Link:
				raw = v.linkInTime(raw, token, at)
			case atom.Form:
				asking = v.ofThePast(attributeOf(token, "action"))
			case atom.Input:
				asking = asking && attributeOf(token, "name") != readTimeParam
			default:
			}
			out.Write(raw)
		case html.EndTagToken:
			raw := bytes.Clone(tokens.Raw())
			if name, _ := tokens.TagName(); asking && atom.Lookup(name) == atom.Form {
				fmt.Fprintf(&out, `<input type="hidden" name="%s" value="%s">`, readTimeParam, html.EscapeString(at))
				asking = false
			}
			out.Write(raw)
		default:
			out.Write(tokens.Raw())
		}
	}
}

// linkInTime is a tag with the time in its address, if it leads to what can be read at it.
func (v *view) linkInTime(raw []byte, token html.Token, at string) []byte {
	if attributeOf(token, "rel") == present {
		return raw
	}
	for i, attribute := range token.Attr {
		if attribute.Key == "href" && v.ofThePast(attribute.Val) {
			token.Attr[i].Val = addressInTime(attribute.Val, at)
			return []byte(token.String())
		}
	}
	return raw
}

// addressInTime is an address at a record time.
func addressInTime(address, at string) string {
	address, fragment, within := strings.Cut(address, "#")
	if strings.Contains(address, "?") {
		address += "&"
	} else {
		address += "?"
	}
	if address += readTimeParam + "=" + url.QueryEscape(at); within {
		address += "#" + fragment
	}
	return address
}

// timed are the addresses that can be read at a record time: the pages, but those that correct,
// which is done now, and what the API reads.
func timed(pages []string) *http.ServeMux {
	mux := http.NewServeMux()
	for _, pattern := range append(pages, "GET /v1/") {
		if !strings.HasSuffix(pattern, "/{id}/correct") {
			mux.Handle(pattern, http.NotFoundHandler())
		}
	}
	return mux
}

// ofThePast reports whether an address is one of this server that can be read at a record
// time, and names none.
func (v *view) ofThePast(href string) bool {
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "" || u.Opaque != "" || u.Host != "" || u.Query().Has(readTimeParam) {
		return false
	}
	if u.Path == "" {
		return u.RawQuery != "" // the page itself, asked otherwise
	}
	// A revision is as it was made, whenever it is read; changes are those to come.
	if strings.HasPrefix(u.Path, "/v1/") && (strings.Contains(u.Path, "/revisions/") || u.Path == "/v1/changes") {
		return false
	}
	if !strings.HasPrefix(u.Path, "/") {
		return false
	}
	_, pattern := v.timed.Handler(&http.Request{Method: http.MethodGet, URL: u})
	return pattern != ""
}

func attributeOf(token html.Token, key string) string {
	for _, attribute := range token.Attr {
		if attribute.Key == key {
			return attribute.Val
		}
	}
	return ""
}
