package server

import (
	"buf.build/go/protovalidate"
	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/metrics/internal/api"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordserver"
)

// Service is the metrics service: MetricService, FigureService, CorrectionService,
// ImportService, UnitService, PlaceService, StagingService, VerificationService and
// ChangeService over a record of metrics and figures.
var Service = recordserver.Kind[store.Reader, store.Writer]{
	Name:         "metrics",
	Keeps:        "metrics and figures",
	ProtoPackage: "onrecord.metrics.v1",
	Listen:       "127.0.0.1:50052",
	Admin:        "127.0.0.1:9192",
	SQLite:       sqlite.Open,
	Postgres:     postgres.Open,
	CheckDerived: tables.CheckDerived,
	CopyStore:    tables.Copy,
	Register:     register,
	Embargoes:    recordserver.Embargoes[store.Writer]{On: "figures", Name: figureName, End: changes.EndEmbargoes},
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

func figureName(id string) string { return domain.FigureName.Format(id) }
