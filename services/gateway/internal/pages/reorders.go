package pages

import (
	"bytes"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// asWritten are the elements whose text stands alone, or may hold no other element: nothing
// beside it can be reordered. The text of a drawing is set by itself as well.
var asWritten = []atom.Atom{atom.Title, atom.Textarea, atom.Option, atom.Script, atom.Style, atom.Svg}

// shutIn shuts in every character of a page's text that would reorder what stands around it,
// and the style sheet makes it visible; what is copied from the page is still the text. Done
// with the whole page, so that no template can forget it.
func shutIn(page []byte) []byte {
	if !bytes.ContainsFunc(page, reorders) {
		return page
	}
	var out bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(page))
	var within atom.Atom // the element of asWritten that is open
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken: // the end: nothing else can fail here
			return out.Bytes()
		case html.TextToken:
			if within == 0 {
				writeShutIn(&out, tokens.Raw())
				continue
			}
			out.Write(tokens.Raw())
		case html.StartTagToken, html.EndTagToken:
			out.Write(tokens.Raw())
			name, _ := tokens.TagName()
			tag := atom.Lookup(name)
			if kind == html.StartTagToken && within == 0 && slices.Contains(asWritten, tag) {
				within = tag
			} else if kind == html.EndTagToken && tag == within {
				within = 0
			}
		default:
			out.Write(tokens.Raw())
		}
	}
}

func writeShutIn(out *bytes.Buffer, text []byte) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if reorders(r) {
			fmt.Fprintf(out, `<bdi class="ctl" title="U+%04X">%c</bdi>`, r, r)
		} else {
			out.Write(text[:size])
		}
		text = text[size:]
	}
}

// reorders reports whether a character overrides, embeds or isolates direction.
// The marks of direction, which ordinary Arabic and Hebrew text needs, do not.
func reorders(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c'
}
