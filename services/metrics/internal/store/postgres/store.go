package postgres

import (
	"context"
	"embed"
	"errors"
	"sync"

	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
)

//go:embed migrations/*.sql
var scripts embed.FS

// schemaName is the PostgreSQL schema that holds the tables. It never changes.
const schemaName = "metrics"

// loaded reads the scripts once, however many databases are opened.
var loaded = sync.OnceValues(func() ([]string, error) { return migrations.Load(scripts) })

// Options are the settings of Open.
type Options = pgdb.Options

// Open opens the database that a postgres:// URL names. See pgdb.Open for the
// errors.
func Open(ctx context.Context, url string, options Options) (*tables.Store, error) {
	loaded, err := loaded()
	if err != nil {
		return nil, err
	}
	db, err := pgdb.Open(ctx, url, pgdb.Schema{Name: schemaName, Migrations: loaded}, options)
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
