package command

import (
	"context"
	"fmt"
	"time"

	metrics "github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recordserver"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	statements "github.com/onrecord/onrecord/services/statements/server"
)

// progressStep is how many changes are copied between two lines of progress.
const progressStep = 10_000

// Copy moves a record to another database.
type Copy struct {
	From    string `arg:"" help:"The record: sqlite:FOLDER with statements.db and metrics.db, or a postgres:// URL with both schemas."`
	To      string `arg:"" help:"Where to: empty, or what an earlier copy of the same record left there."`
	Service string `enum:",statements,metrics" default:"" env:"-" help:"Copy the record of one service only, statements or metrics; sqlite: then names its file."`
	Until   string `placeholder:"TIME" env:"-" help:"Copy the record as it stood then, in RFC 3339."`
}

// Run copies both services, one after the other, and prints what each side has.
// It can be stopped and run again: it goes on where it was.
func (c *Copy) Run(ctx context.Context, process Process) error {
	until, err := c.until()
	if err != nil {
		return err
	}
	for _, one := range []struct {
		what string
		at   place
	}{{"FROM", place(c.From)}, {"TO", place(c.To)}} {
		if err := one.at.check(one.what); err != nil {
			return err
		}
	}
	// Statements first, as in a backup.
	for _, service := range []string{statementsService, metricsService} {
		if c.Service != "" && c.Service != service {
			continue
		}
		report, err := c.copy(ctx, service, recordcopy.Options{Until: until, Progress: progress(process, service)})
		if err != nil {
			return fmt.Errorf("%s: %w", service, err)
		}
		printReport(process, service, report)
	}
	return nil
}

// until reads --until. A time to come has no record yet.
func (c *Copy) until() (recordtime.Time, error) {
	if c.Until == "" {
		return 0, nil
	}
	until, err := time.Parse(time.RFC3339Nano, c.Until)
	if err != nil {
		return 0, usage("--until must be a time in RFC 3339, such as 2026-05-01T12:00:00Z, not %q", c.Until)
	}
	if until.After(time.Now()) || until.Before(time.UnixMicro(1)) {
		return 0, usage("--until must be a time in the past since 1970, not %s", c.Until)
	}
	return recordtime.FromTime(until), nil
}

func (c *Copy) copy(ctx context.Context, service string, options recordcopy.Options) (recordcopy.Report, error) {
	from, to := place(c.From).database(service, c.Service != ""), place(c.To).database(service, c.Service != "")
	run := statements.Service.Copy
	if service == metricsService {
		run = metrics.Service.Copy
	}
	return run(ctx, recordserver.Config{Database: from}, recordserver.Config{Database: to}, recordserver.Deps{}, options)
}

// progress prints a line after every progressStep changes.
func progress(process Process, service string) func(recordcopy.Progress) {
	printed := 0
	return func(p recordcopy.Progress) {
		if p.Changes/progressStep == printed {
			return
		}
		printed = p.Changes / progressStep
		fmt.Fprintf(process.Err, "%s: %d changes copied, up to %s\n", service, p.Changes, p.At)
	}
}

// printReport says what was done and what both sides have now.
func printReport(process Process, service string, report recordcopy.Report) {
	fmt.Fprintf(process.Out, "%s: %d changes copied; source and target are the same up to %s\n", service, report.Changes, report.To)
	for _, sum := range report.Kinds {
		fmt.Fprintf(process.Out, "  %-21s %8d with %8d revisions, SHA-256 %s\n", sum.Kind, sum.Resources, sum.Revisions, sum.SHA256)
	}
}
