package stack

import "testing"

// AllInOne is `onrecord serve`.
type AllInOne struct {
	*Process
	// HTTP and GRPC are where it listens.
	HTTP, GRPC string
}

// StartAllInOne runs `onrecord serve` on a data folder and waits until it is
// ready.
func StartAllInOne(t testing.TB, data string, args ...string) *AllInOne {
	t.Helper()
	s := &AllInOne{HTTP: FreeAddress(t), GRPC: FreeAddress(t)}
	args = append([]string{
		"serve", "--data=" + data, "--listen=" + s.HTTP, "--grpc-listen=" + s.GRPC,
		"--admin-listen=" + FreeAddress(t), "--drain-delay=0s", "--log-format=json",
	}, args...)
	s.Process = Start(t, "onrecord", FreeAddress(t), args...).Ready()
	return s
}

// Services are the three programs, a process each.
type Services struct {
	Statements, Metrics, Gateway *Process
	// HTTP is where the gateway listens; the others are where each serves gRPC.
	HTTP, GatewayGRPC, StatementsGRPC, MetricsGRPC string
}

// StartServices runs the three programs on a data folder and waits until they
// are ready.
func StartServices(t testing.TB, data string) *Services {
	t.Helper()
	s := &Services{HTTP: FreeAddress(t), GatewayGRPC: FreeAddress(t), StatementsGRPC: FreeAddress(t), MetricsGRPC: FreeAddress(t)}
	s.Statements = store(t, "statements", data, s.StatementsGRPC)
	s.Metrics = store(t, "metrics", data, s.MetricsGRPC)
	s.Gateway = Start(t, "gateway", FreeAddress(t), "serve",
		"--listen="+s.HTTP, "--grpc-listen="+s.GatewayGRPC, "--admin-listen="+FreeAddress(t),
		"--statements-addr="+s.StatementsGRPC, "--metrics-addr="+s.MetricsGRPC, "--drain-delay=0s", "--log-format=json")
	s.Statements.Ready()
	s.Metrics.Ready()
	s.Gateway.Ready()
	return s
}

// store migrates one service's file and starts the service on it.
func store(t testing.TB, name, data, address string) *Process {
	t.Helper()
	database := "--database=sqlite:" + data + "/" + name + ".db"
	Run(t, name, "migrate", database)
	return Start(t, name, FreeAddress(t), "serve", database,
		"--grpc-listen="+address, "--admin-listen="+FreeAddress(t), "--drain-delay=0s", "--log-format=json")
}
