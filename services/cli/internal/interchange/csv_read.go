package interchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// csvReader reads one statement a row.
type csvReader struct {
	from *csv.Reader
	tape *tape
	// header names the cells.
	header []string
	known  map[string]column
	// offset and lines are what the file is ahead of what from has read, which is
	// the header and what follows a position.
	offset int64
	lines  int
}

func newCSVReader(from io.Reader, at Position) (*csvReader, error) {
	r := &csvReader{tape: &tape{from: from}, known: map[string]column{}}
	for _, column := range columns() {
		r.known[column.name] = column
	}
	r.from = csv.NewReader(r.tape)
	r.from.FieldsPerRecord = -1
	header, err := r.from.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: its first row names the columns")
	}
	if err != nil {
		return nil, fmt.Errorf("the first row names the columns: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], string(byteOrderMark))
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return nil, errors.New("the first row has no comma: write the file with commas between its cells, not semicolons or tabs")
	}
	for i, name := range header {
		if !utf8.ValidString(name) {
			return nil, errors.New("the first row is not UTF-8: write the file as UTF-8")
		}
		if _, is := r.known[name]; !is && name != moreColumn && !slices.Contains(newColumns, name) {
			return nil, fmt.Errorf("column %q is not known: want some of %s", name, strings.Join(csvHeader(), ", "))
		}
		if slices.Contains(header[:i], name) {
			return nil, fmt.Errorf("column %q is there twice", name)
		}
	}
	r.header = header
	r.tape.cut(r.from.InputOffset())
	if at.Offset > 0 {
		line, _ := r.from.FieldPos(0)
		r.offset, r.lines = at.Offset-r.from.InputOffset(), at.Lines-line
	}
	return r, nil
}

// firstRow is the first row of a CSV file as it stands there.
func firstRow(from io.ReadSeeker) ([]byte, error) {
	reader := csv.NewReader(from)
	if _, err := reader.Read(); errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: the first row names the columns")
	} else if err != nil {
		return nil, fmt.Errorf("the first row names the columns: %w", err)
	}
	header := make([]byte, reader.InputOffset())
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("go to the first row: %w", err)
	}
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, fmt.Errorf("the first row names the columns: %w", err)
	}
	return header, nil
}

// Read implements Reader.
func (r *csvReader) Read() (Row, error) {
	cells, err := r.from.Read()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	parse, bad := errors.AsType[*csv.ParseError](err)
	if err != nil && !bad {
		return Row{}, fmt.Errorf("read the rows: %w", err)
	}
	text := r.tape.cut(r.from.InputOffset())
	row := Row{Text: bytes.TrimRight(text, "\r\n"), End: r.from.InputOffset() + r.offset}
	row.Unended = len(row.Text) == len(text)
	if bad {
		return Row{}, &RowError{Line: parse.StartLine + r.lines, Text: row.Text, End: row.End, Unended: row.Unended, Reason: MalformedRow, Message: parse.Err.Error()}
	}
	line, _ := r.from.FieldPos(0)
	row.Line = line + r.lines
	if len(cells) != len(r.header) {
		return Row{}, &RowError{Line: row.Line, Text: row.Text, End: row.End, Unended: row.Unended, Reason: MalformedRow, Message: fmt.Sprintf("it has %d cells, and the first row %d", len(cells), len(r.header))}
	}
	if wrong := notUTF8(row.Text); wrong != nil {
		err = wrong
	} else {
		row.Messages, err = r.messages(cells)
	}
	if err != nil {
		refused, ok := errors.AsType[*RowError](err)
		if !ok {
			refused = malformed("", "%s", err)
		}
		refused.Line, refused.Text, refused.End, refused.Unended = row.Line, row.Text, row.End, row.Unended
		return Row{}, refused
	}
	return row, nil
}

// messages are what a row says: first what it brings along.
func (r *csvReader) messages(cells []string) ([]proto.Message, error) {
	var all []proto.Message
	for _, column := range newColumns {
		brought, err := bring(column, r.cell(cells, column))
		if err != nil {
			return nil, err
		}
		all = append(all, brought...)
	}
	statement, err := r.statement(cells)
	if statement != nil {
		all = append(all, statement)
	}
	return all, err
}

func (r *csvReader) cell(cells []string, name string) string {
	if i := slices.Index(r.header, name); i >= 0 {
		return cells[i]
	}
	return ""
}

// statement reads the cells of a statement; nil if all are empty. What stands
// in more comes first: a cell may add to it and not contradict it.
func (r *csvReader) statement(cells []string) (*statementsv1.Statement, error) {
	statement, more := &statementsv1.Statement{}, &statementsv1.Statement{}
	said := false
	if cell := r.cell(cells, moreColumn); cell != "" {
		said = true
		if refused := parseMessage([]byte(cell), more, moreColumn); refused != nil {
			return nil, refused
		}
		proto.Merge(statement, more)
	}
	for i, name := range r.header {
		column, is := r.known[name]
		if !is || cells[i] == "" {
			continue
		}
		said = true
		if err := column.set(statement, cells[i]); err != nil {
			if refused, ok := errors.AsType[*RowError](err); ok && refused.Field == "" {
				refused.Field = name
			}
			return nil, err
		}
	}
	if !said {
		return nil, nil
	}
	if statement.GetStatementTime() == nil {
		statement.StatementTime = &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
	}
	return statement, contradiction(moreColumn, more, statement)
}

// bring reads the resources that a row brings along.
func bring(column, cell string) ([]proto.Message, error) {
	if cell == "" {
		return nil, nil
	}
	var values []json.RawMessage
	if err := json.Unmarshal([]byte(cell), &values); err != nil {
		return nil, malformed(column, "want a JSON array: %s", InWords(err))
	}
	var all []proto.Message
	for i, value := range values {
		message := newMessage(map[string]string{documentsColumn: documentKey, versionsColumn: versionKey, entitiesColumn: entityKey}[column])
		if refused := parseMessage(value, message, fmt.Sprintf("%s[%d]", column, i)); refused != nil {
			return nil, refused
		}
		all = append(all, message)
	}
	return all, nil
}

// tape keeps what was read since it was cut last, so that a row can be shown as
// it stands in the file.
type tape struct {
	from io.Reader
	kept []byte
	base int64
}

// Read implements io.Reader. A row of more than MaxRow bytes ends the reading:
// where a quote mark is missing, the rest of the file is one row.
func (t *tape) Read(p []byte) (int, error) {
	if len(t.kept) > MaxRow {
		return 0, fmt.Errorf("a row has more than %d MiB: is a quote mark never closed?", MaxRow>>20)
	}
	n, err := t.from.Read(p)
	t.kept = append(t.kept, p[:n]...)
	return n, err
}

// cut answers what was read up to an offset and was not yet answered.
func (t *tape) cut(offset int64) []byte {
	n := min(int(offset-t.base), len(t.kept))
	row := slices.Clone(t.kept[:n])
	t.kept, t.base = slices.Delete(t.kept, 0, n), t.base+int64(n)
	return row
}
