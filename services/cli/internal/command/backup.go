package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	metrics "github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/recordserver"
	statements "github.com/onrecord/onrecord/services/statements/server"
)

// Backup copies the embedded databases while they are served.
type Backup struct {
	Data string `default:"./data" help:"Folder of the two databases."`
	To   string `required:"" placeholder:"FOLDER" env:"-" help:"Folder for the copies; made if it is not there. It must not have any yet."`
}

// Run makes both copies, statements first: an ingest in between is then in the
// second one only, where it shows nowhere until the gateway finishes it. The
// other way round a document would lack its figures.
func (b *Backup) Run(ctx context.Context, process Process) error {
	for _, service := range []string{statementsService, metricsService} {
		if _, err := os.Stat(filepath.Join(b.Data, service+".db")); err != nil {
			return fmt.Errorf("there is nothing to copy: %w", err)
		}
	}
	if err := os.MkdirAll(b.To, 0o700); err != nil {
		return fmt.Errorf("folder for the copies: %w", err)
	}
	for _, one := range []struct {
		service string
		backup  func(ctx context.Context, config recordserver.Config, to string) error
	}{
		{statementsService, statements.Service.Backup},
		{metricsService, metrics.Service.Backup},
	} {
		to := filepath.Join(b.To, one.service+".db")
		from := recordserver.Config{Database: place("sqlite:"+b.Data).database(one.service, false)}
		if err := one.backup(ctx, from, to); err != nil {
			return fmt.Errorf("%s: %w", one.service, err)
		}
		fmt.Fprintf(process.Out, "%s copied and checked\n", to)
	}
	return nil
}
