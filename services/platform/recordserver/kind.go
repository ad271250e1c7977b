package recordserver

import (
	"context"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
)

// Reader is what the background work reads of a record.
type Reader interface {
	// EndedEmbargoes returns up to limit ids of what is under an embargo that ends at or
	// before a time.
	EndedEmbargoes(by recordtime.Time, limit int) ([]string, error)
}

// Kind says what a service does its own way. R and W read and write its record.
type Kind[R Reader, W recordwrite.Writer] struct {
	// Name is that of the program, of its database's readiness check and in telemetry.
	Name string
	// Keeps says in the help what is kept, as "metrics and figures".
	Keeps string
	// ProtoPackage is the package of the services that Register registers.
	ProtoPackage string
	// Listen and Admin are the addresses of its listeners by default.
	Listen, Admin string

	// SQLite and Postgres open a database of the one and the other engine.
	SQLite   func(ctx context.Context, path string, options sqlitedb.Options) (*recorddb.Store[R, W], error)
	Postgres func(ctx context.Context, url string, options pgdb.Options) (*recorddb.Store[R, W], error)
	// CheckDerived says whether what is derived from the record is as this program reads it.
	CheckDerived func(ctx context.Context, store *recorddb.Store[R, W]) error
	// CopyStore copies the record of one store to another.
	CopyStore func(
		ctx context.Context, from, to *recorddb.Store[R, W], restorer recorddb.Restorer, options recordcopy.Options,
	) (recordcopy.Report, error)

	// Register registers the RPCs.
	Register func(
		registrar grpc.ServiceRegistrar, store *recorddb.Opening[R, W], validator protovalidate.Validator, watch changefeed.Options,
	)
	// Embargoes are those on what it keeps.
	Embargoes Embargoes[W]
}
