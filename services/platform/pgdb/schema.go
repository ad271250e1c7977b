package pgdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// prepareSchema compares the database with the schema and migrates it if
// allowed.
func (db *DB) prepareSchema(ctx context.Context, migrate bool) error {
	have, err := db.readVersion(ctx)
	if err != nil {
		return firstError(ctx, err)
	}
	want := db.schema.version()
	for migrate && have < want {
		// Another process may be at the same work: each step looks anew.
		done, err := db.migrateOne(ctx)
		if err != nil {
			return mapError(ctx, fmt.Errorf("migrate from schema %d to %d: %w", have, want, err))
		}
		db.log.Info("database migrated", zap.String("schema", db.schema.Name), zap.Int("from", have), zap.Int("to", done))
		have = done
	}
	db.have.Store(int64(have))
	if have > want {
		return errTooNew(have, want)
	}
	return nil
}

// readVersion returns the version of the schema in the database, 0 where there
// is none.
func (db *DB) readVersion(ctx context.Context) (version int, err error) {
	err = db.read(ctx, func(conn recorddb.Conn) error {
		_, err := conn.QueryOne("SELECT version FROM schema_version", func(row recorddb.Row) error {
			version = int(row.Int64(0))
			return nil
		})
		return err
	})
	if sqlState(err) == codeNoTable {
		return 0, nil
	}
	return version, err
}

// migrateOne runs the next migration in a transaction of its own and returns the
// version that the database then has.
func (db *DB) migrateOne(ctx context.Context) (version int, err error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		version, err = db.migrateIn(ctx, tx)
		return err
	})
	return version, err
}

func (db *DB) migrateIn(ctx context.Context, tx pgx.Tx) (version int, err error) {
	name := db.schema.Name
	if _, err := tx.Exec(ctx, lockMigrations, name); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", name); err != nil {
		return 0, err
	}
	var known, foreign bool
	if err := tx.QueryRow(ctx, lookAtSchema, name).Scan(&known, &foreign); err != nil {
		return 0, err
	}
	switch {
	case known:
		if err := tx.QueryRow(ctx, "SELECT version FROM "+name+".schema_version").Scan(&version); err != nil {
			return 0, err
		}
	case foreign:
		return 0, errs.New(errs.FailedPrecondition, "DATABASE_FOREIGN",
			"the schema %s of the database belongs to another program", name)
	default:
		if err := runScript(ctx, tx, createOwn(name)); err != nil {
			return 0, err
		}
	}
	if version >= db.schema.version() {
		return version, nil // another process was faster
	}
	if err := runScript(ctx, tx, replaceOwn(name)); err != nil {
		return 0, err
	}
	if err := runScript(ctx, tx, db.schema.Migrations[version]); err != nil {
		return 0, fmt.Errorf("script %d: %w", version+1, err)
	}
	version++
	tag, err := tx.Exec(ctx, "UPDATE "+name+".schema_version SET version = $1", version)
	if err == nil && tag.RowsAffected() != 1 {
		err = errors.New("schema_version has no row")
	}
	return version, err
}

// runScript runs statements without parameters.
func runScript(ctx context.Context, tx pgx.Tx, script string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, script).ReadAll()
	return err
}
