package badinput_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// publish puts a document with a text on record and answers the text as it is
// on record.
func publish(t *testing.T, id, text string) (version, onRecord string) {
	t.Helper()
	made := &statementsv1.Document{}
	api.Post(t, "/v1/documents", object{
		"documentId":     id,
		"document":       object{"headline": id, "publisher": "Harbour Gazette", "languageCode": "en"},
		"initialVersion": object{"text": text, "publishTime": object{"edtf": "2023-11-18"}},
	}).Into(t, made)
	read := client.Read(t, api, "/v1/"+made.GetLatestVersion(), &statementsv1.DocumentVersion{})
	sum := sha256.Sum256([]byte(read.GetText()))
	must.Equal(t, read.GetTextSha256(), hex.EncodeToString(sum[:]))
	must.Equal(t, read.GetTextLength(), int32(utf8.RuneCountInString(read.GetText())))
	must.Equal(t, read.GetNormalization(), "NFC;LF")
	return read.GetName(), read.GetText()
}

// said is a direct statement with passages of a text.
func said(version string, spans ...object) object {
	return object{
		"documentVersion": version, "statementType": "DIRECT", "contents": spans,
		"speakers":      []object{{"entity": person, "attributionText": "Ana Ríos"}},
		"statementTime": object{"missingReason": "NOT_STATED"},
	}
}

func passage(start, end int, exact string) object {
	return object{"start": start, "end": end, "exact": exact}
}

func inText(t *testing.T, text, words string) object {
	t.Helper()
	s := fixture.Span(t, text, words)
	return passage(int(s.GetStart()), int(s.GetEnd()), words)
}

// TestF20: offsets count code points of the normal form, whatever stands before
// the words.
func TestF20CharactersBeforeAQuote(t *testing.T) {
	const quote = "Vamos a ver – 日本 🌊 ẹ́"
	written := "👩\u200d👩\u200d👧 🇲🇽 in the cafe\u0301:\r\nA\u030angstro\u0308m, q\u0323, \U0001F469\U0001F3FD.\r\rShe said: “" + norm.NFD.String(quote) + "”\r\nend"
	version, text := publish(t, "f20", written)
	must.Equal(t, text, norm.NFC.String(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(written)))

	words := norm.NFC.String(quote)
	good := inText(t, text, words)
	made := &statementsv1.Statement{}
	api.Post(t, "/v1/statements", said(version, good)).Into(t, made)
	at := made.GetContents()[0]
	must.Equal(t, at.GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.Equal(t, fixture.Slice(text, at), at.GetExact())
	must.Equal(t, at.GetExact(), words)
	must.Equal(t, made.GetText(), words)
	runes := []rune(text)
	must.Equal(t, at.GetPrefix(), string(runes[max(0, int(at.GetStart())-32):at.GetStart()]))
	must.Equal(t, at.GetSuffix(), string(runes[at.GetEnd():min(len(runes), int(at.GetEnd())+32)]))

	read := client.Read(t, api, "/v1/documents/f20:read", &gatewayv1.ReadDocumentResponse{})
	must.Equal(t, len(read.GetFacts()), 1)
	must.Equal(t, fixture.Slice(read.GetDocumentVersion().GetText(), read.GetFacts()[0].GetStatement().GetContents()[0]), words)

	before := text[:strings.Index(text, words)]
	utf16Start := len(utf16.Encode([]rune(before)))
	start, _ := good["start"].(int)
	for name, c := range map[string]object{
		"offsets in bytes":                     passage(len(before), len(before)+len(words), words),
		"offsets in UTF-16 units":              passage(utf16Start, utf16Start+len(utf16.Encode([]rune(words))), words),
		"offsets over the text as written":     passage(start+3, start+3+utf8.RuneCountInString(words), words),
		"one code point early":                 passage(start-1, start-1+utf8.RuneCountInString(words), words),
		"words that are not in normal form":    passage(start, start+utf8.RuneCountInString(norm.NFD.String(words)), norm.NFD.String(words)),
		"another word of the same length":      passage(start, start+utf8.RuneCountInString(words), strings.Replace(words, "Vamos", "Vemos", 1)),
		"the same words but for their case":    passage(start, start+utf8.RuneCountInString(words), strings.ToLower(words)),
		"beyond the end of the text":           passage(start, len(runes)+1, string(runes[start:])+"."),
		"far beyond the end of the text":       passage(900_000, 900_005, "words"),
		"a span that ends before its start":    passage(start, start-1, words),
		"words with a NUL":                     passage(start, start+1, "\x00"),
		"a hash that is not that of the words": {"start": start, "end": start + 1, "exact": string(runes[start]), "exactSha256": strings.Repeat("0", 64)},
	} {
		t.Run(name, func(t *testing.T) {
			p := refused(t, client.Request{Method: "POST", Path: "/v1/statements", Body: said(version, c)}, client.Invalid("SPAN_MISMATCH|SPAN_OUT_OF_RANGE|SPAN_HASH_MISMATCH|NUL_CHARACTER|INVALID_REQUEST", ""))
			must.True(t, strings.HasPrefix(p.Violations[0].Field, "statement.contents[0]"), "the span is not named: %s", p)
		})
	}
}

// TestSpanOffByACombiningMark: words that look alike are not the same.
func TestSpanOffByACombiningMark(t *testing.T) {
	// q with a dot below has no form of one code point, so NFC keeps the mark.
	version, text := publish(t, "combining", "They spelled it q\u0323adi and cafe\u0301 in print.")
	mismatch := client.Invalid("SPAN_MISMATCH", "statement.contents[0].exact")
	whole := inText(t, text, "q\u0323adi")
	start, _ := whole["start"].(int)
	end, _ := whole["end"].(int)
	for name, exact := range map[string]string{
		"the mark is missing":         "qadi",
		"another mark":                "q\u0307adi",
		"one mark too many":           "q\u0323\u0301adi",
		"the mark on the next letter": "qa\u0323di",
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, client.Request{Method: "POST", Path: "/v1/statements", Body: said(version, passage(start, end, exact))}, mismatch)
		})
	}
	t.Run("not composed", func(t *testing.T) {
		at := fixture.Span(t, text, "café")
		refused(t, client.Request{Method: "POST", Path: "/v1/statements", Body: said(version, passage(int(at.GetStart()), int(at.GetEnd()), "cafe\u0301"))}, mismatch)
	})
	t.Run("in a figure", func(t *testing.T) {
		refusedFigure(t, object{
			"metric": "metrics/number", "documentVersion": version, "timePeriod": object{"missingReason": "NOT_STATED"},
			"reported":  object{"spans": []object{{"start": start, "end": end, "exact": "q\u0307adi", "role": "CONTENT"}}},
			"valueKind": "NO_VALUE", "missingReason": "NOT_STATED", "unit": ucum("1"),
		}, client.Invalid("SPAN_MISMATCH", "figure.reported.spans[0].exact"))
	})
	t.Run("as printed", func(t *testing.T) {
		made := &statementsv1.Statement{}
		api.Post(t, "/v1/statements", said(version, whole)).Into(t, made)
		must.Equal(t, made.GetText(), "q\u0323adi")
	})
}

