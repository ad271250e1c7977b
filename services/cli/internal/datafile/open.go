package datafile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// Open begins to read a file of a metric's observations. mapping may be nil: the
// file is then SDMX. A file that is not taken at all reads as one row that is not
// taken. SDMX-JSON is read twice, which takes an io.ReadSeeker at its start.
func Open(from io.Reader, metric *metricsv1.Metric, mapping *Mapping) (Reader, error) {
	reader, err := open(from, metric, mapping)
	if refused, is := errors.AsType[*interchange.RowError](err); is {
		return &refusedFile{why: refused}, nil
	}
	return reader, err
}

func open(from io.Reader, metric *metricsv1.Metric, mapping *Mapping) (Reader, error) {
	seeker, _ := from.(io.ReadSeeker)
	buffered := bufio.NewReaderSize(from, sniffed)
	start, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read: %w", err)
	}
	format := formatOf(start)
	if format == "" {
		return nil, &interchange.RowError{
			Line: 1, Reason: UnsupportedFormat,
			Message: "it is XML: SDMX-ML is not read; ask its source for SDMX-CSV or SDMX-JSON, such as by Accept: application/vnd.sdmx.data+csv;version=2.0.0",
		}
	}
	if mapping != nil && mapping.Format != "" && (mapping.Format == SDMXJSON) != (format == SDMXJSON) {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: fmt.Sprintf("it is no %s, which the mapping says", mapping.Format)}
	}
	if mapping != nil && mapping.Format == CSV {
		format = CSV
	}
	if wrong := mapping.idle(format); wrong != "" {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: wrong}
	}
	if format == SDMXJSON {
		if seeker == nil {
			return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: "SDMX-JSON is read twice: it must be a file, not a stream"}
		}
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("go to the start: %w", err)
		}
		return newJSON(seeker, metric, mapping)
	}
	delimiter := delimiterOf(start)
	if mapping != nil && mapping.Delimiter != "" {
		delimiter, _ = utf8.DecodeRuneInString(mapping.Delimiter)
	}
	return newTable(newRecords(buffered, delimiter), format, metric, mapping)
}

// formatOf is what a file begins like: "" for XML.
func formatOf(start []byte) string {
	start = bytes.TrimLeft(bytes.TrimPrefix(start, byteOrderMark), " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("<")):
		return ""
	case bytes.HasPrefix(start, []byte("{")):
		return SDMXJSON
	default:
		return SDMXCSV
	}
}

// withoutMark reads a file without its byte order mark.
func withoutMark(from io.Reader) io.Reader {
	buffered := bufio.NewReader(from)
	if start, err := buffered.Peek(len(byteOrderMark)); err == nil && bytes.Equal(start, byteOrderMark) {
		_, _ = buffered.Discard(len(byteOrderMark))
	}
	return buffered
}

// lineCounter knows in which line an offset is, for a reader that reads ahead.
type lineCounter struct {
	from   io.Reader
	read   int64
	passed int
	ends   []int64
	failed error
}

// Read implements io.Reader.
func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.failed = fmt.Errorf("read: %w", err)
	}
	return n, err
}

// line is the line of an offset, which is not below one asked for before.
func (l *lineCounter) line(offset int64) int {
	at := 0
	for at < len(l.ends) && l.ends[at] < offset {
		at++
	}
	l.passed += at
	l.ends = l.ends[at:]
	return l.passed + 1
}

// refusedFile is a file that is not taken at all: it reads as one row, with the
// reason.
type refusedFile struct {
	why  *interchange.RowError
	said bool
}

// Read implements Reader.
func (f *refusedFile) Read() (Row, error) {
	if f.said {
		return Row{}, io.EOF
	}
	f.said = true
	return Row{}, f.why
}

// Sourced implements Reader.
func (*refusedFile) Sourced() bool { return true }
