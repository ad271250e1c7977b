package transfer

import (
	"bufio"
	"bytes"
	"cmp"
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
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
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
	// holds says whether the record has what an import put there.
	holds func(landmark) bool
	// size is how long the input was at the start: what is added since is for the next run.
	size   int64
	hashed int64
	hash   hash.Hash
	last   checkpoint
	later  []later
	// some says that the file has a checkpoint.
	some bool
}

// errInputInUse is what a second import of a file that is being imported is told.
var errInputInUse = errors.New("another import of the file runs: wait for its end, or stop it")

// errHalfRow ends an import before the last line of its input.
var errHalfRow = errors.New("the file grew while it was read, and its last line had no end: that line is not taken")

// identity is what an import is: a file in a format into a server.
type identity struct {
	Server string `json:"server"`
	Format string `json:"format"`
}

// checkpoint is how far an import is.
type checkpoint struct {
	identity
	landmark

	// Run names the import, however often it is cut off.
	Run    uuid.UUID `json:"run"`
	Offset int64     `json:"offset"`
	Lines  int       `json:"lines"`
	SHA256 string    `json:"sha256"` // of the input before Offset
	// RejectsSize is the length of the file of rejects in bytes.
	RejectsSize int64  `json:"rejectsSize"`
	Report      Report `json:"report"`
}

// landmark is something that the import put on record: where it is not, the record is
// another one, or a backup of before was restored.
type landmark struct {
	// Name is that of a resource.
	Name string `json:"last,omitempty"`
	// Filter is that of the list of figures that has it, where Name is its metric's.
	Filter string `json:"lastFilter,omitempty"`
}

// stateLine is a line of the file: one of its fields.
type stateLine struct {
	Checkpoint *checkpoint `json:"checkpoint,omitempty"`
	Later      *later      `json:"later,omitempty"`
}

// OpenState reads how far an earlier import of an input came: not at all if it
// was of another input, another format or into another record. address is that of
// the server. It is refused while another import of the input runs: each would cut
// off what the other remembers and rejects.
func OpenState(ctx context.Context, path string, input *os.File, format string, server Server, address string) (*State, error) {
	if err := lockInput(input); err != nil {
		return nil, fmt.Errorf("%s: %w", input.Name(), err)
	}
	info, err := input.Stat()
	if err != nil {
		return nil, fmt.Errorf("state of the import: %w", err)
	}
	s := &State{
		path: path, input: input, of: identity{address, format}, hash: sha256.New(), size: info.Size(),
		holds: func(what landmark) bool { return holds(ctx, server, what) },
	}
	s.last.Report.Counts, s.last.Run = map[string]Count{}, uuid.New()
	if err := s.load(); err != nil {
		return nil, err
	}
	if s.file, err = os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600); err != nil {
		return nil, fmt.Errorf("state of the import: %w", err)
	}
	if err := s.rewrite(); err != nil {
		return nil, errors.Join(err, s.file.Close())
	}
	return s, nil
}

// holds says whether a record has what an import put there: not if the record says so.
func holds(ctx context.Context, server Server, what landmark) bool {
	_, err := server.Call(ctx, http.MethodGet, what.Name, nil, nil)
	refused, is := errors.AsType[*client.Error](err)
	if is && strings.HasSuffix(refused.Reason, notFoundSuffix) {
		return false
	}
	if err != nil || what.Filter == "" {
		return true // an import that cannot ask ends with the first request, and goes on later
	}
	answer, err := server.Call(ctx, http.MethodGet, "figures", url.Values{"filter": {what.Filter}, "page_size": {"1"}}, nil)
	if refused, is = errors.AsType[*client.Error](err); is {
		return !slices.ContainsFunc(refused.Violations, func(v client.Violation) bool { return v.Field == "filter" })
	}
	page := &metricsv1.ListFiguresResponse{}
	return err != nil || unmarshal(answer, page) == nil && len(page.GetFigures()) > 0
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
	if last == nil || last.identity != s.of || !s.sameInput(last) || last.Name != "" && !s.holds(last.landmark) {
		s.later, s.hash, s.hashed = nil, sha256.New(), 0
		return nil
	}
	last.Run = cmp.Or(last.Run, s.last.Run) // that of an older program has none
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

// run names the import: the same until it is done, or begins anew.
func (s *State) run() uuid.UUID {
	if s == nil {
		return uuid.New()
	}
	return s.last.Run
}

func (s *State) postpone(all []later) error {
	for _, one := range all {
		if err := s.write(stateLine{Later: &one}); err != nil {
			return err
		}
	}
	return nil
}

// Input is what the import reads: the input as long as it was at the start.
func (s *State) Input() *io.SectionReader { return io.NewSectionReader(s.input, 0, s.size) }

// whole refuses a row with which the input ends and without a line end, if something
// wrote to the input since the start: the rest of the row is yet to come.
func (s *State) whole(unended bool) error {
	if s == nil || !unended {
		return nil
	}
	info, err := s.input.Stat()
	if err != nil {
		return fmt.Errorf("state of the import: %w", err)
	}
	if info.Size() == s.size {
		return nil
	}
	return errHalfRow
}

// checkpoint remembers how far the import is: not after a row that may be half of one.
func (s *State) checkpoint(at interchange.Position, last landmark, report Report, rejects int64) error {
	if err := s.hashTo(at.Offset); err != nil {
		return fmt.Errorf("the input changed while it was read: %w", err)
	}
	s.some = true
	return s.write(stateLine{Checkpoint: &checkpoint{
		identity: s.of, landmark: last, Run: s.last.Run, Offset: at.Offset, Lines: at.Lines, SHA256: hex.EncodeToString(s.hash.Sum(nil)), RejectsSize: rejects, Report: report,
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
