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
// taken. SDMX-JSON and SDMX-ML, and tables by a mapping with Trailing, are read twice, which takes an io.ReadSeeker at its start.
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
	if what := stranger(start); what != "" {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: "it is " + what}
	}
	format := formatOf(start)
	if mapping != nil && mapping.Format != "" && mapping.Format != format && (table(format) != table(mapping.Format) || !table(format)) {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: fmt.Sprintf("it is no %s, which the mapping says, but begins as %s does", mapping.Format, format)}
	}
	if mapping != nil && mapping.Format == CSV {
		format = CSV
	}
	if wrong := mapping.idle(format); wrong != "" {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: wrong}
	}
	if !table(format) {
		if seeker == nil {
			return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: "SDMX-JSON and SDMX-ML are read twice: it must be a file, not a stream"}
		}
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("go to the start: %w", err)
		}
		if format == SDMXML {
			return newML(seeker, metric, mapping)
		}
		return newJSON(seeker, metric, mapping)
	}
	delimiter := delimiterOf(start)
	if mapping != nil && mapping.Delimiter != "" {
		delimiter, _ = utf8.DecodeRuneInString(mapping.Delimiter)
	}
	t, err := newTable(newRecords(buffered, delimiter), format, metric, mapping)
	if err != nil || len(t.ends) == 0 {
		return t, err
	}
	if seeker == nil {
		return nil, &interchange.RowError{Line: 1, Reason: UnsupportedFormat, Message: "trailing of the mapping reads it twice: it must be a file, not a stream"}
	}
	return t, t.survey(seeker, delimiter)
}

// stranger is what a file is that is no text in UTF-8, and what to do with it; "" if it may
// be one.
func stranger(start []byte) string {
	for begins, what := range map[string]string{
		"\x1f\x8b":         "compressed: unpack it first (gunzip)",
		"PK\x03\x04":       "a ZIP archive, or a workbook (.xlsx): unpack it, or save its sheet as CSV in UTF-8",
		"\xd0\xcf\x11\xe0": "a workbook (.xls): save its sheet as CSV in UTF-8",
		"%PDF":             "a PDF, and no data",
		"\xff\xfe":         "in UTF-16: write it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
		"\xfe\xff":         "in UTF-16: write it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
	} {
		if bytes.HasPrefix(start, []byte(begins)) {
			return what
		}
	}
	return ""
}

// ByTheWhole reports whether what a row of a file says may hang on what stands further down:
// the rows read before it grew may then say something else.
func ByTheWhole(file io.ReaderAt, mapping *Mapping) bool {
	start := make([]byte, sniffed)
	n, _ := file.ReadAt(start, 0) // what cannot be read ends the import that reads it
	return !table(formatOf(start[:n])) || mapping != nil && len(mapping.ends()) > 0
}

// table says that a format has rows and columns.
func table(format string) bool { return format == SDMXCSV || format == CSV }

// formatOf is what a file begins like.
func formatOf(start []byte) string {
	start = bytes.TrimLeft(bytes.TrimPrefix(start, byteOrderMark), " \t\r\n")
	switch {
	case bytes.HasPrefix(start, []byte("<")):
		return SDMXML
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
