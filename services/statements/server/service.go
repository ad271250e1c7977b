package server

import (
	"buf.build/go/protovalidate"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordserver"
	"github.com/onrecord/onrecord/services/statements/internal/api"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// Service is the statements service: DocumentService, EntityService, StatementService,
// CorrectionService, ReattributionService, ReviewService, ErasureService, StagingService,
// VerificationService and ChangeService over a record of documents, entities and
// statements.
var Service = recordserver.Kind[store.Reader, store.Writer]{
	Name:         "statements",
	Keeps:        "documents, entities and statements",
	ProtoPackage: "onrecord.statements.v1",
	Listen:       "127.0.0.1:50051",
	Admin:        "127.0.0.1:9191",
	SQLite:       sqlite.Open,
	Postgres:     postgres.Open,
	CheckDerived: tables.CheckDerived,
	CopyStore:    tables.Copy,
	Register:     register,
	Embargoes:    recordserver.Embargoes[store.Writer]{On: "documents", Name: domain.DocumentName, End: changes.EndEmbargoes, Each: true},
}

type (
	// Server is the service, ready to be registered.
	Server = recordserver.Server[store.Reader, store.Writer]
	// Config are its settings.
	Config = recordserver.Config
	// Deps are what it gets from its program.
	Deps = recordserver.Deps
)

func register(
	registrar grpc.ServiceRegistrar, st *recorddb.Opening[store.Reader, store.Writer], validator protovalidate.Validator,
	watch changefeed.Options,
) {
	api.Register(registrar, st, validator, watch)
}
