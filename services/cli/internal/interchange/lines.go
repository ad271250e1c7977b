package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
)

// byteOrderMark may begin a file of some programs.
var byteOrderMark = []byte("\xef\xbb\xbf")

// lines splits a file into lines and keeps count.
type lines struct {
	from *bufio.Reader
	at   Position
	line []byte
	// unended says that the file ends with the line and without a line end.
	unended bool
}

func newLines(from io.Reader, at Position) *lines {
	return &lines{from: bufio.NewReaderSize(from, 64<<10), at: at}
}

// next returns the next line that is not blank, without its end; it is valid
// until the next call. A line of more than MaxRow bytes is skipped and answered
// as nil.
func (l *lines) next() (line []byte, err error) {
	for {
		line, err = l.read()
		if err != nil || line == nil || len(line) > 0 {
			return line, err
		}
	}
}

func (l *lines) read() ([]byte, error) {
	l.line = l.line[:0]
	first, tooLong, some := l.at.Offset == 0, false, false
	for {
		part, err := l.from.ReadSlice('\n')
		l.unended = err != nil
		l.at.Offset += int64(len(part))
		some = some || len(part) > 0
		if tooLong = tooLong || len(l.line)+len(part) > MaxRow; !tooLong {
			l.line = append(l.line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && !some:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read line %d: %w", l.at.Lines+1, err)
		}
		break
	}
	l.at.Lines++
	if tooLong {
		return nil, nil
	}
	line := l.line
	if first {
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	if line = bytes.TrimSpace(line); line == nil {
		return []byte{}, nil // blank; nil is too long
	}
	return line[:len(line):len(line)], nil
}

// lineReader reads a format that has one resource a line.
type lineReader struct {
	lines *lines
	// parse reads a line; its error is a *RowError without line and text.
	parse func([]byte) (proto.Message, *RowError)
}

// Read implements Reader.
func (r *lineReader) Read() (Row, error) {
	line, err := r.lines.next()
	if err != nil {
		return Row{}, err
	}
	number := r.lines.at.Lines
	if line == nil {
		return Row{}, &RowError{Line: number, End: r.lines.at.Offset, Unended: r.lines.unended, Reason: RowTooLong, Message: fmt.Sprintf("the line has more than %d MiB", MaxRow>>20)}
	}
	var message proto.Message
	refused := notUTF8(line)
	if refused == nil {
		message, refused = r.parse(line)
	}
	if refused != nil {
		refused.Line, refused.Text, refused.End, refused.Unended = number, line, r.lines.at.Offset, r.lines.unended
		return Row{}, refused
	}
	return Row{Line: number, End: r.lines.at.Offset, Text: line, Messages: []proto.Message{message}}, nil
}

// lineWriter writes a format that has one resource a line.
type lineWriter struct {
	to      io.Writer
	marshal func(proto.Message) ([]byte, error)
}

// Write implements Writer.
func (w *lineWriter) Write(message proto.Message) error {
	line, err := w.marshal(message)
	if err != nil {
		return err
	}
	_, err = w.to.Write(append(line, '\n'))
	return err
}

// Flush implements Writer.
func (*lineWriter) Flush() error { return nil }

// notUTF8 refuses a row in another encoding: readers of JSON and CSV would put other
// characters in the place of what they cannot read, or leave it to the record.
func notUTF8(row []byte) *RowError {
	if utf8.Valid(row) {
		return nil
	}
	return &RowError{Reason: MalformedRow, Message: "the row is not UTF-8: write the file as UTF-8"}
}
