package recordserver

import (
	"time"

	"buf.build/go/protovalidate"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Config are a service's own settings.
type Config struct {
	Database string `name:"database" default:"sqlite:./data/${service}.db" help:"Where ${keeps} are kept: sqlite:PATH, or a postgres:// URL."`
}

// Deps are what the service gets from its program. The zero value works.
type Deps struct {
	// Log receives what the operator should know; nil logs nothing.
	Log *zap.Logger
	// Telemetry counts the use of the store and those who watch; nil counts nothing.
	Telemetry *telemetry.Telemetry
	// Now is the clock behind record times, those of PostgreSQL apart, and behind the ends
	// of embargoes; nil means time.Now.
	Now func() time.Time
	// Validator checks merged resources against the rules in their protos; nil
	// takes the global one.
	Validator protovalidate.Validator
	// Watch are the intervals of watchers; zero values take the defaults.
	Watch changefeed.Options
	// Migrate brings the database up to date when it is opened, for a program
	// that owns its data. Without it New opens an older or new database, but the
	// service is not ready until Migrate was run.
	Migrate bool

	restore  bool              // the store is an end of a copy
	progress recorddb.Progress // of the opening
}

func (d Deps) withDefaults() Deps {
	if d.Log == nil {
		d.Log = zap.NewNop()
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Validator == nil {
		d.Validator = protovalidate.GlobalValidator
	}
	return d
}
