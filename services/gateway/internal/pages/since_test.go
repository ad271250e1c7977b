package pages_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/html"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/pages"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// aMetric is a connection to a service that has one metric, and is settled up to a time.
type aMetric struct {
	grpc.ClientConnInterface
	settled time.Time
}

func (c aMetric) Invoke(_ context.Context, method string, _, reply any, options ...grpc.CallOption) error {
	if m, ok := reply.(*metricsv1.Metric); ok && method == metricsv1.MetricService_GetMetric_FullMethodName {
		m.Name = "metrics/trade"
	}
	for _, option := range options {
		if header, ok := option.(grpc.HeaderCallOption); ok {
			*header.HeaderAddr = metadata.Pairs(rpcserver.SettledKey, c.settled.Format(rpcserver.SettledLayout))
		}
	}
	return nil
}

// TestALivePageSaysSinceWhen: what is recorded after its first read has to be told, by the
// clock of the services if that is behind.
func TestALivePageSaysSinceWhen(t *testing.T) {
	saidSince := func(settled time.Time) time.Time {
		conn := aMetric{settled: settled}
		h := must.Get(pages.New(conn, conn, conn, zap.NewNop()))(t)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics/trade", nil))
		must.Equal(t, w.Code, http.StatusOK)
		root := must.Get(html.Parse(w.Body))(t)
		return must.Get(time.Parse(time.RFC3339Nano, attributesOf(byID(root, "live"))["data-since"]))(t)
	}
	must.Equal(t, saidSince(recorded), recorded.Truncate(time.Microsecond))
	before := time.Now().Truncate(time.Microsecond)
	since := saidSince(time.Now().Add(time.Hour).UTC())
	must.False(t, since.Before(before) || since.After(time.Now()), "%s", since)
}
