package stack

import (
	"slices"
	"strings"
	"testing"
)

// AllInOne is `onrecord serve`.
type AllInOne struct {
	*Process
	// HTTP and GRPC are where it listens, Admin is where its telemetry is.
	HTTP, GRPC, Admin string
}

// StartAllInOne runs `onrecord serve` on a data folder, or on the PostgreSQL that
// a --database among args names, and waits until it is ready.
func StartAllInOne(t testing.TB, data string, args ...string) *AllInOne {
	t.Helper()
	s := &AllInOne{HTTP: FreeAddress(t), GRPC: FreeAddress(t), Admin: FreeAddress(t)}
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--database=") }) {
		args = append([]string{"--data=" + data}, args...)
	}
	args = append([]string{
		"serve", "--listen=" + s.HTTP, "--grpc-listen=" + s.GRPC,
		"--admin-listen=" + s.Admin, "--drain-delay=0s", "--log-format=json",
	}, args...)
	s.Process = Start(t, "onrecord", FreeAddress(t), args...).Ready()
	return s
}

// StartExamples is StartAllInOne with the example record, once that is loaded.
func StartExamples(t testing.TB, data string) *AllInOne {
	t.Helper()
	s := StartAllInOne(t, data, "--examples")
	s.Says("http://" + s.HTTP) // the addresses are printed when all is there
	return s
}

// Services are the three programs, a process each.
type Services struct {
	Statements, Metrics, Gateway *Process
	// HTTP is where the gateway listens; the others are where each serves gRPC.
	HTTP, GatewayGRPC, StatementsGRPC, MetricsGRPC string
	// Admins are where the telemetry of each is.
	Admins []string
}

// StartServices runs the three programs on a data folder and waits until they
// are ready.
func StartServices(t testing.TB, data string) *Services {
	t.Helper()
	return StartServicesBehind(t, data, func(statements, metrics string) (string, string) { return statements, metrics })
}

// StartServicesBehind is StartServices with something between the gateway and
// the services: between gets the addresses where the two serve and answers
// those that the gateway is told.
func StartServicesBehind(t testing.TB, data string, between func(statements, metrics string) (string, string)) *Services {
	t.Helper()
	s := &Services{HTTP: FreeAddress(t), GatewayGRPC: FreeAddress(t), StatementsGRPC: FreeAddress(t), MetricsGRPC: FreeAddress(t)}
	s.Admins = []string{FreeAddress(t), FreeAddress(t), FreeAddress(t)}
	s.Statements = store(t, "statements", data, s.StatementsGRPC, s.Admins[0])
	s.Metrics = store(t, "metrics", data, s.MetricsGRPC, s.Admins[1])
	statements, metrics := between(s.StatementsGRPC, s.MetricsGRPC)
	s.Gateway = Start(t, "gateway", FreeAddress(t), "serve",
		"--listen="+s.HTTP, "--grpc-listen="+s.GatewayGRPC, "--admin-listen="+s.Admins[2],
		"--statements-addr="+statements, "--metrics-addr="+metrics, "--drain-delay=0s", "--log-format=json")
	s.Statements.Ready()
	s.Metrics.Ready()
	s.Gateway.Ready()
	return s
}

// store migrates one service's file and starts the service on it.
func store(t testing.TB, name, data, address, admin string) *Process {
	t.Helper()
	database := "--database=sqlite:" + data + "/" + name + ".db"
	Run(t, name, "migrate", database)
	return Start(t, name, FreeAddress(t), "serve", database,
		"--grpc-listen="+address, "--admin-listen="+admin, "--drain-delay=0s", "--log-format=json")
}
