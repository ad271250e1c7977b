package datafile

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// headerRows is among how many rows the header is at most: a file that has it further down,
// or nowhere, is another than the mapping is for.
const headerRows = 100

// headerRow reads the header: the first row, or the first that begins as the mapping says.
func headerRow(records *records, m *Mapping) (record, error) {
	first, err := records.next()
	if errors.Is(err, io.EOF) {
		return record{}, &interchange.RowError{Line: 1, Reason: EmptyFile, Message: "the file is empty: it has no header"}
	}
	if m == nil || len(m.Header) == 0 {
		return first, err
	}
	for range headerRows {
		refused, unread := errors.AsType[*interchange.RowError](err)
		switch {
		case err == nil && m.begins(first.cells):
			return first, nil
		case err != nil && (!unread || refused.Reason != interchange.MalformedRow):
			return record{}, err
		}
		if first, err = records.next(); errors.Is(err, io.EOF) {
			break
		}
	}
	return record{}, &interchange.RowError{Line: 1, Reason: MissingColumn, Field: m.Header[0], Message: fmt.Sprintf(
		"the mapping says that the header begins with %s, and none of the first %d rows does", strings.Join(m.Header, ", "), headerRows)}
}

// begins says whether a row begins as the header does.
func (m *Mapping) begins(cells []string) bool {
	if len(cells) < len(m.Header) {
		return false
	}
	for i, name := range m.Header {
		if strings.TrimSpace(cells[i]) != strings.TrimSpace(name) {
			return false
		}
	}
	return true
}
