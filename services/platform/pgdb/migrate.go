package pgdb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
)

// migrateWait is how long a migration waits for a table before it gives way: everybody
// who comes after it waits for as long, readers too. For its turn to write it waits as
// long as any writer: that holds nobody up.
const migrateWait = time.Second

// migrateOne runs the next migration in a transaction of its own and returns the
// version that the database then has. It is tried until it gets its locks, or ctx
// ends: between tries others go on.
func (db *DB) migrateOne(ctx context.Context, found version) (done version, err error) {
	for try := 1; ; try++ {
		if done, err = db.tryMigrate(ctx); err == nil {
			return done, nil
		}
		err = mapError(ctx, fmt.Errorf("migrate from schema %d: %w", found.have, err))
		if state := sqlState(err); state != codeLockTimeout && state != codeDeadlock {
			return version{}, err
		}
		db.log.Warn("a migration gave way to others and is tried again", zap.String("schema", db.schema.Name), zap.Int("from", found.have),
			zap.Int("try", try), zap.Error(err))
		if wait(ctx, db.stopping, backoff(try)) != nil {
			return version{}, err
		}
	}
}

func (db *DB) tryMigrate(ctx context.Context) (done version, err error) {
	err = pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		done, err = db.migrateIn(ctx, tx)
		return err
	})
	return done, err
}

func (db *DB) migrateIn(ctx context.Context, tx pgx.Tx) (found version, err error) {
	name := db.schema.Name
	if _, err := tx.Exec(ctx, setMigration, name, migrateWait.String()); err != nil {
		return version{}, err
	}
	if _, err := tx.Exec(ctx, lockMigrations, name); err != nil {
		return version{}, err
	}
	var known, foreign bool
	var encoding string
	if err := tx.QueryRow(ctx, lookAtSchema, name).Scan(&known, &foreign, &encoding); err != nil {
		return version{}, err
	}
	switch {
	case known:
		if err := tx.QueryRow(ctx, "SELECT "+versionColumns+" FROM "+name+".schema_version v").Scan(&found.have, &found.oldest); err != nil {
			return version{}, err
		}
	case foreign:
		return version{}, errs.New(errs.FailedPrecondition, "DATABASE_FOREIGN",
			"the schema %s of the database belongs to another program", name)
	case encoding != "UTF8":
		return version{}, errs.New(errs.FailedPrecondition, "DATABASE_UNSUPPORTED",
			"the database has the encoding %s, which cannot hold every text: make one with ENCODING 'UTF8'", encoding)
	default:
		if err := runScript(ctx, tx, createOwn(name)+replaceOwn(name)); err != nil {
			return version{}, err
		}
	}
	if found.have >= db.schema.version() {
		return found, nil // another process was faster
	}
	if err := db.runNext(ctx, tx, found.have); err != nil {
		return version{}, fmt.Errorf("script %d: %w", found.have+1, err)
	}
	found = version{found.have + 1, db.oldest[found.have]}
	// At the end: from here on everybody who looks at the version waits.
	if err := runScript(ctx, tx, addOldest(name)); err != nil {
		return version{}, err
	}
	tag, err := tx.Exec(ctx, "UPDATE "+name+".schema_version SET version = $1, oldest = $2", found.have, found.oldest)
	if err == nil && tag.RowsAffected() != 1 {
		err = errors.New("schema_version has no row")
	}
	return found, err
}

// runNext runs the script that follows a schema, as the only writer: who began to
// write before, as a program of an older schema may, has ended, and who comes after
// sees the new version before it writes.
func (db *DB) runNext(ctx context.Context, tx pgx.Tx, have int) error {
	script := db.schema.Migrations[have]
	if index, is := migrations.IndexOf(script); is {
		// The last query keeps its snapshot until another one takes its portal, and the
		// index would wait for it.
		if err := runScript(ctx, tx, "SELECT 1"); err != nil {
			return err
		}
		if err := db.makeIndex(ctx, index); err != nil {
			return err
		}
		script = ""
	}
	// Its turn comes before anything that others would wait for meanwhile.
	if _, err := tx.Exec(ctx, db.sql.begin, int64(0), lockTimeout.Milliseconds(), 0, nil); err != nil {
		return err
	}
	// The turn has set its own limits.
	if _, err := tx.Exec(ctx, setMigration, db.schema.Name, migrateWait.String()); err != nil {
		return err
	}
	if err := runScript(ctx, tx, replaceOwn(db.schema.Name)); err != nil {
		return err
	}
	return runScript(ctx, tx, script)
}

// makeIndex makes an index beside those who write, or again if one was cut off. The
// transaction that waits for it meanwhile keeps other migrations away; it is idle and
// has no snapshot, so the index does not wait for it. The connection is none of the
// pool, whose only one that transaction may have.
func (db *DB) makeIndex(ctx context.Context, index migrations.Index) error {
	config := db.pool.Config().ConnConfig
	if err := db.secrets.use(ctx, config); err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	name, made := db.schema.Name, false
	// It is there if what follows was given up, or cut off.
	if err := conn.QueryRow(ctx, isMade, name+"."+index.Name).Scan(&made); err != nil || made {
		return err
	}
	for _, sql := range []string{
		"DROP INDEX CONCURRENTLY IF EXISTS " + name + "." + index.Name,
		"CREATE INDEX CONCURRENTLY " + index.Name + " ON " + name + "." + index.Table + " " + index.Definition,
	} {
		if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}

// runScript runs statements without parameters.
func runScript(ctx context.Context, tx pgx.Tx, script string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, script).ReadAll()
	return err
}
