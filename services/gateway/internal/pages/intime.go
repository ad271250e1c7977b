package pages

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// present is the relation of the one link that leads from the past to the present.
const present = "latest-version"

// inTime gives the links and forms of a page that shows the past its record time: what is
// followed, asked, cited or kept from there is as the page was. Done with the whole page, so
// that no template can forget it. Lists and searches show the present only, and stay.
func inTime(page []byte, at string) []byte {
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
				raw = linkInTime(raw, token, at)
			case atom.Form:
				asking = ofThePast(attributeOf(token, "action"))
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
func linkInTime(raw []byte, token html.Token, at string) []byte {
	href := attributeOf(token, "href")
	if attributeOf(token, "rel") == present || !ofThePast(href) {
		return raw
	}
	then, fragment, within := strings.Cut(href, "#")
	if strings.Contains(then, "?") {
		then += "&"
	} else {
		then += "?"
	}
	if then += readTimeParam + "=" + url.QueryEscape(at); within {
		then += "#" + fragment
	}
	before, after, _ := bytes.Cut(raw, []byte(` href="`))
	_, after, _ = bytes.Cut(after, []byte(`"`))
	return slices.Concat(before, []byte(` href="`+html.EscapeString(then)+`"`), after)
}

// ofThePast reports whether an address is one of this server that can be read at a record
// time, and names none.
func ofThePast(href string) bool {
	u, err := url.Parse(href)
	if err != nil || u.Host != "" || u.Query().Has(readTimeParam) {
		return false
	}
	switch parts := strings.Split(strings.TrimPrefix(u.Path, "/"), "/"); parts[0] {
	case "statements", "figures": // a correction is made now
		return len(parts) == 2 || len(parts) > 2 && parts[2] != "correct"
	case "documents", "entities", "metrics":
		return len(parts) > 1
	case "corrections":
		return len(parts) == 1
	case "v1": // a revision is as it was made, whenever it is read
		return !strings.Contains(u.Path, "/revisions/")
	}
	return false
}

func attributeOf(token html.Token, key string) string {
	for _, attribute := range token.Attr {
		if attribute.Key == key {
			return attribute.Val
		}
	}
	return ""
}
