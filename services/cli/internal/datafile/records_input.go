package datafile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// input reads a file whose lines may end with carriage returns alone, and without
// a byte order mark. Offsets stay those of the file.
//
// encoding/csv takes the carriage return out of a line end within a cell. Where lines end
// without one it is a part of the cell, so it stands as keptReturn until the cell is read.
type input struct {
	from *bufio.Reader
	// returns says that lines end with carriage returns alone.
	returns bool
	// feeds says that they end with line feeds alone, and at where in a cell what comes is.
	feeds     bool
	at        place
	delimiter string
	// skipped is the length of the byte order mark.
	skipped int64
	// read is how many bytes were read, the mark included; limit how many may be,
	// without it.
	read, limit int64
	ended       bool
	lastByte    byte
}

func newInput(from io.Reader, delimiter rune) *input {
	in := &input{limit: maxRecord, delimiter: string(delimiter)}
	in.from, in.skipped = withoutMark(from)
	in.read = in.skipped
	start, _ := in.from.Peek(sniffed) // what cannot be read fails when it is read
	if at := bytes.IndexAny(start, "\r\n"); at >= 0 {
		in.feeds = start[at] == '\n'
		in.returns = !in.feeds && (at+1 >= len(start) || start[at+1] != '\n')
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
	if in.feeds {
		in.keepReturns(p[:n])
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

// keptReturn and notUTF8 are no bytes of UTF-8; a row with the latter is refused.
const (
	keptReturn = 0xff
	notUTF8    = 0xfe
)

// keepReturns keeps the carriage returns of line ends within quotation marks.
func (in *input) keepReturns(read []byte) {
	for i, c := range read {
		switch {
		case c == keptReturn:
			read[i] = notUTF8
		case c == '\r' && in.at == quoted && in.feedAfter(read[i+1:]):
			read[i] = keptReturn
		}
		in.at = in.at.after(c, in.delimiter)
	}
}

// place is where in a cell reading is.
type place int

const (
	atStart place = iota
	unquoted
	quoted
	// afterMark may be the end of what is quoted, or the first of two quotation marks.
	afterMark
	// malformed is a row of which encoding/csv leaves out the rest of the line.
	malformed
)

// after is where a byte leads, as encoding/csv sees it.
func (p place) after(c byte, delimiter string) place {
	switch {
	case p == quoted && c != '"':
		return quoted
	case p == quoted:
		return afterMark
	case c == '\n':
		return atStart
	case p == malformed:
		return malformed
	case c == '"' && p == unquoted:
		return malformed
	case c == '"':
		return quoted
	case strings.IndexByte(delimiter, c) >= 0: // any byte of it: the first after a mark, the last before one
		return atStart
	case p == afterMark: // if it is the return of the line end, the next byte is the start
		return malformed
	}
	return unquoted
}

// feedAfter says that a line feed comes next.
func (in *input) feedAfter(rest []byte) bool {
	if len(rest) == 0 {
		rest, _ = in.from.Peek(1) // what cannot be read fails when it is read
	}
	return len(rest) > 0 && rest[0] == '\n'
}

// withReturns is a cell as it stands in the file.
func withReturns(cell string) string {
	return strings.ReplaceAll(cell, string([]byte{keptReturn, '\n'}), "\r\n")
}
