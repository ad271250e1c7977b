package rest

import (
	"bytes"
	"encoding/json"
)

// Kinds of tokens, beside the delimiters '{', '}', '[' and ']', which are their own.
const (
	stringToken = '"'
	numberToken = '0'
	boolToken   = 't'
	nullToken   = 'n'
)

// token is a token of a body.
type token struct {
	kind byte
	// raw is the token as it is written; text is what a string says, or a number as it
	// is written.
	raw  []byte
	text string
}

// opens reports whether an object or an array begins with the token, closes whether one
// ends with it.
func (t token) opens() bool  { return t.kind == '{' || t.kind == '[' }
func (t token) closes() bool { return t.kind == '}' || t.kind == ']' }

// tokens reads the tokens of a body that is known to be one JSON value.
type tokens struct {
	body    []byte
	decoder *json.Decoder
}

func newTokens(body []byte) tokens {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	return tokens{body, decoder}
}

// more reports whether there is another item in the object or array that was begun.
func (t *tokens) more() bool { return t.decoder.More() }

// next reads one token, null at the end. Its raw text is what the body has between the
// end of the token before and its own end.
func (t *tokens) next() token {
	before := t.decoder.InputOffset()
	read, _ := t.decoder.Token() // the body is valid
	made := token{kind: nullToken, raw: bytes.TrimLeft(t.body[before:t.decoder.InputOffset()], " \t\r\n:,")}
	switch read := read.(type) {
	case json.Delim:
		made.kind = byte(read)
	case string:
		made.kind, made.text = stringToken, read
	case json.Number:
		made.kind, made.text = numberToken, read.String()
	case bool:
		made.kind = boolToken
	}
	return made
}
