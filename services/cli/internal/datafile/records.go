package datafile

import (
	"bytes"
	"encoding/csv"
	"errors"
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
	in := newInput(from, delimiter)
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
	for i, cell := range cells {
		cells[i] = withReturns(cell)
		if !utf8.ValidString(cells[i]) {
			return record{}, &interchange.RowError{Line: line, End: end, Unended: r.from.endsOpen(end), Reason: interchange.MalformedRow, Message: "the row is not UTF-8: write the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8, or from whatever it is in)"}
		}
	}
	return record{cells: cells, line: line, end: end, last: r.from.endsOpen(end)}, nil
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
