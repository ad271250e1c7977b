package command

import (
	"context"
	"errors"
	"io"

	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// DemoData puts public corpora of quotations on record.
type DemoData struct {
	Folder  string `arg:"" help:"Folder of the corpora, with quotes/gum and quotes/german-wikinews in it."`
	Rejects string `default:"demo-data.rejects.jsonl" placeholder:"FILE" env:"-" help:"Where annotations go that make no statement, each with its reason."`
	Remote  `embed:""`
}

// Run reads the corpora and imports them. What is on record already stays.
func (d *DemoData) Run(ctx context.Context, process Process) error {
	c, err := d.client()
	if err != nil {
		return err
	}
	rows, err := demodata.Open(d.Folder)
	if err != nil {
		return err
	}
	job := &importJob{server: c, format: interchange.JSONL, rows: rows, rejects: d.Rejects}
	// Annotations that make no statement are expected: they fail nothing.
	if err := job.run(ctx, process, d.Output); err != nil {
		if rejected, ok := errors.AsType[*rejectedError](err); ok {
			_, err = io.WriteString(process.Out, rejected.Error()+"\n")
		}
		return err
	}
	return nil
}
