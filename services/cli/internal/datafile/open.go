package datafile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// Edition numbers the ways in which files were read: it is raised with every change of what
// counts as a row, or of their order. An import that was cut off goes on after so many rows,
// and these must be the same ones.
const Edition = 2

// Open begins to read a file of a metric's observations. mapping may be nil: the
// file is then SDMX. A file that is not taken at all reads as one row that is not
// taken. SDMX-JSON and SDMX-ML, and tables by a mapping with Trailing, are read twice, which
// takes an io.ReadSeeker at its start; so are, unless they are short, tables in which a period
// such as 2010-11 may be a month or a fiscal year, or two periods one. A file that changes
// between is refused, except by this last look at periods, which compares nothing.
func Open(from io.Reader, metric *metricsv1.Metric, mapping *Mapping) (Reader, error) {
	reader, err := open(from, metric, mapping)
	if refused, is := errors.AsType[*interchange.RowError](err); is {
		return &refusedFile{why: refused}, nil
	}
	return reader, err
}

func open(from io.Reader, metric *metricsv1.Metric, mapping *Mapping) (Reader, error) {
	file := &twice{from: from}
	buffered := bufio.NewReaderSize(file, sniffed)
	start, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read: %w", err)
	}
	if what := stranger(start); what != "" {
		return nil, unsupported("it is " + what)
	}
	format := formatOf(start)
	if mapping != nil && mapping.Format != "" && mapping.Format != format && (table(format) != table(mapping.Format) || !table(format)) {
		return nil, unsupported(fmt.Sprintf("it is no %s, which the mapping says, but begins as %s does", mapping.Format, format))
	}
	if mapping != nil && mapping.Format == CSV {
		format = CSV
	}
	if wrong := mapping.idle(format); wrong != "" {
		return nil, unsupported(wrong)
	}
	if !table(format) {
		seeker, _ := seekable(from)
		if seeker == nil {
			return nil, unsupported("SDMX-JSON and SDMX-ML are read twice: it must be a file, not a stream")
		}
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		if format == SDMXML {
			return newML(&twice{from: from}, metric, mapping)
		}
		return newJSON(&twice{from: from}, metric, mapping)
	}
	return openTable(file, buffered, format, metric, mapping)
}

// openTable begins a table, of which some is buffered.
func openTable(file *twice, buffered *bufio.Reader, format string, metric *metricsv1.Metric, mapping *Mapping) (Reader, error) {
	peeked, _ := buffered.Peek(sniffed)
	start := bytes.Clone(peeked) // the reader writes over it
	delimiter := delimiterOf(start)
	if mapping != nil && mapping.Delimiter != "" {
		delimiter, _ = utf8.DecodeRuneInString(mapping.Delimiter)
	}
	t, err := newTable(newRecords(buffered, delimiter), format, metric, mapping)
	if err != nil {
		return nil, err
	}
	if seeker, _ := seekable(file.from); seeker == nil {
		twice := ""
		switch {
		case len(t.ends) > 0:
			twice = "trailing of the mapping reads it twice"
		case len(start) == sniffed && mapping != nil && mapping.Times[idPeriod].loses():
			twice = "times of the mapping writes periods as longer ones, so it is read twice"
		}
		if twice != "" {
			return nil, unsupported(twice + ": it must be a file, not a stream")
		}
	}
	t.assembler.shapes = sync.OnceValues(func() (*shapes, error) { return t.shapesOf(file.from, start, delimiter) })
	if len(t.ends) == 0 {
		return t, nil
	}
	return t, t.survey(file, delimiter)
}

// unsupported is the refusal of a file of another format.
func unsupported(why string) error { return refusedAt(1, &fault{UnsupportedFormat, "", why}) }

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
	if bytes.IndexByte(start, 0) >= 0 {
		return "no text in UTF-8: it has bytes that are 0. If it is in UTF-16, write it as UTF-8 (iconv -f UTF-16LE -t UTF-8)"
	}
	return ""
}

// ByTheWhole reports whether what a row of a file says may hang on what stands further down:
// the rows read before it grew may then say something else. The periods of a table do, unless
// the mapping says what each is by itself.
func ByTheWhole(file io.ReaderAt, mapping *Mapping) bool {
	start := make([]byte, sniffed)
	n, _ := file.ReadAt(start, 0) // what cannot be read ends the import that reads it
	if mapping == nil || !table(formatOf(start[:n])) || len(mapping.ends()) > 0 {
		return true
	}
	layout, translated := mapping.Times[idPeriod]
	return layout.loses() || !translated && len(mapping.Codes[idPeriod]) == 0
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

// withoutMark reads a file without its byte order mark, which has been so long.
func withoutMark(from io.Reader) (rest *bufio.Reader, skipped int64) {
	rest = bufio.NewReaderSize(from, sniffed)
	if start, err := rest.Peek(len(byteOrderMark)); err == nil && bytes.Equal(start, byteOrderMark) {
		discarded, _ := rest.Discard(len(byteOrderMark))
		skipped = int64(discarded)
	}
	return rest, skipped
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
