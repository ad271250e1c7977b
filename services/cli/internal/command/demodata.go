package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// DemoData puts public corpora of quotations and public time series on record.
type DemoData struct {
	Folder  string `arg:"" help:"Folder of the data, with quotes/gum and quotes/german-wikinews, or timeseries, or both in it."`
	Rejects string `placeholder:"FILE" env:"-" help:"Where annotations go that make no statement, each with its reason; rows of time series go to files called after it and after theirs. demo-data.rejects.jsonl in the folder onrecord of the user's cache unless given."`
	Remote  `embed:""`
}

// Run imports what is in the folder. What is on record already stays.
func (d *DemoData) Run(ctx context.Context, process Process) error {
	c, err := d.client()
	if err != nil {
		return err
	}
	if d.Rejects == "" {
		if d.Rejects, err = defaultRejects(); err != nil {
			return err
		}
	}
	rows, err := demodata.Open(d.Folder)
	if err != nil && !d.hasSeries() {
		return err
	}
	if err == nil {
		if err := d.quotations(ctx, process, c, rows); err != nil {
			return err
		}
	}
	if !d.hasSeries() {
		return nil
	}
	return d.series(ctx, process, c)
}

// defaultRejects is where rejects go unless the caller says: the data is somebody else's,
// and the working folder anything.
func defaultRejects() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the rejects, name one with --rejects: %w", err)
	}
	folder := filepath.Join(cache, "onrecord")
	return filepath.Join(folder, "demo-data.rejects.jsonl"), os.MkdirAll(folder, 0o750)
}

// quotations imports the corpora.
func (d *DemoData) quotations(ctx context.Context, process Process, c *client.Client, rows interchange.Reader) error {
	job := &importJob{server: c, format: interchange.JSONL, rows: rows, rejects: d.Rejects}
	// Annotations that make no statement are expected: they fail nothing.
	err := job.run(ctx, process, d.Output)
	if rejected, ok := errors.AsType[*rejectedError](err); ok {
		_, err = io.WriteString(process.Out, rejected.Error()+"\n")
	}
	return err
}
