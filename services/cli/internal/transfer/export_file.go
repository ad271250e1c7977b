package transfer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// ExportFile is an export into a file that can be killed and run again: what is
// done stands in FILE.part, and FILE.export-state says how far that is. FILE is
// there only once it is whole.
type ExportFile struct {
	// Path is FILE.
	Path string
	// Format is that of package interchange.
	Format string
	// Address is the server's, so that no other goes on with it.
	Address string
	// AsOf is the read time that was asked for; "" for the newest settled one, which
	// Settled then answers.
	AsOf    string
	Settled func(context.Context) (string, error)
	// Progress is told how many statements are written. It may be nil.
	Progress func(statements int)
}

// exportState is how far an export is.
type exportState struct {
	exportArgs

	ReadTime  string `json:"readTime"`
	PageToken string `json:"pageToken"`
	Offset    int64  `json:"offset"`
	// LeftOut is what was left out so far.
	LeftOut LeftOut `json:"leftOut"`
}

// exportArgs is what an export is.
type exportArgs struct {
	Address        string `json:"server"`
	Format         string `json:"format"`
	Filter         string `json:"filter"`
	AsOf           string `json:"asOf"`
	ShowDeprecated bool   `json:"showDeprecated"`
}

func (f *ExportFile) part() string  { return f.Path + ".part" }
func (f *ExportFile) state() string { return f.Path + ".export-state" }

// Run runs an export whose To, ReadTime, PageToken and Page are not set.
func (f *ExportFile) Run(ctx context.Context, export *Export) error {
	args := exportArgs{Address: f.Address, Format: f.Format, Filter: export.Filter, AsOf: f.AsOf, ShowDeprecated: export.ShowDeprecated}
	at, file, err := f.open(ctx, args, export)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewWriterSize(file, 1<<20)
	if export.To, err = interchange.NewWriter(f.Format, buffered, at.Offset > 0); err != nil {
		return err
	}
	export.ReadTime, export.PageToken = at.ReadTime, at.PageToken
	export.Page = func(token string, statements int) error {
		if f.Progress != nil {
			f.Progress(statements)
		}
		if err := buffered.Flush(); err != nil {
			return err
		}
		if at.Offset, err = file.Seek(0, io.SeekCurrent); err != nil {
			return err
		}
		at.PageToken, at.LeftOut = token, export.LeftOut()
		return f.save(at)
	}
	if err := export.Run(ctx); err != nil {
		if at.PageToken == "" { // there is nothing to go on with
			err = errors.Join(err, os.Remove(f.part()))
		}
		return err
	}
	if err := errors.Join(buffered.Flush(), file.Sync(), os.Rename(f.part(), f.Path)); err != nil {
		return fmt.Errorf("write %s: %w", f.Path, err)
	}
	if err := os.Remove(f.state()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("state of the export: %w", err)
	}
	return nil
}

// save writes the state beside the one before and then in its place.
func (f *ExportFile) save(at exportState) error {
	text, err := json.Marshal(at)
	if err == nil {
		err = os.WriteFile(f.state()+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(f.state()+".new", f.state())
	}
	if err != nil {
		return fmt.Errorf("state of the export: %w", err)
	}
	return nil
}

// open opens the part where the same export left off, else anew.
func (f *ExportFile) open(ctx context.Context, args exportArgs, export *Export) (at exportState, file *os.File, err error) {
	if text, err := os.ReadFile(f.state()); err == nil && json.Unmarshal(text, &at) == nil && at.exportArgs == args {
		if file, err := f.goOn(at, export); err == nil {
			return at, file, nil
		}
	}
	at = exportState{exportArgs: args, ReadTime: args.AsOf}
	if at.ReadTime == "" {
		if at.ReadTime, err = f.Settled(ctx); err != nil {
			return at, nil, err
		}
	}
	export.written, export.statements, export.gone, export.leftOut = nil, 0, nil, LeftOut{}
	if err := os.Remove(f.state()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return at, nil, fmt.Errorf("state of the export: %w", err)
	}
	if file, err = os.Create(filepath.Clean(f.part())); err != nil {
		return at, nil, fmt.Errorf("write %s: %w", f.Path, err)
	}
	return at, file, nil
}

// goOn cuts the part to what holds of it and reads what that has.
func (f *ExportFile) goOn(at exportState, export *Export) (*os.File, error) {
	file, err := os.OpenFile(f.part(), os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.readBack(file, at, export); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (f *ExportFile) readBack(file *os.File, at exportState, export *Export) error {
	info, err := file.Stat()
	if err != nil || info.Size() < at.Offset {
		return errors.Join(err, errors.New("it is shorter than it was"))
	}
	if err := file.Truncate(at.Offset); err != nil {
		return err
	}
	reader, err := interchange.NewReader(f.Format, file)
	if err != nil {
		return err
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, message := range row.Messages {
			export.Written(interchange.NameOf(message))
			if _, is := message.(*statementsv1.Statement); is {
				export.statements++
			}
		}
	}
	export.leftOut = at.LeftOut
	_, err = file.Seek(at.Offset, io.SeekStart)
	return err
}
