package command

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Evidence saves an evidence pack.
type Evidence struct {
	Name     string `arg:"" help:"Name of a document, a statement or a figure, such as documents/afp-2023-11-18."`
	To       string `placeholder:"FILE" env:"-" help:"File to write, which must not be there yet; ID.evidence.zip unless given."`
	ReadTime string `placeholder:"TIME" env:"-" help:"Pack it as it stood then, in RFC 3339: the file is then the same each time."`
	Asked    `embed:""`
}

// Run asks for the pack and writes the file.
func (e *Evidence) Run(ctx context.Context, process Process) error {
	if err := checkCited(e.Name); err != nil {
		return err
	}
	c, err := e.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	setNonEmpty(query, map[string]string{"read_time": e.ReadTime})
	content, err := c.File(ctx, e.Name+":evidence", query)
	if err != nil {
		return err
	}
	to := e.To
	if to == "" {
		_, id, _ := strings.Cut(e.Name, "/")
		to = id + ".evidence.zip"
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = file.Write(content); err != nil {
		_ = file.Close()
		return fmt.Errorf("write %s: %w", to, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	_, err = fmt.Fprintf(process.Out, "%s: %d bytes. `onrecord verify %s` checks it.\n", to, len(content), to)
	return err
}
