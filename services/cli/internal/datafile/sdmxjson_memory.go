package datafile

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// maxHead is about how much of a file of SDMX-JSON or SDMX-ML is kept in memory, in bytes:
// what may hold for observations that stand before it, and what indexes stand for.
const maxHead = 64 << 20

var (
	errHeadTooLong  = errors.New("what it says beside its observations has more than 64 MiB: give it as several files")
	errSaidTooLong  = errors.New("what its indexes stand for has more than 64 MiB")
	errValueTooLong = errors.New("a value has more than 64 MiB: is its end missing?")
)

// bare is about how much what is kept takes beside its text, in bytes: a set, a series, a
// group, an attribute.
const bare = 100

// keep decodes the value of a key that is kept, if it and all that it has are not too much.
func (h *jsonHead) keep(decoder *json.Decoder, key string, into any) error {
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		if errors.Is(err, errValueTooLong) {
			return errHeadTooLong
		}
		return err
	}
	parts := 0
	for _, c := range raw {
		if c == ',' || c == '[' || c == '{' {
			parts++
		}
	}
	if err := h.hold(len(raw) + parts*bare); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", key, interchange.InWords(err))
	}
	return nil
}

// hold counts what is kept.
func (h *jsonHead) hold(size int) error {
	if h.held += int64(size); h.held > maxHead {
		return errHeadTooLong
	}
	return nil
}

// jsonInput reads a file no further than a value may be long.
type jsonInput struct {
	from    *lineCounter
	decoder *json.Decoder
	read    int64
}

// newJSONDecoder is a decoder that takes no value of any length into memory.
func newJSONDecoder(from *lineCounter) *json.Decoder {
	in := &jsonInput{from: from}
	in.decoder = json.NewDecoder(in)
	in.decoder.UseNumber()
	return in.decoder
}

// Read implements io.Reader.
func (in *jsonInput) Read(p []byte) (int, error) {
	if in.read-in.decoder.InputOffset() > maxHead {
		return 0, errValueTooLong
	}
	in.from.line(in.decoder.InputOffset()) // it forgets the ends of lines before
	n, err := in.from.Read(p)
	in.read += int64(n)
	return n, err
}
