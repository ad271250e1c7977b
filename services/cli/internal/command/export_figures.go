package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
)

// Formats of an export of figures.
const (
	sdmxFormat = "sdmx-csv"
	lineFormat = "jsonl"
)

// ExportFigures writes the figures of a metric.
type ExportFigures struct {
	Metric   string `arg:"" help:"The metric: metrics/…"`
	To       string `placeholder:"FILE" env:"-" help:"The file to write; it is there only once it is whole. Standard output unless given."`
	Encoding string `name:"format" enum:",sdmx-csv,jsonl" default:"" env:"-" help:"Format: sdmx-csv or jsonl. Without it the ending of the file's name says it; standard output is sdmx-csv."`
	Filter   string `placeholder:"FILTER" env:"-" help:"Only what matches, as in AIP-160: dimensions.REF_AREA = \"US\"."`
	ReadTime string `placeholder:"TIME" env:"-" help:"Write the record as it stood then, in RFC 3339."`
	Remote   `embed:""`
}

// Run writes everything as of one time: the one that is asked for, or now.
func (e *ExportFigures) Run(ctx context.Context, process Process) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	format := e.format()
	if e.ReadTime == "" {
		if e.ReadTime, err = c.SettledTimeOf(ctx, "metrics"); err != nil {
			return err
		}
	}
	metric := &metricsv1.Metric{}
	text, err := c.Call(ctx, http.MethodGet, e.Metric, Axis{ReadTime: e.ReadTime}.query(), nil)
	if err != nil {
		return err
	}
	if err := parse(text, metric); err != nil {
		return err
	}
	if e.To == "" {
		_, err := e.write(ctx, process, c, metric, format, process.Out)
		return err
	}
	part := e.To + ".part"
	file, err := os.Create(part)
	if err != nil {
		return fmt.Errorf("%s: %w", part, plainPathError(err))
	}
	written, err := e.write(ctx, process, c, metric, format, file)
	// What is renamed before it is on the disk can be there empty after a power cut.
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, e.To); err != nil {
		return fmt.Errorf("%s: %w", e.To, plainPathError(err))
	}
	fmt.Fprintf(process.Err, "%d figures written to %s\n", written, e.To)
	return nil
}

func (e *ExportFigures) write(ctx context.Context, process Process, c *client.Client, metric *metricsv1.Metric, format string, to io.Writer) (int64, error) {
	out := bufio.NewWriter(to)
	export := &transfer.FigureExport{Server: c, To: datafile.NewSDMXWriter(out, metric), Metric: e.Metric, Filter: e.Filter, ReadTime: e.ReadTime}
	if format == lineFormat {
		export.To = datafile.NewLineWriter(out)
	}
	bar := newBar(process, "exporting", 0, false)
	defer bar.end()
	export.Progress = bar.set
	written, err := export.Run(ctx)
	if err != nil {
		return written, err
	}
	return written, out.Flush()
}

// format is the format that was asked for, or that of the file's name.
func (e *ExportFigures) format() string {
	switch {
	case e.Encoding != "":
		return e.Encoding
	case strings.EqualFold(filepath.Ext(e.To), ".jsonl"), strings.EqualFold(filepath.Ext(e.To), ".ndjson"):
		return lineFormat
	default:
		return sdmxFormat
	}
}
