package recordserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// Copy copies the record from one database to another, whichever they are; the
// target is made if it is new. See recordcopy.Run for what a target must be, and
// for the errors. No service may use the target meanwhile, nor the source if it
// is a SQLite file.
func (k Kind[R, W]) Copy(
	ctx context.Context, from, to Config, deps Deps, options recordcopy.Options,
) (report recordcopy.Report, err error) {
	if from.Database == to.Database {
		return report, errs.New(errs.FailedPrecondition, "COPY_SAME_DATABASE", "source and target are the same database")
	}
	if path, isFile := strings.CutPrefix(from.Database, "sqlite:"); isFile {
		if _, err := os.Stat(path); err != nil { // opening it would make it
			return report, fmt.Errorf("source: %w", err)
		}
	}
	deps = deps.withDefaults()
	deps.restore, deps.Migrate = true, false // the source stays as it is
	source, err := k.open(ctx, from, deps)
	if err != nil {
		return report, fmt.Errorf("source: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	deps.Migrate = true
	target, err := k.open(ctx, to, deps)
	if err != nil {
		return report, fmt.Errorf("target: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	restorer, ok := target.Database.(recorddb.Restorer)
	if !ok {
		return report, errs.New(errs.Internal, "INTERNAL", "the target cannot be restored")
	}
	return k.CopyStore(ctx, source, target, restorer, options)
}
