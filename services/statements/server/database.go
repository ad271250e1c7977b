package server

import (
	"context"
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// lockWait is how long a program waits for the one that it replaces, which may still be
// closing the file. A copy is told at once that a file is in use.
const lockWait = 5 * time.Second

// open opens the database that the settings name. FAILED_PRECONDITION, reason
// DATABASE_UNSUPPORTED, for anything but sqlite:PATH or a postgres:// URL.
func open(ctx context.Context, config Config, deps Deps) (*tables.Store, error) {
	scheme, path, _ := strings.Cut(config.Database, ":")
	switch {
	case scheme == "sqlite" && path != "":
		options := sqlite.Options{Now: deps.Now, Log: deps.Log, Migrate: deps.Migrate, Restore: deps.restore, Progress: deps.progress}
		if !deps.restore {
			options.LockWait = lockWait
		}
		return sqlite.Open(ctx, path, options)
	case (scheme == "postgres" || scheme == "postgresql") && strings.HasPrefix(path, "//"):
		return postgres.Open(ctx, config.Database, postgres.Options{Log: deps.Log, Migrate: deps.Migrate, Restore: deps.restore, Progress: deps.progress})
	default:
		// Only the scheme: the rest may hold a password.
		return nil, errs.New(errs.FailedPrecondition, "DATABASE_UNSUPPORTED",
			"--database must be sqlite:PATH or postgres://USER@HOST/DATABASE, not %q", scheme+":…")
	}
}
