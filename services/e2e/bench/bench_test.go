package main

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"testing"

	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/e2e/workload"
)

var profiles = flag.String("profiles", "", "folder for CPU profiles of the server, one a benchmark")

// interfaces are how clients reach onrecord, in the order of the table.
var interfaces = []string{"gRPC", "REST"}

// What all benchmarks ask.
var (
	server     *stack.AllInOne
	target     *workload.Target
	references reference
)

func TestMain(m *testing.M) {
	if os.Getenv(referenceVariable) != "" {
		os.Exit(serveReferences())
	}
	flag.Parse()
	os.Exit(stack.Main(m, func(t testing.TB) {
		references = startReferences(t)
		server = stack.StartAllInOne(t, t.TempDir(), "--log-level=warn")
		var err error
		if target, err = workload.Dial(server.GRPC, server.HTTP, 1); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { target.Close() })
		if err := target.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
	}))
}

// TestOperations: what the benchmarks measure works.
func TestOperations(t *testing.T) {
	for _, operation := range target.Operations() {
		for _, over := range interfaces {
			t.Run(operation.Name+"/"+over, func(t *testing.T) {
				for n := range 3 {
					if err := operation.Over[over](t.Context(), n); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkReference(b *testing.B) {
	b.Run("gRPC", func(b *testing.B) {
		empty := grpc_health_v1.NewHealthClient(client.Dial(b, references.GRPC))
		meter{references.Admin}.measure(b, func(int) error {
			_, err := empty.Check(b.Context(), &grpc_health_v1.HealthCheckRequest{})
			return err
		})
	})
	b.Run("HTTP", func(b *testing.B) {
		meter{references.Admin}.measure(b, func(int) error {
			answer, err := http.Get("http://" + references.HTTP)
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			_, err = io.Copy(io.Discard, answer.Body)
			return err
		})
	})
}

func BenchmarkOnrecord(b *testing.B) {
	ctx := context.WithoutCancel(b.Context())
	for _, operation := range target.Operations() {
		b.Run(operation.Name, func(b *testing.B) {
			for _, over := range interfaces {
				b.Run(over, func(b *testing.B) {
					meter{server.Admin}.measure(b, func(n int) error { return operation.Over[over](ctx, n) })
				})
			}
		})
	}
}
