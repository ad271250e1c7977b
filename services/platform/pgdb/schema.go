package pgdb

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// version is that of the schema in a database.
type version struct {
	// have is the last script that ran, 0 where there is nothing.
	have int
	// oldest is the schema from which on programs serve the database.
	oldest int
}

// serves is the error of a program of a schema that cannot serve the database.
func (v version) serves(want int) error {
	switch {
	case v.have < want:
		return errTooOld(v.have, want)
	case v.oldest > want:
		return errTooNew(v.have, v.oldest, want)
	default:
		return nil
	}
}

// prepareSchema compares the database with the schema and migrates it if
// allowed.
func (db *DB) prepareSchema(ctx context.Context, opts Options) error {
	found, err := db.readVersion(ctx)
	if err != nil {
		return firstError(ctx, err)
	}
	want := db.schema.version()
	for opts.Migrate && found.have < want {
		opts.Progress.Tell("migrations", int64(found.have), int64(want))
		// Another process may be at the same work: each step looks anew.
		done, err := db.migrateOne(ctx, found)
		if err != nil {
			return err
		}
		if done.have > found.have {
			db.log.Info("database migrated", zap.String("schema", db.schema.Name), zap.Int("from", found.have), zap.Int("to", done.have))
		}
		found = done
	}
	db.found.Store(&found)
	if found.have < want {
		return nil // it waits
	}
	if found.have > want && found.oldest <= want {
		db.log.Info("the database has a newer schema, which this program serves, too", zap.String("schema", db.schema.Name),
			zap.Int("database", found.have), zap.Int("program", want))
	}
	return found.serves(want)
}

// readVersion returns the version of the schema in the database.
func (db *DB) readVersion(ctx context.Context) (found version, err error) {
	err = db.read(ctx, func(conn recorddb.Conn) error {
		_, err := conn.QueryOne("SELECT "+versionColumns+" FROM schema_version v", func(row recorddb.Row) error {
			found = version{int(row.Int64(0)), int(row.Int64(1))}
			return nil
		})
		return err
	})
	if sqlState(err) == codeNoTable {
		return version{}, nil
	}
	return found, err
}
