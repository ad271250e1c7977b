package pgdb

import (
	"fmt"
	"regexp"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
)

// connections is the size of the pool, that of the writer included, unless the URL names
// one (pool_max_conns).
const connections = 16

// Schema is the place of one service in the database, with its migrations.
type Schema struct {
	// Name is the PostgreSQL schema that holds the tables, such as "statements".
	// It comes from code and must never change.
	Name string
	// Migrations are SQL scripts; script n brings schema n-1 to schema n. Tables in
	// them are named without the schema. Each runs in a transaction of its own, while
	// nobody else writes; an index made CONCURRENTLY is made before, while everybody
	// does. Released scripts never change. See package migrations for what they declare.
	Migrations []string
}

var schemaName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

func (s Schema) check() (oldest []int, err error) {
	if !schemaName.MatchString(s.Name) {
		return nil, fmt.Errorf("%q cannot be the name of a schema", s.Name)
	}
	return migrations.Oldest(s.Migrations)
}

// version is the schema version that the migrations lead to.
func (s Schema) version() int { return len(s.Migrations) }

// Options are the settings of Open. The zero value is usable.
type Options struct {
	// Now is the clock of this machine, beside that of the server, which record times are
	// from; nil means time.Now.
	Now func() time.Time
	// Log receives migrations, panics in writes, lost connections and failed
	// commits; nil means no log. SQL parameters and passwords are never logged.
	Log *zap.Logger
	// Migrate allows Open to bring an older schema up to date. When false a
	// database with an older schema opens, but Check, Read and Write answer
	// SCHEMA_TOO_OLD.
	Migrate bool
	// Progress is told of the migrations; nil is told nothing.
	Progress recorddb.Progress
	// Restore opens the database to be filled with a record that was made
	// elsewhere: by WriteAt only. Nothing else may write to it meanwhile.
	Restore bool
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	return o
}
