package datafile

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// mlTokens reads the tokens of an XML file that has neither a document type, which could
// define entities, nor elements of any length.
type mlTokens struct {
	decoder *xml.Decoder
	input   *mlInput
	// depth is how many elements are open.
	depth int
	// wrong is why the file is not taken at all.
	wrong *fault
}

// mlInput reads a file up to a limit, so that no element takes all memory.
type mlInput struct {
	from io.Reader
	// skipped is the length of the byte order mark; read and limit count without it.
	skipped, read, limit int64
	failed               error
}

// deepest is how many elements may be open: texts can have elements of their own.
const deepest = 100

// mostAttributes is how many attributes an element may have: each is compared with all.
const mostAttributes = 1000

func newMLTokens(from io.Reader) *mlTokens {
	in := &mlInput{limit: maxRecord}
	in.from, in.skipped = withoutMark(from)
	t := &mlTokens{decoder: xml.NewDecoder(in), input: in}
	t.decoder.CharsetReader = t.charset
	return t
}

// Read implements io.Reader.
func (in *mlInput) Read(p []byte) (int, error) {
	if in.read > in.limit {
		in.failed = errors.New("an element has more than 16 MiB: is its end missing?")
		return 0, in.failed
	}
	n, err := in.from.Read(p)
	in.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		in.failed = fmt.Errorf("read: %w", err)
	}
	return n, err
}

// charset refuses what is not UTF-8: where a row ends could not be told in bytes.
func (t *mlTokens) charset(name string, from io.Reader) (io.Reader, error) {
	if upper := strings.ToUpper(name); upper == "US-ASCII" || upper == "ASCII" {
		return from, nil
	}
	t.wrong = &fault{UnsupportedFormat, "", fmt.Sprintf("it is written in %s: write it as UTF-8 (iconv -f %s -t UTF-8), and say so in its first line, encoding=\"UTF-8\"", name, name)}
	return nil, errors.New(t.wrong.message)
}

// room says that what begins here may be as long as any row.
func (t *mlTokens) room() { t.input.limit = t.decoder.InputOffset() + maxRecord }

// line is where the next token begins.
func (t *mlTokens) line() int {
	line, _ := t.decoder.InputPos()
	return line
}

// end is the offset in the file after the last token.
func (t *mlTokens) end() int64 { return t.decoder.InputOffset() + t.input.skipped }

// next is the next element that begins or ends, or text that is not blank; nil between.
// The error is io.EOF after the root's end.
func (t *mlTokens) next() (xml.Token, error) {
	token, err := t.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case xml.StartElement:
		if t.depth++; t.depth > deepest {
			return nil, fmt.Errorf("%d elements stand within each other, of which no message of SDMX-ML has so many", deepest)
		}
		return token, repeated(token)
	case xml.EndElement:
		t.depth--
		return token, nil
	case xml.CharData:
		if len(bytes.TrimSpace(token)) > 0 {
			return token, nil
		}
	case xml.Directive:
		what := "it has a document type (<!DOCTYPE …>), which SDMX-ML has not and which could define entities: take it out"
		if kind := strings.Fields(string(token)); len(kind) > 1 && strings.EqualFold(kind[1], "html") {
			_, _, page := mlRoot(xml.Name{Local: "html"})
			what = page.message
		}
		t.wrong = &fault{UnsupportedFormat, "", what}
		return nil, errors.New(what)
	}
	return nil, nil
}

// repeated says which attribute an element has twice, which encoding/xml lets pass, or
// that it has too many.
func repeated(element xml.StartElement) error {
	if len(element.Attr) > mostAttributes {
		return fmt.Errorf("the element %s has %d attributes, of which none of SDMX-ML has more than %d", element.Name.Local, len(element.Attr), mostAttributes)
	}
	for i, one := range element.Attr {
		for _, other := range element.Attr[:i] {
			if one.Name == other.Name {
				return fmt.Errorf("the element %s has the attribute %s twice", element.Name.Local, one.Name.Local)
			}
		}
	}
	return nil
}

// skip goes to the end of the element that began, and says what text stands in it.
func (t *mlTokens) skip() (text string, err error) {
	var all strings.Builder
	for depth := 1; depth > 0; {
		token, err := t.next()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			all.Write(token)
		}
	}
	return strings.TrimSpace(all.String()), nil
}

// children calls a function for each element within the one that began, which reads it
// to its end. It answers the text between them.
func (t *mlTokens) children(each func(xml.StartElement) error) (text string, err error) {
	var all strings.Builder
	for {
		token, err := t.next()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := each(token); err != nil {
				return "", err
			}
		case xml.EndElement:
			return strings.TrimSpace(all.String()), nil
		case xml.CharData:
			all.Write(token)
		}
	}
}

// languages chooses one of a text in several languages: the first in English or in a
// language that is not said, else the first.
type languages struct{ english, first string }

func (l *languages) add(element xml.StartElement, text string) {
	language, _ := attributeOf(element, "http://www.w3.org/XML/1998/namespace", "lang")
	if language == "" || language == "en" || strings.HasPrefix(language, "en-") {
		l.english = cmp.Or(l.english, text)
	}
	l.first = cmp.Or(l.first, text)
}

func (l *languages) text() string { return cmp.Or(l.english, l.first) }

// text is what an element says, in one language: itself, or by elements within.
func (t *mlTokens) text() (string, error) {
	var said languages
	own, err := t.children(func(element xml.StartElement) error {
		text, err := t.skip()
		said.add(element, text)
		return err
	})
	return cmp.Or(said.text(), own), err
}

// attributeOf is an attribute of an element.
func attributeOf(element xml.StartElement, space, local string) (string, bool) {
	for _, one := range element.Attr {
		if one.Name.Local == local && one.Name.Space == space {
			return strings.TrimSpace(one.Value), true
		}
	}
	return "", false
}

// broken implements sdmxParser.
func (t *mlTokens) broken(err error) (*interchange.RowError, error) {
	refused := &interchange.RowError{Line: t.line(), End: t.end(), Reason: interchange.MalformedRow, Message: err.Error()}
	syntax, is := errors.AsType[*xml.SyntaxError](err)
	switch {
	case t.input.failed != nil:
		return nil, t.input.failed
	case t.wrong != nil:
		refused.Reason, refused.Message = t.wrong.reason, t.wrong.message
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), is && syntax.Msg == "unexpected EOF":
		refused.Unended, refused.Reason, refused.Message = true, CutOff, "the file ends within an element or before its end: what comes before is read, without what groups and messages further down would say of it"
	case is:
		refused.Message = "it is no well-formed XML: " + syntax.Msg
	}
	return refused, nil
}
