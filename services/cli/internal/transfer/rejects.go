package transfer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// Rejects writes rows that were not taken to a file, one a line, as JSON: line,
// reason, field, message and the row itself. The file is made with the first of
// them.
type Rejects struct {
	path string
	file *os.File
	size int64
}

// OpenRejects begins a file of rejects. What an earlier import left of that name
// is cut to its first size bytes: 0 for a new import.
func OpenRejects(path string, size int64) (*Rejects, error) {
	r := &Rejects{path: path}
	if size == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("rejects of an earlier import: %w", err)
		}
		return r, nil
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	info, err := r.file.Stat()
	if err == nil && info.Size() < size {
		err = errors.New("it is shorter than it was")
	}
	if err == nil {
		err = r.file.Truncate(size)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("rejects of an earlier import, %s: %w", path, err), r.Close())
	}
	r.size = size
	return r, nil
}

func (r *Rejects) open() (err error) {
	if r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	return nil
}

// Path is the file's name.
func (r *Rejects) Path() string { return r.path }

// Close closes the file.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// reject is a line of the file.
type reject struct {
	Line    int    `json:"line"`
	Reason  string `json:"reason"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	// Row is the row as JSON if it is JSON, else as text.
	Row any `json:"row,omitempty"`
}

func (r *Rejects) add(refused *interchange.RowError) error {
	line := reject{Line: refused.Line, Reason: refused.Reason, Field: refused.Field, Message: refused.Message}
	switch {
	case len(refused.Text) == 0:
	case json.Valid(refused.Text) && utf8.Valid(refused.Text):
		line.Row = json.RawMessage(refused.Text)
	default:
		line.Row = string(refused.Text)
	}
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	if r.file == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	n, err := r.file.Write(append(text, '\n'))
	r.size += int64(n)
	if err != nil {
		return fmt.Errorf("rejects: %w", err)
	}
	return nil
}
