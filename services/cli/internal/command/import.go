package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
)

// Import puts files on record.
type Import struct {
	Statements ImportStatements `cmd:"" help:"Put a statements file on record: documents, versions, entities and statements."`
	Figures    ImportFigures    `cmd:"" help:"Put a file of observations on record: SDMX-CSV, SDMX-JSON, SDMX-ML, or any CSV by a mapping."`
}

// ImportStatements puts a statements file on record.
type ImportStatements struct {
	File      string `arg:"" help:"The file; - is standard input."`
	Encoding  string `name:"format" enum:",jsonl,jsonld,csv" default:"" env:"-" help:"Format of the file: jsonl, jsonld or csv. Without it the ending of the name says it; standard input is jsonl."`
	RejectsTo string `name:"rejects" placeholder:"FILE" env:"-" help:"Where rows go that the record does not take: FILE.rejects.jsonl beside the input unless given."`
	Remote    `embed:""`
}

// stateSuffix and rejectsSuffix are what the files beside the input are called.
const (
	stateSuffix   = ".import-state"
	rejectsSuffix = ".rejects.jsonl"
	// stdinName is how standard input is called in the names of files.
	stdinName = "import"
)

// rejectedError says that some rows were not taken.
type rejectedError struct {
	count int
	file  string
}

// Error says it in words.
func (e *rejectedError) Error() string {
	return fmt.Sprintf("%d rows were rejected; %s has them, each with its reason", e.count, e.file)
}

// Run imports the file from its start, or from where it was cut off.
func (s *ImportStatements) Run(ctx context.Context, process Process) (err error) {
	c, err := s.client()
	if err != nil {
		return err
	}
	format, err := formatOf(s.File, s.Encoding)
	if err != nil {
		return err
	}
	job := &importJob{server: c, format: format, rejects: s.RejectsTo}
	if s.File == "-" {
		job.rejects = cmp.Or(job.rejects, stdinName+rejectsSuffix)
		if job.rows, err = interchange.NewReader(job.format, process.In); err != nil {
			return err
		}
		return job.run(ctx, process, s.Output)
	}
	job.rejects = cmp.Or(job.rejects, s.File+rejectsSuffix)
	file, size, err := openInput(s.File)
	if err != nil {
		return err
	}
	defer file.Close()
	job.size = size
	at, in := interchange.Position{}, io.NewSectionReader(file, 0, job.size)
	if job.state, err = stateBeside(ctx, process, file, job.format, c, s.Server); err != nil {
		return err
	}
	if job.state != nil {
		defer func() { err = errors.Join(err, job.state.Close()) }()
		at, in = job.state.Position(), job.state.Input()
	}
	if job.rows, err = interchange.NewReaderAt(job.format, in, at); err != nil {
		return fmt.Errorf("%s: %w", s.File, err)
	}
	return job.run(ctx, process, s.Output)
}

// openInput opens a file that is to be imported, and says how long it is in bytes.
func openInput(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, plainPathError(err))
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		err = fmt.Errorf("%s: %w", path, plainPathError(err))
	case !info.Mode().IsRegular():
		err = usage("%s is no file; - is standard input", path)
	default:
		return file, info.Size(), nil
	}
	_ = file.Close() // nothing was read of it
	return nil, 0, err
}

// stateBeside is how far an earlier import of a file came; nil where nothing can be
// written beside it. what says what the import is.
func stateBeside(ctx context.Context, process Process, file *os.File, what string, c *client.Client, address string) (*transfer.State, error) {
	state, err := transfer.OpenState(ctx, file.Name()+stateSuffix, file, what, c, address)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		fmt.Fprintln(process.Err, "nothing can be written beside the file: an import that is cut off starts at its first row again")
		return nil, nil
	}
	return state, err
}

// formatOf is the format that was asked for, or else that of a file's name;
// standard input and output are JSON Lines.
func formatOf(file, asked string) (string, error) {
	if file == "" || file == "-" {
		return cmp.Or(asked, interchange.JSONL), nil
	}
	if format := cmp.Or(asked, interchange.FormatOf(file)); format != "" {
		return format, nil
	}
	return "", usage("%s: the name of a statements file ends in .jsonl, .jsonld or .csv: of any other, --format jsonl, jsonld or csv says what it is", file)
}

// importJob is one import with what it prints.
type importJob struct {
	server  *client.Client
	format  string
	rows    interchange.Reader
	rejects string
	// size is the length of the input in bytes, 0 if it is not known.
	size  int64
	state *transfer.State
}

func (j *importJob) run(ctx context.Context, process Process, output Output) (err error) {
	kept := int64(0)
	if j.state != nil {
		kept = j.state.RejectsSize()
		if offset := j.state.Position().Offset; offset > 0 {
			fmt.Fprintf(process.Err, "going on after byte %d, where the import was cut off\n", offset)
		}
	}
	rejects, err := transfer.OpenRejects(j.rejects, kept)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rejects.Close()) }()
	bar := newBar(process, "importing", j.size, true)
	work := &transfer.Import{Server: j.server.Patient(bar.waits), Rows: j.rows, Rejects: rejects, State: j.state, Progress: bar.set}
	report, err := work.Run(ctx)
	bar.end()
	warnUnended(process, work.Unended)
	if err != nil {
		open := ""
		if report.Open > 0 {
			open = fmt.Sprintf(", all but %d links, memberships and merges", report.Open)
		}
		return fmt.Errorf("%w\n  %d rows are done%s; the same command again goes on", err, report.Rows, open)
	}
	if err := printImport(process, output, report); err != nil {
		return err
	}
	if report.Rejected > 0 {
		return &rejectedError{report.Rejected, rejects.Path()}
	}
	return nil
}

// warnUnended warns of a last row that was taken and may be half of one.
func warnUnended(process Process, unended bool) {
	if unended {
		fmt.Fprintln(process.Err, "the file's last line has no end: if the file was cut off there, the last value may be cut off too")
	}
}

// printImport prints how many of each kind are on record.
func printImport(process Process, output Output, report transfer.Report) error {
	if output.json() {
		text, err := json.Marshal(report)
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		return printJSON(process, text)
	}
	table := &show.Table{Columns: []show.Column{{Title: "KIND"}, {Title: "CREATED", Right: true}, {Title: "THERE ALREADY", Right: true}}}
	for _, kind := range []struct{ key, title string }{
		{"document", "documents"}, {"documentVersion", "versions"}, {"entity", "entities"}, {"statement", "statements"},
	} {
		count := report.Counts[kind.key]
		table.Add(kind.title, strconv.Itoa(count.Created), strconv.Itoa(count.Present))
	}
	if err := table.Write(process.Out, process.width()); err != nil {
		return err
	}
	fmt.Fprintf(process.Out, "%d rows read, %d rejected\n", report.Rows, report.Rejected)
	return nil
}
