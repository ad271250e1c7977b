package steady

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/encoding/protojson"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/workload"
)

// facts is how many statements and how many figures a document of the load has.
const facts = 2

// The lanes by name.
const (
	RESTRead       = "REST read, kept connections"
	RESTFresh      = "REST read, new connections"
	RESTWrite      = "REST write"
	RESTIngest     = "REST ingest, both services"
	StatementsRead = "gRPC read, statements"
	StatementWrite = "gRPC write, statements"
	MetricsRead    = "gRPC read, metrics"
	MetricsWrite   = "gRPC write, metrics"
)

// lane is one kind of call, made at a rate of its own.
type lane struct {
	name string
	// writes says whose rate it has: that of writes, or of reads.
	writes bool
	// share is the part of that rate which is due.
	share float64
	// call makes the n-th call. A write answers the name of what it put on record.
	call func(ctx context.Context, n int) (written, by string, err error)
}

// lanes are all kinds of calls. Names that they make begin with run.
func lanes(t *Target, run string) []lane {
	kept, fresh := t.restClient(true), t.restClient(false)
	entities, metrics := statementsv1.NewEntityServiceClient(t.Statements), metricsv1.NewMetricServiceClient(t.Metrics)
	seed := workload.ID("speaker", 0)
	read := func(client *rest) func(context.Context, int) (string, string, error) {
		return func(ctx context.Context, _ int) (string, string, error) {
			return "", "", client.call(ctx, http.MethodGet, "/v1/entities/"+seed, nil)
		}
	}
	return []lane{
		{RESTRead, false, 1, read(kept)},
		{RESTFresh, false, 0.5, read(fresh)},
		{RESTWrite, true, 1, func(ctx context.Context, n int) (string, string, error) {
			id := run + "-r-" + strconv.Itoa(n)
			err := kept.call(ctx, http.MethodPost, "/v1/entities?entityId="+id+"&requestId="+uuid.NewString(), []byte(`{"displayName":"Ann","entityType":"PERSON"}`))
			return "entities/" + id, "", err
		}},
		{RESTIngest, true, 0.4, func(ctx context.Context, n int) (string, string, error) {
			id := run + "-d-" + strconv.Itoa(n)
			return "documents/" + id, "", ingest(ctx, kept, id)
		}},
		{StatementsRead, false, 1, func(ctx context.Context, _ int) (string, string, error) {
			var by peer.Peer
			_, err := entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: "entities/" + seed}, grpc.Peer(&by))
			return "", address(by), err
		}},
		{StatementWrite, true, 1, func(ctx context.Context, n int) (string, string, error) {
			var by peer.Peer
			e, err := entities.CreateEntity(ctx, &statementsv1.CreateEntityRequest{
				EntityId: run + "-g-" + strconv.Itoa(n), RequestId: uuid.NewString(),
				Entity: &statementsv1.Entity{DisplayName: "Ann", EntityType: statementsv1.Entity_PERSON},
			}, grpc.Peer(&by))
			return e.GetName(), address(by), err
		}},
		{MetricsRead, false, 1, func(ctx context.Context, _ int) (string, string, error) {
			var by peer.Peer
			_, err := metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: "metrics/" + run + "-seed"}, grpc.Peer(&by))
			return "", address(by), err
		}},
		{MetricsWrite, true, 1, func(ctx context.Context, n int) (string, string, error) {
			var by peer.Peer
			m, err := metrics.CreateMetric(ctx, &metricsv1.CreateMetricRequest{
				MetricId: run + "-g-" + strconv.Itoa(n), RequestId: uuid.NewString(),
				Metric: &metricsv1.Metric{
					DisplayName: "Visits", MeasuredProperty: "visits", StatType: metricsv1.Metric_COUNT,
					DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"},
				},
			}, grpc.Peer(&by))
			return m.GetName(), address(by), err
		}},
	}
}

// ingest puts a small document on record, whose statements are in one service and
// whose figures are in the other.
func ingest(ctx context.Context, client *rest, id string) error {
	body, err := protojson.Marshal(workload.Ingest(id, 1, facts, facts))
	if err != nil {
		return err
	}
	return client.call(ctx, http.MethodPost, "/v1/documents:ingest", body)
}

func address(p peer.Peer) string {
	if p.Addr == nil {
		return ""
	}
	return p.Addr.String()
}
