package command

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
)

// Export writes what is on record to files.
type Export struct {
	Statements ExportStatements `cmd:"" help:"Write a statements file: statements with the documents, versions and entities that they refer to."`
	Figures    ExportFigures    `cmd:"" help:"Write the figures of a metric: SDMX-CSV with every dimension and attribute, or JSON Lines."`
}

// ExportStatements writes a statements file.
type ExportStatements struct {
	To             string `placeholder:"FILE" env:"-" help:"The file to write. An export that was cut off goes on when it is run again. Standard output unless given."`
	Encoding       string `name:"format" enum:",jsonl,jsonld,csv" default:"" env:"-" help:"Format: jsonl, jsonld or csv. Without it the ending of the file's name says it; standard output is jsonl."`
	Filter         string `placeholder:"FILTER" env:"-" help:"Only what matches, as in AIP-160: speaker = \"entities/joe-biden\". What those refer to is written too."`
	ReadTime       string `placeholder:"TIME" env:"-" help:"Write the record as it stood then, in RFC 3339."`
	ShowDeprecated bool   `env:"-" help:"Write statements of rank DEPRECATED too."`
	Remote         `embed:""`
}

// Run writes everything as of one time: the one that is asked for, or now.
func (s *ExportStatements) Run(ctx context.Context, process Process) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	format, err := formatOf(s.To, s.Encoding)
	if err != nil {
		return err
	}
	export := &transfer.Export{Server: c, Filter: s.Filter, ShowDeprecated: s.ShowDeprecated}
	bar := newBar(process, "exporting", s.count(ctx, c), false)
	defer bar.end()
	if s.To != "" {
		file := &transfer.ExportFile{
			Path: s.To, Format: format, Address: s.Server, AsOf: s.ReadTime, Settled: c.SettledTime, Progress: func(n int) { bar.set(int64(n)) },
		}
		if err := file.Run(ctx, export); err != nil {
			return err
		}
		bar.end()
		fmt.Fprintf(process.Err, "%d statements written to %s\n", export.Statements(), s.To)
		printLeftOut(process, export.LeftOut())
		return nil
	}
	if export.ReadTime = s.ReadTime; export.ReadTime == "" {
		if export.ReadTime, err = c.SettledTime(ctx); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(process.Out)
	if export.To, err = interchange.NewWriter(format, out, false); err != nil {
		return err
	}
	export.Page = func(_ string, statements int) error {
		bar.set(int64(statements))
		return out.Flush()
	}
	if err := export.Run(ctx); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	bar.end()
	printLeftOut(process, export.LeftOut())
	return nil
}

// printLeftOut says on standard error what the file is without.
func printLeftOut(process Process, left transfer.LeftOut) {
	if left.Count == 0 {
		return
	}
	fmt.Fprintf(process.Err, "left out, since it names what is not on record any more (%d):\n", left.Count)
	for _, note := range left.Notes {
		fmt.Fprintln(process.Err, "  "+note)
	}
	if more := left.Count - len(left.Notes); more > 0 {
		fmt.Fprintf(process.Err, "  and %d more\n", more)
	}
}

// count is how many statements there are to write, for the bar: 0 if the server
// does not say.
func (s *ExportStatements) count(ctx context.Context, c *client.Client) int64 {
	query := url.Values{}
	setNonEmpty(query, map[string]string{"filter": s.Filter, "read_time": s.ReadTime})
	if s.ShowDeprecated {
		query.Set("show_deprecated", "true")
	}
	answer, err := c.Get(ctx, "statements:count", query)
	if err != nil {
		return 0
	}
	var counted struct {
		TotalCount int64 `json:"totalCount"`
	}
	if json.Unmarshal(answer, &counted) != nil {
		return 0
	}
	return counted.TotalCount
}
