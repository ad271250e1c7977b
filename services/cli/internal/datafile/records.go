package datafile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

const (
	// sniffed is how much of a file is looked at to find out how its lines end.
	sniffed = 64 << 10
	// maxRecord is the greatest length of a row in bytes.
	maxRecord = interchange.MaxRow
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// errTooLong ends the reading of a file: where the row ends cannot be told.
var errTooLong = errors.New("a row has more than 16 MiB: is a quotation mark never closed?")

// records reads the rows of a CSV file.
type records struct {
	csv  *csv.Reader
	from *input
}

// newRecords reads a file from its start.
func newRecords(from io.Reader, delimiter rune) *records {
	in := newInput(from)
	reader := csv.NewReader(in)
	reader.Comma, reader.FieldsPerRecord = delimiter, -1
	return &records{csv: reader, from: in}
}

// record is a row of a CSV file.
type record struct {
	cells []string
	line  int
	end   int64
	// last says that the file ends here, without a line end.
	last bool
}

// next returns the next row that is not blank.
func (r *records) next() (record, error) {
	r.from.limit = r.csv.InputOffset() + maxRecord
	cells, err := r.csv.Read()
	end := r.csv.InputOffset() + r.from.skipped
	switch parse, malformed := errors.AsType[*csv.ParseError](err); {
	case malformed:
		reason, what := interchange.MalformedRow, "quotation marks enclose a whole cell; one within is written twice"
		if r.from.ended && end >= r.from.read {
			reason, what = CutOff, "the file ends within a cell: a quotation mark is not closed"
		}
		return record{}, &interchange.RowError{Line: parse.StartLine, End: end, Unended: r.from.endsOpen(end), Text: text(cells), Reason: reason, Message: what}
	case err != nil:
		return record{}, err
	}
	line, _ := r.csv.FieldPos(0)
	for _, cell := range cells {
		if !utf8.ValidString(cell) {
			return record{}, &interchange.RowError{Line: line, End: end, Unended: r.from.endsOpen(end), Reason: interchange.MalformedRow, Message: "the row is not UTF-8: write the file as UTF-8"}
		}
	}
	return record{cells: cells, line: line, end: end, last: r.from.endsOpen(end)}, nil
}

// input reads a file whose lines may end with carriage returns alone, and without
// a byte order mark. Offsets stay those of the file.
type input struct {
	from *bufio.Reader
	// returns says that lines end with carriage returns alone.
	returns bool
	// skipped is the length of the byte order mark.
	skipped int64
	// read is how many bytes were read, the mark included; limit how many may be,
	// without it.
	read, limit int64
	ended       bool
	lastByte    byte
}

func newInput(from io.Reader) *input {
	in := &input{from: bufio.NewReaderSize(from, sniffed), limit: maxRecord}
	start, _ := in.from.Peek(sniffed) // what cannot be read fails when it is read
	if bytes.HasPrefix(start, byteOrderMark) {
		in.skipped = int64(len(byteOrderMark))
		_, _ = in.from.Discard(len(byteOrderMark))
		start = start[len(byteOrderMark):]
	}
	in.read = in.skipped
	if at := bytes.IndexAny(start, "\r\n"); at >= 0 && start[at] == '\r' {
		in.returns = at+1 >= len(start) || start[at+1] != '\n'
	}
	return in
}

// Read implements io.Reader.
func (in *input) Read(p []byte) (int, error) {
	if in.read-in.skipped > in.limit {
		return 0, errTooLong
	}
	n, err := in.from.Read(p)
	if n > 0 {
		in.lastByte = p[n-1]
	}
	in.read += int64(n)
	if in.returns {
		for i, c := range p[:n] {
			if c == '\r' {
				p[i] = '\n'
			}
		}
	}
	if errors.Is(err, io.EOF) {
		in.ended = true
		return n, io.EOF
	}
	if err != nil {
		return n, fmt.Errorf("read: %w", err)
	}
	return n, nil
}

// endsOpen says that a row that ends at an offset is the file's last and has no
// line end.
func (in *input) endsOpen(end int64) bool {
	return in.ended && end >= in.read && in.lastByte != '\n' && in.lastByte != '\r'
}

// delimiterOf is what separates the cells of an SDMX-CSV file: what follows the
// first one of its header.
func delimiterOf(start []byte) rune {
	start = bytes.TrimPrefix(start, byteOrderMark)
	line := string(start)
	if at := strings.IndexAny(line, "\r\n"); at >= 0 {
		line = line[:at]
	}
	for _, name := range []string{"STRUCTURE", "DATAFLOW"} {
		rest, is := strings.CutPrefix(strings.TrimPrefix(line, `"`), name)
		if !is {
			continue
		}
		if strings.HasPrefix(rest, "[") {
			if _, after, closed := strings.Cut(rest, "]"); closed {
				rest = after
			}
		}
		if c, _ := utf8.DecodeRuneInString(strings.TrimPrefix(rest, `"`)); strings.ContainsRune(";\t|", c) {
			return c
		}
	}
	return ','
}
