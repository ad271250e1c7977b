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
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
)

// Schema is the ordered list of migrations of one service.
type Schema struct {
	// AppID marks the file as this service's (PRAGMA application_id), so that
	// one service never opens the file of another. It must never change.
	AppID int32
	// Migrations are SQL scripts; script n brings schema n-1 to schema n. Each
	// runs in a transaction of its own. Released scripts never change. See package
	// migrations for what they declare.
	Migrations []string
}

// LoadSchema reads the scripts of fsys. See migrations.Load.
func LoadSchema(fsys fs.FS, appID int32) (Schema, error) {
	scripts, err := migrations.Load(fsys)
	return Schema{AppID: appID, Migrations: scripts}, err
}

// version is the schema version that the migrations lead to.
func (s Schema) version() int { return len(s.Migrations) }

// scripts puts the table that this package owns before the first script, so that the
// schema version stays the number of the service's last script, and after each from
// which schema on programs serve the file.
func (s Schema) scripts() (sqlitemigration.Schema, error) {
	oldest, err := migrations.Oldest(s.Migrations)
	scripts := slices.Clone(s.Migrations)
	for i := range oldest {
		if index, is := migrations.IndexOf(scripts[i]); is { // nobody else has the file
			scripts[i] = "CREATE INDEX " + index.Name + " ON " + index.Table + " " + index.Definition + ";\n"
		}
		scripts[i] += fmt.Sprintf(noteOldest, oldest[i])
	}
	if len(scripts) > 0 {
		scripts[0] = createClock + scripts[0]
	}
	return sqlitemigration.Schema{AppID: s.AppID, Migrations: scripts}, err
}

// noteOldest keeps from which schema on programs serve the file. Files have the table
// that were migrated since there is one.
const noteOldest = `
;CREATE TABLE IF NOT EXISTS schema_oldest (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
) STRICT;
INSERT OR REPLACE INTO schema_oldest (id, version) VALUES (1, %d);
`

// loadOldest returns from which schema on programs serve the file, which has schema
// have.
func loadOldest(conn *Conn, have int) (oldest int, err error) {
	exists, err := conn.QueryOne("SELECT 1 FROM sqlite_schema WHERE name = 'schema_oldest'", nil)
	if err != nil || !exists {
		return have, err
	}
	_, err = conn.QueryOne("SELECT version FROM schema_oldest", func(row recorddb.Row) error {
		oldest = int(row.Int64(0))
		return nil
	})
	return oldest, err
}

// prepareSchema compares the file with the schema, migrates it if allowed, and
// returns the version that the file then has: the right one, a newer one that is
// served, too, or an older one.
func prepareSchema(ctx context.Context, conn *Conn, schema Schema, opts Options) (int, error) {
	have, err := pragmaInt(conn.raw, "user_version")
	if err != nil {
		return 0, mapError(err)
	}
	if err := checkOwner(conn.raw, schema, have); err != nil {
		return 0, err
	}
	want := schema.version()
	if have > want {
		return have, checkNewer(conn, have, want, opts.Log)
	}
	if have == want || !opts.Migrate {
		return have, nil
	}
	scripts, err := schema.scripts()
	if err != nil {
		return 0, err
	}
	from := have
	for ; have < want; have++ {
		opts.Progress.Tell("migrations", int64(have), int64(want))
		next := sqlitemigration.Schema{AppID: scripts.AppID, Migrations: scripts.Migrations[:have+1]}
		if err := sqlitemigration.Migrate(ctx, conn.raw, next); err != nil {
			return 0, mapError(fmt.Errorf("migrate from schema %d to %d: %w", have, have+1, err))
		}
	}
	opts.Log.Info("database migrated", zap.Int("from", from), zap.Int("to", want))
	return want, nil
}

// checkNewer is an error unless programs of schema want serve a file of a newer one.
func checkNewer(conn *Conn, have, want int, log *zap.Logger) error {
	oldest, err := loadOldest(conn, have)
	if err != nil {
		return err
	}
	if want < oldest {
		return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW",
			"the database has schema %d, which programs from schema %d on serve, this one knows up to %d: run a newer program", have, oldest, want)
	}
	log.Info("the database has a newer schema, which this program serves, too", zap.Int("database", have), zap.Int("program", want))
	return nil
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
	return errForeign(int32(owner), schema.AppID) //nolint:gosec // SQLite keeps 32 bits
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
