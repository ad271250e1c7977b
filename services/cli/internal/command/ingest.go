package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/google/uuid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/request"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// maxFile is the greatest size of a file: the server takes no greater body.
const maxFile = 4 << 20

// Ingest puts documents on record.
type Ingest struct {
	Files        []string `arg:"" name:"file" help:"Files to load, each a request of IngestDocument in JSON; - is standard input."`
	RequestID    string   `placeholder:"UUID" env:"-" help:"Name the write, for a single file. Without it the name follows from the file, so that the same file again within 7 days is the same write."`
	ValidateOnly bool     `env:"-" help:"Check everything and write nothing."`
	Remote       `embed:""`
}

// Run loads the files one after another. A file that is refused does not keep
// the next from being loaded.
func (g *Ingest) Run(ctx context.Context, process Process) error {
	if g.RequestID != "" {
		if len(g.Files) > 1 {
			return usage("--request-id names one write, and there are %d files", len(g.Files))
		}
		if uuid.Validate(g.RequestID) != nil {
			return usage("--request-id %q is no UUID", g.RequestID)
		}
	}
	c, err := g.client()
	if err != nil {
		return err
	}
	report := &ingestReport{table: &show.Table{Columns: []show.Column{
		{Title: "FILE", Shrink: true}, {Title: "VERSION", Shrink: true}, {Title: "STATEMENTS", Right: true}, {Title: "FIGURES", Right: true},
		{Title: "RECORDED"}, {Title: "REQUEST ID"},
	}}}
	var failed []error
	for _, file := range g.Files {
		if err := g.load(ctx, process, c, file, report); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", file, err))
		}
	}
	return errors.Join(report.print(process, g.json()), failures(failed))
}

// ingestReport is what the command prints of what was loaded.
type ingestReport struct {
	table   *show.Table
	answers []json.RawMessage
}

func (g *Ingest) load(ctx context.Context, process Process, c *client.Client, file string, report *ingestReport) error {
	content, err := readFile(process, file)
	if err != nil {
		return err
	}
	parsed, err := request.Parse(content)
	if err != nil {
		return err
	}
	if g.RequestID != "" {
		parsed.RequestId = g.RequestID
	}
	parsed.ValidateOnly = parsed.GetValidateOnly() || g.ValidateOnly
	body, err := request.Marshal(parsed)
	if err != nil {
		return err
	}
	answer, err := c.Post(ctx, "documents:ingest", body)
	if err != nil {
		return ingestError(err, parsed.GetRequestId())
	}
	response := &gatewayv1.IngestDocumentResponse{}
	if err := parse(answer, response); err != nil {
		return err
	}
	recorded := show.Time(response.GetRecordTime())
	if recorded == "" {
		recorded = "checked, not written"
	}
	report.answers = append(report.answers, answer)
	report.table.Add(file, response.GetVersion().GetName(), strconv.Itoa(len(response.GetStatements())), strconv.Itoa(len(response.GetFigures())),
		recorded, parsed.GetRequestId())
	return nil
}

// ingestError says how to go on when it is not known what was written.
func ingestError(err error, id string) error {
	if answered, ok := errors.AsType[*client.Error](err); ok && !answered.MaybeWritten() {
		return err
	}
	if unreachable, ok := errors.AsType[*client.UnreachableError](err); ok && unreachable.Refused() {
		return err
	}
	return fmt.Errorf("%w\n  the write may have happened; the same file again (request id %s) finishes it", err, id)
}

// print prints the table, or the answers: one as it is, several as a list.
func (r *ingestReport) print(process Process, asJSON bool) error {
	switch {
	case len(r.answers) == 0:
		return nil
	case !asJSON:
		return r.table.Write(process.Out, process.width())
	case len(r.answers) == 1:
		return printJSON(process, r.answers[0])
	default:
		all, err := json.Marshal(r.answers)
		if err != nil {
			return fmt.Errorf("put the answers together: %w", err)
		}
		return printJSON(process, all)
	}
}

func readFile(process Process, name string) (content []byte, err error) {
	in := process.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, plainPathError(err)
		}
		defer file.Close()
		in = file
	}
	content, err = io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, plainPathError(err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("larger than %d MiB, the most that a server takes at once", maxFile>>20)
	}
	return content, nil
}

// plainPathError drops the operation and the path that package os puts before a
// cause: the path is said already.
func plainPathError(err error) error {
	if wrapped, ok := errors.AsType[*os.PathError](err); ok {
		return wrapped.Err
	}
	return err
}
