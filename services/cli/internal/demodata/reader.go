package demodata

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// The files of the corpora below the folder of the data.
const (
	gumFile    = "quotes/gum/gum-quotes.jsonl.gz"
	germanFile = "quotes/german-wikinews/de-wikinews-quotes.jsonl.gz"
)

// Reasons why an annotation makes no statement.
const (
	noSpeaker = "NO_SPEAKER"
	noWords   = "NO_WORDS"
	// displaced says that the words are not where the annotation says, tooManyParts that
	// there are more of them than a statement has.
	displaced    = "DISPLACED"
	tooManyParts = "TOO_MANY_PARTS"
	negated      = "NEGATED"
	// notReported says that no verb of saying and no quotation marks say so.
	notReported = "NOT_REPORTED"
)

// row is a row that is not read yet: resources, or why there are none.
type row struct {
	messages []proto.Message
	refused  *interchange.RowError
}

// Reader reads both corpora, one after the other. It implements
// interchange.Reader; the lines that it counts are its own.
type Reader struct {
	sources []source
	waiting []row
	line    int
	open    *corpus
}

// source is a corpus that is to be read.
type source struct {
	path    string
	convert func(json.RawMessage) ([]row, error)
}

// corpus is a corpus that is being read.
type corpus struct {
	source

	file    *os.File
	decoder *json.Decoder
}

// Open begins to read the corpora in a folder, the one with quotes/ in it.
func Open(folder string) (*Reader, error) {
	names, err := gumNames(filepath.Join(folder, gumFile))
	if err != nil {
		return nil, err
	}
	r := &Reader{sources: []source{
		{filepath.Join(folder, gumFile), names.convert},
		{filepath.Join(folder, germanFile), convertGerman},
	}}
	for _, entity := range names.entities() {
		r.waiting = append(r.waiting, row{messages: []proto.Message{entity}})
	}
	return r, nil
}

// Read implements interchange.Reader.
func (r *Reader) Read() (interchange.Row, error) {
	for len(r.waiting) == 0 {
		if err := r.next(); err != nil {
			return interchange.Row{}, err
		}
	}
	one := r.waiting[0]
	r.waiting = r.waiting[1:]
	r.line++
	if one.refused != nil {
		one.refused.Line = r.line
		return interchange.Row{}, one.refused
	}
	text, err := stablejson.Marshal(one.messages[0])
	if err != nil {
		return interchange.Row{}, err
	}
	return interchange.Row{Line: r.line, Text: text, Messages: one.messages}, nil
}

// next reads the next document of the corpora.
func (r *Reader) next() error {
	if r.open == nil {
		if len(r.sources) == 0 {
			return io.EOF
		}
		opened, err := open(r.sources[0])
		if err != nil {
			return err
		}
		r.open, r.sources = opened, r.sources[1:]
	}
	var document json.RawMessage
	err := r.open.decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		err, r.open = r.open.file.Close(), nil
		return err
	}
	if err == nil {
		r.waiting, err = r.open.convert(document)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.open.path, err)
	}
	return nil
}

func open(from source) (*corpus, error) {
	file, err := os.Open(filepath.Clean(from.path))
	if err != nil {
		return nil, err
	}
	packed, err := gzip.NewReader(file)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", from.path, err), file.Close())
	}
	return &corpus{source: from, file: file, decoder: json.NewDecoder(packed)}, nil
}

// refuse is an annotation that makes no statement.
func refuse(annotation any, reason, message string) row {
	text, err := json.Marshal(annotation)
	if err != nil {
		text = nil
	}
	return row{refused: &interchange.RowError{Reason: reason, Message: message, Text: text}}
}
