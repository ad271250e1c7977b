package telemetry_test

import (
	"os"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// programs are the three with a collector of traces, statements on SQLite and metrics on
// PostgreSQL.
type programs struct {
	*client.API

	http, gatewayGRPC, statementsGRPC string
	// running and admins are by the name of the program.
	running map[string]*stack.Process
	admins  map[string]string
	*collector
}

var all *programs

func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		all = start(t)
	}))
}

func start(t testing.TB) *programs {
	p := &programs{
		http: stack.FreeAddress(t), gatewayGRPC: stack.FreeAddress(t), statementsGRPC: stack.FreeAddress(t),
		running: map[string]*stack.Process{}, admins: map[string]string{}, collector: collect(t),
	}
	metrics := stack.FreeAddress(t)
	run := func(name string, args ...string) {
		p.admins[name] = stack.FreeAddress(t)
		p.running[name] = stack.Start(t, name, stack.FreeAddress(t), append([]string{
			"serve", "--admin-listen=" + p.admins[name], "--drain-delay=0s", "--log-format=json", "--log-level=debug", "--otlp-endpoint=" + p.url,
		}, args...)...)
	}
	for name, database := range map[string]string{"statements": "sqlite:" + t.TempDir() + "/s.db", "metrics": pgtest.Database(t)} {
		stack.Run(t, name, "migrate", "--database="+database)
		run(name, "--database="+database, "--grpc-listen="+map[string]string{"statements": p.statementsGRPC, "metrics": metrics}[name])
	}
	run("gateway", "--listen="+p.http, "--grpc-listen="+p.gatewayGRPC, "--statements-addr="+p.statementsGRPC, "--metrics-addr="+metrics)
	for _, program := range p.running {
		program.Ready()
	}
	p.API = client.New(p.http)
	return p
}