// TestF21: a quotation that is never closed, and one over several paragraphs
// that opens anew in each, are statements like others.
func TestF21UnclosedQuotes(t *testing.T) {
	version, text := publish(t, "f21", "He called it \"a good day and left.\n\n“We go on,\n\n“and on.”\n")
	for name, c := range map[string]struct {
		passages []string
		want     string
	}{
		"never closed":     {[]string{"a good day and left."}, "a good day and left."},
		"over paragraphs":  {[]string{"We go on,", "and on."}, "We go on, […] and on."},
		"over a line feed": {[]string{"on,\n\n“and"}, "on,\n\n“and"},
	} {
		t.Run(name, func(t *testing.T) {
			var spans []object
			for _, words := range c.passages {
				spans = append(spans, inText(t, text, words))
			}
			made := &statementsv1.Statement{}
			api.Post(t, "/v1/statements", said(version, spans...)).Into(t, made)
			must.Equal(t, made.GetText(), c.want)
			must.Equal(t, len(made.GetContents()), len(c.passages))
			for i, at := range made.GetContents() {
				must.Equal(t, at.GetAnchorState(), typev1.TextSpan_ANCHORED)
				must.Equal(t, fixture.Slice(text, at), c.passages[i])
			}
		})
	}
	first, second := inText(t, text, "We go on,"), inText(t, text, "and on.")
	for name, c := range map[string]struct {
		body object
		want client.Want
	}{
		"out of order":            {said(version, second, first), client.Invalid("SPANS_OVERLAP", "statement.contents[1].start")},
		"the same passage twice":  {said(version, first, first), client.Invalid("SPANS_OVERLAP", "statement.contents[1].start")},
		"no passage":              {said(version), client.Invalid("INVALID_REQUEST", "statement.contents")},
		"a text that is no quote": {with(said(version, first), object{"text": "We went on,"}), client.Invalid("TEXT_MISMATCH", "statement.text")},
		"nobody said it":          {with(said(version, first), object{"speakers": []object{{}}}), client.Invalid("INVALID_REQUEST", "statement.speakers[0]")},
		"a speaker who is not there": {
			with(said(version, first), object{"speakers": []object{{"entity": "entities/nobody"}}}),
			client.Invalid("REFERENCE_NOT_FOUND", "statement.speakers[0].entity"),
		},
		"a version that is not there": {said(document+"/versions/9", first), client.Invalid("REFERENCE_NOT_FOUND", "statement.documentVersion")},
		"a parent that is not there": {
			with(said(version, first), object{"parentStatement": "statements/nothing"}),
			client.Invalid("REFERENCE_NOT_FOUND", "statement.parentStatement"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, client.Request{Method: "POST", Path: "/v1/statements", Body: c.body}, c.want)
		})
	}
}
