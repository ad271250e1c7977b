package recordserver

import (
	"context"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
)

// Backup copies a SQLite database to a new file while the service may run and
// write. See sqlitedb.Backup for what the copy holds, and for the errors.
//
// FAILED_PRECONDITION, reason DATABASE_UNSUPPORTED, for a database that has its
// own tools for this.
func (k Kind[R, W]) Backup(ctx context.Context, config Config, to string) error {
	path, isFile := strings.CutPrefix(config.Database, "sqlite:")
	if !isFile {
		return errs.New(errs.FailedPrecondition, "DATABASE_UNSUPPORTED",
			"this backs up SQLite files; PostgreSQL has its own: pg_dump and pg_basebackup")
	}
	return sqlitedb.Backup(ctx, path, to)
}
