package recordserver

import (
	"context"
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
)

// lockWait is how long a program waits for the one that it replaces, which may still be
// closing the file. A copy is told at once that a file is in use.
const lockWait = 5 * time.Second

// open opens the database that the settings name. FAILED_PRECONDITION, reason
// DATABASE_UNSUPPORTED, for anything but sqlite:PATH or a postgres:// URL.
func (k Kind[R, W]) open(ctx context.Context, config Config, deps Deps) (*recorddb.Store[R, W], error) {
	scheme, path, _ := strings.Cut(config.Database, ":")
	switch {
	case scheme == "sqlite" && path != "":
		options := sqlitedb.Options{Now: deps.Now, Log: deps.Log, Migrate: deps.Migrate, Restore: deps.restore, Progress: deps.progress}
		if !deps.restore {
			options.LockWait = lockWait
		}
		return k.SQLite(ctx, path, options)
	case (scheme == "postgres" || scheme == "postgresql") && strings.HasPrefix(path, "//"):
		return k.Postgres(ctx, config.Database, pgdb.Options{Now: deps.Now, Log: deps.Log, Migrate: deps.Migrate, Restore: deps.restore, Progress: deps.progress})
	default:
		// Only the scheme: the rest may hold a password.
		return nil, errs.New(errs.FailedPrecondition, "DATABASE_UNSUPPORTED",
			"--database must be sqlite:PATH or postgres://USER@HOST/DATABASE, not %q", scheme+":…")
	}
}

// Migrate brings the database up to date, and makes it if it is new.
func (k Kind[R, W]) Migrate(ctx context.Context, config Config, deps Deps) error {
	deps = deps.withDefaults()
	deps.Migrate = true
	store, err := k.open(ctx, config, deps)
	if err != nil {
		return err
	}
	return store.Close()
}
