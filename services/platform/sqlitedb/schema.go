package sqlitedb

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.uber.org/zap"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/onrecord/onrecord/services/platform/errs"
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

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// LoadSchema reads every *.sql file of fsys, in whatever folder. Files are
// named 0001_what_it_does.sql, numbered from 1 without gaps.
func LoadSchema(fsys fs.FS, appID int32) (Schema, error) {
	schema := Schema{AppID: appID}
	var files []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".sql" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return Schema{}, fmt.Errorf("list migrations: %w", err)
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	for i, name := range files {
		match := migrationName.FindStringSubmatch(path.Base(name))
		if match == nil {
			return Schema{}, fmt.Errorf("migration %q is not named NNNN_words.sql", name)
		}
		if number, err := strconv.Atoi(match[1]); err != nil || number != i+1 {
			return Schema{}, fmt.Errorf("migration %q is out of sequence: number %04d is expected", name, i+1)
		}
		script, err := fs.ReadFile(fsys, name)
		if err != nil {
			return Schema{}, fmt.Errorf("read migration %q: %w", name, err)
		}
		schema.Migrations = append(schema.Migrations, string(script))
	}
	return schema, nil
}

// version is the schema version that the migrations lead to.
func (s Schema) version() int { return len(s.Migrations) }

// migrations puts the table that this package owns before the first script, so
// that the schema version stays the number of the service's last script.
func (s Schema) migrations() sqlitemigration.Schema {
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
	if err := sqlitemigration.Migrate(ctx, conn, schema.migrations()); err != nil {
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
