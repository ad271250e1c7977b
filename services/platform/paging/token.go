package paging

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// MaxTokenBytes is the longest page token, as text: enough for an order by the
// longest title that is stored, 500 code points.
const MaxTokenBytes = 4096

// maxKeys is well above the five order fields and the id, so that joined views
// can put two positions into one token.
const maxKeys = 32

// Layout of a token before base64: version, binding, read time, number of keys,
// keys, checksum. Integers are varints; a key is a kind byte and its value.
const (
	tokenVersion = 1
	bindingBytes = 16
	sumBytes     = 8

	kindText = 1
	kindInt  = 2
)

// Binding identifies a request without its page size and page token.
type Binding [bindingBytes]byte

// Bind returns the binding of a method and of all parameters that decide which
// rows are listed and in which order: parent, filter, order_by, read_time,
// show_deleted, … always in the same places. Neither page_size nor page_token
// belongs to it.
func Bind(method string, params ...string) Binding {
	hash := sha256.New()
	for _, part := range append([]string{method}, params...) {
		hash.Write(binary.AppendUvarint(nil, uint64(len(part)))) // so that "a","bc" is not "ab","c"
		hash.Write([]byte(part))
	}
	var binding Binding
	copy(binding[:], hash.Sum(nil))
	return binding
}

// Token is the place where the next page starts.
type Token struct {
	// ReadTime is the record time that the first page was read at. Every
	// following page must be read at it.
	ReadTime recordtime.Time
	// Keys are the order keys of the last row handed out, each a string or an
	// int64, in the order of the request's order_by with the id last.
	Keys []any
}

// First reports whether this is the token of the first page: there is no
// position yet.
func (t Token) First() bool { return len(t.Keys) == 0 }

// Encode returns the token as URL-safe text. It fails when a key is neither
// string nor int64, and with INVALID_ARGUMENT, reason ORDER_KEY_TOO_LONG, when
// the keys are too long for a token.
func (t Token) Encode(binding Binding) (string, error) {
	if len(t.Keys) == 0 || len(t.Keys) > maxKeys {
		return "", fmt.Errorf("a page token needs 1 to %d keys, not %d", maxKeys, len(t.Keys))
	}
	raw := append([]byte{tokenVersion}, binding[:]...)
	raw = binary.AppendVarint(raw, int64(t.ReadTime))
	raw = binary.AppendUvarint(raw, uint64(len(t.Keys)))
	for _, key := range t.Keys {
		switch value := key.(type) {
		case string:
			raw = append(raw, kindText)
			raw = binary.AppendUvarint(raw, uint64(len(value)))
			raw = append(raw, value...)
		case int64:
			raw = append(raw, kindInt)
			raw = binary.AppendVarint(raw, value)
		default:
			return "", fmt.Errorf("a page token cannot hold a %T", key)
		}
	}
	text := base64.RawURLEncoding.EncodeToString(append(raw, checksum(raw)...))
	if len(text) > MaxTokenBytes {
		return "", errs.Invalid("order_by", "ORDER_KEY_TOO_LONG",
			"the values ordered by are too long to page through: the token would have %d bytes, the limit is %d", len(text), MaxTokenBytes)
	}
	return text, nil
}

// Decode reads a page token. Empty text is the token of the first page. Text
// that no Encode made, or that was changed, is INVALID_ARGUMENT with reason
// PAGE_TOKEN_MALFORMED; a token of another request PAGE_TOKEN_MISMATCH. Both
// name the field page_token.
func Decode(text string, binding Binding) (Token, error) {
	if text == "" {
		return Token{}, nil
	}
	raw, err := unseal(text)
	if err != nil {
		return Token{}, errs.Invalid("page_token", "PAGE_TOKEN_MALFORMED",
			"not a page token of this service: send next_page_token of the previous page unchanged").Wrap(err)
	}
	if Binding(raw[1:1+bindingBytes]) != binding {
		return Token{}, ErrMismatch()
	}
	token, err := parse(raw[1+bindingBytes:])
	if err != nil {
		return Token{}, errs.Invalid("page_token", "PAGE_TOKEN_MALFORMED", "the token cannot be read").Wrap(err)
	}
	return token, nil
}

// ErrMismatch is the error of a token of another request, whose binding or keys are not those of this one.
func ErrMismatch() *errs.Error {
	return errs.Invalid("page_token", "PAGE_TOKEN_MISMATCH",
		"the token belongs to another request: send the parameters of the first page again; only page_size may change")
}

// unseal checks length, encoding, version and checksum, and returns the token
// without its checksum.
func unseal(text string) ([]byte, error) {
	if len(text) > MaxTokenBytes {
		return nil, errors.New("too long")
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if base64.RawURLEncoding.EncodeToString(raw) != text { // line breaks, unused bits
		return nil, errors.New("not canonical")
	}
	body := len(raw) - sumBytes
	if body < 1+bindingBytes {
		return nil, errors.New("too short")
	}
	if raw[0] != tokenVersion {
		return nil, fmt.Errorf("unknown version %d", raw[0])
	}
	if string(checksum(raw[:body])) != string(raw[body:]) {
		return nil, errors.New("wrong checksum")
	}
	return raw[:body], nil
}

func checksum(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:sumBytes]
}

// parse reads what follows the binding.
func parse(raw []byte) (Token, error) {
	r := reader{rest: raw}
	token := Token{ReadTime: recordtime.Time(r.varint())}
	count := r.uvarint()
	if count == 0 || count > maxKeys {
		return Token{}, fmt.Errorf("%d keys", count)
	}
	for range count {
		switch kind := r.uvarint(); kind {
		case kindText:
			token.Keys = append(token.Keys, string(r.bytes(r.uvarint())))
		case kindInt:
			token.Keys = append(token.Keys, r.varint())
		default:
			return Token{}, fmt.Errorf("unknown kind of key %d", kind)
		}
	}
	if r.broken || len(r.rest) > 0 {
		return Token{}, errors.New("wrong length")
	}
	return token, nil
}

// reader reads the parts of a token; after a part that is not there it is
// broken and returns zero values.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) varint() int64 {
	value, n := binary.Varint(r.rest)
	r.advance(n)
	return value
}

func (r *reader) uvarint() uint64 {
	value, n := binary.Uvarint(r.rest)
	r.advance(n)
	return value
}

func (r *reader) advance(n int) {
	if n <= 0 {
		r.broken, r.rest = true, nil
		return
	}
	r.rest = r.rest[n:]
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.broken, r.rest = true, nil
		return nil
	}
	part := r.rest[:n]
	r.rest = r.rest[n:]
	return part
}
