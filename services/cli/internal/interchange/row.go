package interchange

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/jsonld"
)

// Formats of a statements file.
const (
	// JSONL is JSON Lines: one resource a line, as the API has it.
	JSONL = "jsonl"
	// JSONLD is JSON Lines whose lines are JSON-LD in the terms of schema.org and
	// Web Annotation.
	JSONLD = "jsonld"
	// CSV is RFC 4180 with a header: one statement a row.
	CSV = "csv"
)

// MaxRow is the greatest length of a row in bytes. A server takes no greater
// request than 4 MiB.
const MaxRow = 16 << 20

// Reasons of a RowError.
const (
	// MalformedRow says that a row is not in the format.
	MalformedRow = "MALFORMED_ROW"
	// UnknownField says that a row has a field or column that nothing knows.
	UnknownField = "UNKNOWN_FIELD"
	// RowTooLong says that a row is longer than MaxRow.
	RowTooLong = "ROW_TOO_LONG"
	// ContradictoryRow says that a row has one thing twice, and not the same.
	ContradictoryRow = "CONTRADICTORY"
)

// Row is what one row of a file says.
type Row struct {
	// Line is the number of its first line, from 1.
	Line int
	// End is the offset in bytes after it: reading can go on there.
	End int64
	// Text is the row as it stands in the file, without the line's end. It may be
	// shared with the next row's: who keeps it copies it.
	Text []byte
	// Messages are documents, versions, entities and at most one statement, in the
	// order in which they can be put on record.
	Messages []proto.Message
	// Unended says that the file ends with it and without a line end, so that its last
	// cell may be cut off. A row of JSON that can be read is whole.
	Unended bool
}

// RowError is a row that cannot be taken, and why.
type RowError struct {
	// Line and Text are those of the row. Text is nil of a row that is too long.
	Line int
	Text []byte
	// End is the offset in bytes after it, as in Row.
	End int64
	// Unended says that the file ends within it, or with it and without a line end.
	Unended bool
	// Reason is a stable name of what is wrong.
	Reason string
	// Field is the path of the field at fault, such as statement.contents[0].exact;
	// "" if it is the row.
	Field string
	// Message says what is wrong in words.
	Message string
}

// Error says it in one line.
func (e *RowError) Error() string {
	field := ""
	if e.Field != "" {
		field = " " + e.Field
	}
	return fmt.Sprintf("line %d:%s %s: %s", e.Line, field, e.Reason, e.Message)
}

// Reader reads a statements file.
type Reader interface {
	// Read returns the next row, a *RowError for one that cannot be read (the next
	// call reads the row after it), or io.EOF after the last. Any other error ends
	// the reading.
	Read() (Row, error)
}

// Position is where reading starts in the middle of a file.
type Position struct {
	// Offset is the End of the last row that was read, 0 at the start.
	Offset int64
	// Lines is the number of lines before it.
	Lines int
}

// NewReader reads a file in a format, from its start.
func NewReader(format string, from io.Reader) (Reader, error) {
	return newReader(format, from, Position{})
}

// NewReaderAt reads a file from a position on.
func NewReaderAt(format string, from io.ReadSeeker, at Position) (Reader, error) {
	var header []byte
	if format == CSV {
		var err error
		if header, err = firstRow(from); err != nil {
			return nil, err
		}
	}
	if _, err := from.Seek(at.Offset, io.SeekStart); err != nil {
		return nil, fmt.Errorf("go to offset %d: %w", at.Offset, err)
	}
	if at.Offset == 0 {
		header = nil
	}
	return newReader(format, io.MultiReader(bytes.NewReader(header), from), at)
}

// newReader reads from a position on; from yields the first row of a CSV file,
// which is its header, and then what follows the position.
func newReader(format string, from io.Reader, at Position) (Reader, error) {
	switch format {
	case JSONL:
		return &lineReader{lines: newLines(from, at), parse: parseJSONL}, nil
	case JSONLD:
		return &lineReader{lines: newLines(from, at), parse: parseJSONLD}, nil
	case CSV:
		return newCSVReader(from, at)
	default:
		return nil, fmt.Errorf("there is no format %q: want %s, %s or %s", format, JSONL, JSONLD, CSV)
	}
}

// Writer writes a statements file.
type Writer interface {
	// Write writes a document, a version, an entity or a statement. What it refers to
	// must have been written before.
	Write(proto.Message) error
	// Flush writes what is kept back, at the end or before a pause.
	Flush() error
}

// NewWriter writes a file in a format. A file that is continued has its header
// already.
func NewWriter(format string, to io.Writer, continued bool) (Writer, error) {
	switch format {
	case JSONL:
		return &lineWriter{to: to, marshal: marshalJSONL}, nil
	case JSONLD:
		return &lineWriter{to: to, marshal: jsonld.Line}, nil
	case CSV:
		return newCSVWriter(to, continued), nil
	default:
		return nil, fmt.Errorf("there is no format %q: want %s, %s or %s", format, JSONL, JSONLD, CSV)
	}
}

// FormatOf is the format that the ending of a file's name says; "" if it says
// none.
func FormatOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return CSV
	case ".jsonld":
		return JSONLD
	case ".jsonl", ".ndjson":
		return JSONL
	default:
		return ""
	}
}
