package sqlitedb

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"go.uber.org/zap"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
)

// Schema is the ordered list of migrations of one service.
type Schema struct {
	// AppID marks the file as this service's (PRAGMA application_id), so that
	// one service never opens the file of another. It must never change.
	AppID int32
	// Migrations are SQL scripts; script n brings schema n-1 to schema n. Each
	// runs in a transaction of its own. Released scripts never change.
	Migrations []string
}

// LoadSchema reads the scripts of fsys. See migrations.Load.
func LoadSchema(fsys fs.FS, appID int32) (Schema, error) {
	scripts, err := migrations.Load(fsys)
	return Schema{AppID: appID, Migrations: scripts}, err
}

// version is the schema version that the migrations lead to.
func (s Schema) version() int { return len(s.Migrations) }

// migrations puts the table that this package owns before the first script, so
// that the schema version stays the number of the service's last script.
func (s Schema) scripts() sqlitemigration.Schema {
	scripts := slices.Clone(s.Migrations)
	if len(scripts) > 0 {
		scripts[0] = createClock + scripts[0]
	}
	return sqlitemigration.Schema{AppID: s.AppID, Migrations: scripts}
}

// prepareSchema compares the file with the schema, migrates it if allowed, and
// returns the version that the file then has: the right one or an older one.
func prepareSchema(ctx context.Context, conn *sqlite.Conn, schema Schema, opts Options) (int, error) {
	have, err := pragmaInt(conn, "user_version")
	if err != nil {
		return 0, mapError(err)
	}
	if err := checkOwner(conn, schema, have); err != nil {
		return 0, err
	}
	want := schema.version()
	if have > want {
		return 0, errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW",
			"the database has schema %d, this program knows up to %d: run a newer program", have, want)
	}
	if have == want || !opts.Migrate {
		return have, nil
	}
	if err := sqlitemigration.Migrate(ctx, conn, schema.scripts()); err != nil {
		return 0, mapError(fmt.Errorf("migrate from schema %d to %d: %w", have, want, err))
	}
	opts.Log.Info("database migrated", zap.Int("from", have), zap.Int("to", want))
	return want, nil
}

func errTooOld(have, want int) *errs.Error {
	return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_OLD",
		"the database has schema %d, this program needs %d: run migrate", have, want).NotWritten()
}

// checkOwner refuses a file that another program made.
func checkOwner(conn *sqlite.Conn, schema Schema, version int) error {
	owner, err := pragmaInt(conn, "application_id")
	if err != nil {
		return mapError(err)
	}
	if owner == int(schema.AppID) || (owner == 0 && version == 0) {
		return nil
	}
	return errs.New(errs.FailedPrecondition, "DATABASE_FOREIGN",
		"the database belongs to another program: application_id %#x, not %#x", owner, schema.AppID)
}

func pragmaInt(conn *sqlite.Conn, name string) (value int, err error) {
	err = sqlitex.ExecuteTransient(conn, "PRAGMA "+name, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			value = stmt.ColumnInt(0)
			return nil
		},
	})
	return value, err
}
