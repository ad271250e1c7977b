package rollout_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/testkit/dnstest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// clients are the connections that all calls share, as a program's do: over gRPC those
// of the client helper, over REST that of net/http.
type clients struct {
	t                            *testing.T
	statements, metrics, gateway *grpc.ClientConn
	http                         *http.Client
	base                         string
	// failedTries counts the tries of gRPC calls that failed.
	failedTries atomic.Int64
	numbers     atomic.Int64
}

func (c *clients) dial(target string) *grpc.ClientConn {
	c.t.Helper()
	conn, err := rpcclient.Dial(target, rpcclient.Options{Extra: []grpc.DialOption{grpc.WithChainUnaryInterceptor(c.countTry)}})
	must.OK(c.t, err)
	c.t.Cleanup(func() { must.OK(c.t, conn.Close()) })
	return conn
}

// countTry is under what repeats calls, so it sees each try.
func (c *clients) countTry(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoker(ctx, method, req, reply, conn, opts...)
	if err != nil {
		c.failedTries.Add(1)
	}
	return err
}

// byName is a client that finds hosts by a name server, and keeps connections.
func byName(names *dnstest.Server) *http.Client {
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", names.Address())
	}}
	return &http.Client{Transport: &http.Transport{
		DialContext: (&net.Dialer{Resolver: resolver}).DialContext, MaxIdleConnsPerHost: 100,
	}}
}

// all is every call that is made: reads and writes, over REST and gRPC, at the gateway
// and at the services, with a request id and without.
func (c *clients) all() []call {
	return []call{
		{name: "read a document over gRPC", do: c.readDocument},
		{name: "list entities at the service", do: c.listEntities},
		{name: "list metrics at the service", do: c.listMetrics},
		{name: "ingest a document over gRPC", do: c.ingest},
		{name: "create an entity at the service", do: c.createEntity},
		{name: "create a metric at the service", do: c.createMetric},
		{name: "create an entity at the service, without a request id", do: c.createPlain, unrepeatable: true},
		{name: "read a document over REST", do: c.get("/v1/documents/first:read"), repeated: true},
		{name: "list figures over REST", do: c.get("/v1/figures?page_size=5"), repeated: true},
		{name: "read a page", do: c.get("/documents/first"), repeated: true},
		{name: "create an entity over REST", do: c.postEntity(true), repeated: true},
		{name: "create an entity over REST, without a key", do: c.postEntity(false), unrepeatable: true},
	}
}

func (c *clients) readDocument(ctx context.Context, _ string) (string, error) {
	got, err := gatewayv1.NewRecordServiceClient(c.gateway).ReadDocument(ctx, &gatewayv1.ReadDocumentRequest{Name: "documents/first"})
	if err == nil && len(got.GetFacts()) != fixture.Facts {
		err = fmt.Errorf("the document has %d facts", len(got.GetFacts()))
	}
	return "", err
}

func (c *clients) listEntities(ctx context.Context, _ string) (string, error) {
	_, err := statementsv1.NewEntityServiceClient(c.statements).ListEntities(ctx, &statementsv1.ListEntitiesRequest{PageSize: 5})
	return "", err
}

func (c *clients) listMetrics(ctx context.Context, _ string) (string, error) {
	_, err := metricsv1.NewMetricServiceClient(c.metrics).ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: 5})
	return "", err
}

func (c *clients) ingest(ctx context.Context, requestID string) (string, error) {
	got, err := gatewayv1.NewRecordServiceClient(c.gateway).IngestDocument(ctx, fixture.Record(c.t, requestID, requestID))
	return got.GetDocument().GetName(), err
}

// entity is a new one. The service gives it its id, so that it would be there twice if
// it were created twice.
func (c *clients) entity() *statementsv1.Entity {
	return &statementsv1.Entity{EntityType: statementsv1.Entity_ORGANIZATION, DisplayName: fmt.Sprintf("Entity %d", c.numbers.Add(1))}
}

func (c *clients) createEntity(ctx context.Context, requestID string) (string, error) {
	got, err := statementsv1.NewEntityServiceClient(c.statements).CreateEntity(ctx,
		&statementsv1.CreateEntityRequest{Entity: c.entity(), RequestId: requestID})
	return got.GetName(), err
}

func (c *clients) createPlain(ctx context.Context, _ string) (string, error) {
	return c.createEntity(ctx, "")
}

func (c *clients) createMetric(ctx context.Context, requestID string) (string, error) {
	got, err := metricsv1.NewMetricServiceClient(c.metrics).CreateMetric(ctx, &metricsv1.CreateMetricRequest{
		Metric: &metricsv1.Metric{
			DisplayName: fmt.Sprintf("Metric %d", c.numbers.Add(1)), MeasuredProperty: "output", StatType: metricsv1.Metric_VALUE,
			Coverage: "unspecified", DefaultUnit: fixture.KM(),
		},
		RequestId: requestID,
	})
	return got.GetName(), err
}

func (c *clients) get(path string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, _ string) (string, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		if err != nil {
			return "", err
		}
		_, err = c.answer(request)
		return "", err
	}
}

// postEntity creates an entity. Repeated with the same key it has the same body.
func (c *clients) postEntity(keyed bool) func(context.Context, string) (string, error) {
	return func(ctx context.Context, requestID string) (string, error) {
		entity := &statementsv1.Entity{EntityType: statementsv1.Entity_ORGANIZATION, DisplayName: "Entity " + requestID}
		body, err := protojson.Marshal(entity)
		if err != nil {
			return "", err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/entities", bytes.NewReader(body))
		if err != nil {
			return "", err
		}
		request.Header.Set("Content-Type", "application/json")
		if keyed {
			request.Header.Set("Idempotency-Key", `"`+requestID+`"`)
		} else {
			request.GetBody = nil // net/http must not repeat it either
		}
		answer, err := c.answer(request)
		if err == nil {
			err = protojson.Unmarshal(answer, entity)
		}
		return entity.GetName(), err
	}
}

// answer sends a request that must be answered with 200.
func (c *clients) answer(request *http.Request) ([]byte, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s\n%s", response.Status, body)
	}
	return body, err
}
