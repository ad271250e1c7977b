package health_test

import (
	"context"
	"net/http"
	"testing"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestDegradedIsReadyAndSaysWhy: a store that only answers reads must not be taken away
// from those who read.
func TestDegradedIsReadyAndSaysWhy(t *testing.T) {
	full := errs.New(errs.ResourceExhausted, "STORAGE_FULL", "the disk of db-7 is full")
	readiness := health.New(zap.NewNop(), health.Check{Name: "store", Func: func(context.Context) error { return health.Degraded(full) }})
	code, body := probe(t, readiness, "/readyz")
	must.Equal(t, code, http.StatusOK)
	must.Equal(t, body, map[string]any{"status": "ready", "checks": map[string]any{"store": "STORAGE_FULL"}})
	must.True(t, readiness.Probe(t.Context()).Ready)
	must.False(t, health.Serves(full))
}
