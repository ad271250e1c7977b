package sqlite

import (
	"context"
	"embed"
	"errors"
	"sync"

	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

//go:embed migrations/*.sql
var migrations embed.FS

// appID marks the file as one of this service: "orSt".
const appID = 0x6f725374

// schema is read once, however many files are opened.
var schema = sync.OnceValues(func() (sqlitedb.Schema, error) { return sqlitedb.LoadSchema(migrations, appID) })

// Options are the settings of Open.
type Options = sqlitedb.Options

// Open opens the file at path. See sqlitedb.Open for the errors.
func Open(ctx context.Context, path string, options Options) (*tables.Store, error) {
	schema, err := schema()
	if err != nil {
		return nil, err
	}
	db, err := sqlitedb.Open(ctx, path, schema, options)
	if err != nil {
		return nil, err
	}
	st := tables.New(db, dialect)
	if options.Migrate {
		if err := tables.Derive(ctx, st, dialect, options.Log, options.Progress); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	return st, nil
}
