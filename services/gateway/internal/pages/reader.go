package pages

import (
	"slices"
	"strings"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

const contentRole = typev1.TextSpan_CONTENT

// paragraph is a stretch of the text up to and with its line ends.
type paragraph []piece

// piece is a segment as it is shown. A piece that facts cover links to the card
// of the innermost.
type piece struct {
	Text string
	// Class holds the classes of all facts that cover the piece.
	Class string
	// Href is the card of the innermost fact, Title says what it is.
	Href, Title string
	// Facts are the ids of the cards of all facts that cover the piece.
	Facts string
	// Begins are ids of the places where facts begin, for the way back.
	Begins []string
}

// paragraphs cuts the text of a version into what the reader shows. Their texts
// are the text.
func paragraphs(text string, marks []mark, facts []factView) []paragraph {
	begun := map[int]bool{}
	var out []paragraph
	var current paragraph
	for _, s := range segments(text, marks) {
		p := newPiece(s, marks, facts)
		for _, m := range s.Marks {
			if fact := marks[m].Fact; !begun[fact] {
				begun[fact] = true
				p.Begins = append(p.Begins, "at-"+facts[fact].anchor())
			}
		}
		lines := splitLines(s.Text)
		for i, line := range lines {
			part := p
			if part.Text = line; i > 0 {
				part.Begins = nil
			}
			if n := len(current); n > 0 && endsLine(current[n-1].Text) && !endsLineOnly(line) {
				out = append(out, current)
				current = nil
			}
			current = append(current, part)
		}
	}
	if current != nil {
		out = append(out, current)
	}
	return out
}

func newPiece(s segment, marks []mark, facts []factView) piece {
	p := piece{Text: s.Text}
	if len(s.Marks) == 0 {
		return p
	}
	var classes, ids []string
	for _, m := range s.Marks {
		if class := marks[m].Class; !slices.Contains(classes, class) {
			classes = append(classes, class)
		}
		if id := facts[marks[m].Fact].anchor(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if wordsWithinWords(s, marks) {
		classes = append(classes, "nested")
	}
	inner := facts[marks[s.Marks[len(s.Marks)-1]].Fact]
	p.Class, p.Facts = strings.Join(classes, " "), strings.Join(ids, " ")
	p.Href, p.Title = "#"+inner.anchor(), inner.title()
	return p
}

// wordsWithinWords reports whether the words of two statements overlap here: a quotation in
// a quotation would not be seen in the colour that both have.
func wordsWithinWords(s segment, marks []mark) bool {
	first := -1
	for _, m := range s.Marks {
		if fact := marks[m].Fact; !strings.HasPrefix(marks[m].Class, "st-") || fact == first {
			continue
		} else if first >= 0 {
			return true
		} else {
			first = fact
		}
	}
	return false
}

// splitLines cuts after line ends; blank lines stay with the line before.
func splitLines(text string) []string {
	var out []string
	for text != "" {
		at := strings.IndexByte(text, '\n')
		if at < 0 {
			return append(out, text)
		}
		for at < len(text) && text[at] == '\n' {
			at++
		}
		out = append(out, text[:at])
		text = text[at:]
	}
	return out
}

func endsLine(s string) bool { return strings.HasSuffix(s, "\n") }

func endsLineOnly(s string) bool { return strings.Trim(s, "\n") == "" }

func (f factView) anchor() string {
	if f.Statement != nil {
		return f.Statement.Anchor
	}
	return f.Figure.Anchor
}

func (f factView) unverified() bool {
	if f.Statement != nil {
		return f.Statement.Unverified
	}
	return f.Figure.Unverified
}

// title says what a fact is, to whoever points at it.
func (f factView) title() string {
	if s := f.Statement; s != nil {
		who := ""
		for _, sp := range s.Speakers {
			if name := sp.name(); name != "" {
				who += ", " + name
			}
		}
		for _, b := range s.Badges {
			who += ", " + strings.ToLower(b.Word)
		}
		return s.Type.Words + who
	}
	return f.Figure.Metric.Text + ": " + f.Figure.Value
}

func (s speakerView) name() string {
	if s.Entity != nil {
		return s.Entity.Text
	}
	return s.Attribution
}
