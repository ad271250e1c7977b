package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// rewrite turns the library's SVG into the page's: see the package comment.
func rewrite(spec *Spec, raw io.Reader) ([]byte, error) {
	w := &rewriter{spec: spec, mark: -1}
	dec := xml.NewDecoder(raw)
	for {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return w.out.Bytes(), nil
		}
		if err != nil {
			return nil, &SpecError{err.Error()}
		}
		switch t := token.(type) {
		case xml.StartElement:
			w.start(t)
		case xml.EndElement:
			if t.Name.Local == "g" || t.Name.Local == "svg" {
				w.leaveMark()
			}
			w.out.WriteString("</" + t.Name.Local + ">")
		case xml.CharData:
			w.text(string(bytes.TrimSpace(t)))
		}
	}
}

// rewriter holds what has been written and in which mark it stands.
type rewriter struct {
	spec *Spec
	out  bytes.Buffer
	mark int
}

func (w *rewriter) start(e xml.StartElement) {
	switch e.Name.Local {
	case "svg":
		w.root()
		return
	case "path":
		r, mark := roleOf(e)
		w.enterMark(r, mark)
		w.open("path", "class", w.class(r, mark), "d", attribute(e, "d"))
	case "text":
		w.leaveMark()
		r, _ := roleOf(e)
		w.open("text", "class", classes[r], "x", attribute(e, "x"), "y", attribute(e, "y"), "transform", attribute(e, "transform"),
			"font-size", strings.TrimSuffix(property(attribute(e, "style"), "font-size"), "px"))
	default:
		w.leaveMark()
		w.open(e.Name.Local, "transform", attribute(e, "transform"))
	}
}

// root opens the drawing with what it says to readers who do not see it.
func (w *rewriter) root() {
	edge, width, height := 0.0, "", ""
	if w.spec.Standalone {
		edge = paperEdge
		width, height = decimalText(w.spec.Width+2*edge), decimalText(w.spec.Height+2*edge)
	}
	box := strings.Join([]string{decimalText(-edge), decimalText(-edge), decimalText(w.spec.Width + 2*edge), decimalText(w.spec.Height + 2*edge)}, " ")
	w.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "chart", "role", w.role(), "viewBox", box,
		"width", width, "height", height, "aria-labelledby", w.spec.ID+"-title "+w.spec.ID+"-desc")
	w.open("title", "id", w.spec.ID+"-title")
	w.text(w.spec.Title)
	w.out.WriteString("</title>")
	w.open("desc", "id", w.spec.ID+"-desc")
	w.text(w.spec.Description)
	w.out.WriteString("</desc>")
	if w.spec.Standalone {
		w.out.WriteString("<style>" + standalone + "</style>")
		w.open("rect", "class", "c-paper", "x", decimalText(-edge), "y", decimalText(-edge), "width", width, "height", height)
		w.out.WriteString("</rect>")
	}
}

// role is what the drawing is to a reader who does not see it: a picture, or, where its
// marks are links, a document of which each mark can be reached.
func (w *rewriter) role() string {
	if !w.spec.Standalone && slices.ContainsFunc(w.spec.Marks, func(m Mark) bool { return m.Href != "" }) {
		return "graphics-document"
	}
	return "img"
}

// paperEdge is the room around a drawing that is a file of its own.
const paperEdge = 14

func decimalText(v float64) string {
	if v == 0 {
		return "0" // never -0
	}
	return strconv.FormatFloat(v, 'g', 5, 64)
}

// class is the class of a piece, with that of its group where there are several.
func (w *rewriter) class(r role, mark int) string {
	group := mark - keyIndex
	if mark < len(w.spec.Marks) {
		if r.ofMark() && r != roleHit && w.spec.Marks[mark].Tag != "" {
			return classes[r] + " c-beside"
		}
		group = w.spec.Marks[mark].Group
	}
	if len(w.spec.Groups) < 2 || !r.grouped() || group < 0 {
		return classes[r]
	}
	return classes[r] + " c-g" + strconv.Itoa(group)
}

// enterMark opens the link of a mark, once for all pieces of it that follow on
// each other. The links are not in the order of the tab key: the table beside
// every drawing has them too.
func (w *rewriter) enterMark(r role, mark int) {
	if !r.ofMark() || mark >= len(w.spec.Marks) || w.spec.Marks[mark].Href+w.spec.Marks[mark].Title == "" {
		w.leaveMark()
		return
	}
	if mark == w.mark {
		return
	}
	w.leaveMark()
	m := w.spec.Marks[mark]
	if m.Href == "" {
		w.open("g", "class", "c-mark")
	} else {
		w.open("a", "class", "c-mark", "href", m.Href, "tabindex", "-1")
	}
	w.mark = mark
	w.out.WriteString("<title>")
	w.text(m.Title)
	w.out.WriteString("</title>")
}

func (w *rewriter) leaveMark() {
	if w.mark < 0 {
		return
	}
	if w.spec.Marks[w.mark].Href == "" {
		w.out.WriteString("</g>")
	} else {
		w.out.WriteString("</a>")
	}
	w.mark = -1
}

// open writes a start tag; attributes without a value are left out.
func (w *rewriter) open(name string, attributes ...string) {
	w.out.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" {
			continue
		}
		w.out.WriteString(" " + attributes[i] + `="`)
		w.text(attributes[i+1])
		w.out.WriteString(`"`)
	}
	w.out.WriteString(">")
}

func (w *rewriter) text(s string) {
	// A bytes.Buffer takes every write.
	_ = xml.EscapeText(&w.out, []byte(s))
}

// roleOf reads the role out of the colour of an element; 0 if it has none.
func roleOf(e xml.StartElement) (role, int) {
	css := attribute(e, "style")
	for _, name := range []string{"stroke", "fill"} {
		rgb, err := strconv.ParseUint(strings.TrimPrefix(property(css, name), "#"), 16, 32)
		if err == nil {
			return readInk(uint32(rgb))
		}
	}
	return 0, 0
}

// property is the value of one declaration of a style attribute.
func property(css, name string) string {
	for declaration := range strings.SplitSeq(css, ";") {
		if key, value, ok := strings.Cut(declaration, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
