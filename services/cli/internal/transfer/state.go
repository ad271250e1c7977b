package transfer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// State remembers in a file how far an import is: a line for every chunk that is
// done, and one for every field that follows at the end. It is an aid: without it
// an import starts at the first row, finds what is there, and ends the same.
type State struct {
	path  string
	input *os.File
	file  *os.File
	// of is what the state is valid for.
	of identity
	// holds says whether the record has a resource.
	holds  func(name string) bool
	hashed int64
	hash   hash.Hash
	last   checkpoint
	later  []later
	// some says that the file has a checkpoint.
	some bool
}

// identity is what an import is: a file in a format into a server.
type identity struct {
	Server string `json:"server"`
	Format string `json:"format"`
}

// checkpoint is how far an import is.
type checkpoint struct {
	identity

	Offset int64 `json:"offset"`
	Lines  int   `json:"lines"`
	// Last is a resource that was put on record: where it is not, the record is
	// another one.
	Last   string `json:"last,omitempty"`
	SHA256 string `json:"sha256"` // of the input before Offset
	// RejectsSize is the length of the file of rejects in bytes.
	RejectsSize int64  `json:"rejectsSize"`
	Report      Report `json:"report"`
}

// stateLine is a line of the file: one of its fields.
type stateLine struct {
	Checkpoint *checkpoint `json:"checkpoint,omitempty"`
	Later      *later      `json:"later,omitempty"`
}

// OpenState reads how far an earlier import of an input came: not at all if it
// was of another input, another format or into another record. address is that of
// the server.
func OpenState(ctx context.Context, path string, input *os.File, format string, server Server, address string) (*State, error) {
	s := &State{path: path, input: input, of: identity{address, format}, hash: sha256.New(), holds: func(name string) bool {
		_, err := server.Call(ctx, http.MethodGet, name, nil, nil)
		answered, refused := errors.AsType[*client.Error](err)
		return !refused || !strings.HasSuffix(answered.Reason, notFoundSuffix)
	}}
	s.last.Report.Counts = map[string]Count{}
	if err := s.load(); err != nil {
		return nil, err
	}
	var err error
	if s.file, err = os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
		return nil, fmt.Errorf("state of the import: %w", err)
	}
	if err := s.rewrite(); err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	return s, nil
}

// rewrite begins the file anew with what holds of the old one.
func (s *State) rewrite() error {
	for _, one := range s.later {
		if err := s.write(stateLine{Later: &one}); err != nil {
			return err
		}
	}
	if s.last.Offset > 0 {
		if err := s.write(stateLine{Checkpoint: &s.last}); err != nil {
			return err
		}
		s.some = true
	}
	if err := os.Rename(s.path+".new", s.path); err != nil {
		return fmt.Errorf("state of the import: %w", err)
	}
	return nil
}

// Position is where the import goes on.
func (s *State) Position() interchange.Position {
	return interchange.Position{Offset: s.last.Offset, Lines: s.last.Lines}
}

// RejectsSize is how much of the rejects holds.
func (s *State) RejectsSize() int64 { return s.last.RejectsSize }

// load reads the file. Its last line may have been cut off.
func (s *State) load() error {
	content, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("state of the import: %w", err)
	}
	defer content.Close()
	var last *checkpoint
	var after []later
	lines := bufio.NewReader(content)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil || !bytes.HasSuffix(text, []byte("\n")) {
			break
		}
		var line stateLine
		if json.Unmarshal(text, &line) != nil {
			break
		}
		if line.Later != nil {
			after = append(after, *line.Later)
		}
		if line.Checkpoint != nil {
			last, s.later, after = line.Checkpoint, append(s.later, after...), nil
		}
	}
	if last == nil || last.identity != s.of || !s.sameInput(last) || last.Last != "" && !s.holds(last.Last) {
		s.later, s.hash, s.hashed = nil, sha256.New(), 0
		return nil
	}
	s.last = *last
	return nil
}

// sameInput says that the input begins with what was read of it.
func (s *State) sameInput(last *checkpoint) bool {
	return s.hashTo(last.Offset) == nil && hex.EncodeToString(s.hash.Sum(nil)) == last.SHA256
}

func (s *State) hashTo(offset int64) error {
	n, err := io.Copy(s.hash, io.NewSectionReader(s.input, s.hashed, offset-s.hashed))
	s.hashed += n
	if err == nil && s.hashed < offset {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// restore is what the runs before did.
func (s *State) restore() (Report, []later) {
	report := s.last.Report
	report.Counts = maps.Clone(report.Counts)
	return report, s.later
}

func (s *State) postpone(all []later) error {
	for _, one := range all {
		if err := s.write(stateLine{Later: &one}); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) checkpoint(at interchange.Position, last string, report Report, rejects int64) error {
	if err := s.hashTo(at.Offset); err != nil {
		return fmt.Errorf("the input changed while it was read: %w", err)
	}
	s.some = true
	return s.write(stateLine{Checkpoint: &checkpoint{
		identity: s.of, Offset: at.Offset, Lines: at.Lines, Last: last, SHA256: hex.EncodeToString(s.hash.Sum(nil)), RejectsSize: rejects, Report: report,
	}})
}

func (s *State) write(line stateLine) error {
	text, err := json.Marshal(line)
	if err == nil {
		_, err = s.file.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("state of the import: %w", err)
	}
	return nil
}

// Close closes the file; it stays for the next run, unless there is nothing to go
// on from.
func (s *State) Close() error {
	err := s.file.Close()
	if s.some {
		return err
	}
	if gone := os.Remove(s.path); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, fmt.Errorf("state of the import: %w", gone))
	}
	return err
}

// remove ends the import.
func (s *State) remove() error {
	if err := os.Remove(s.path); err != nil {
		return fmt.Errorf("state of the import: %w", err)
	}
	return nil
}
