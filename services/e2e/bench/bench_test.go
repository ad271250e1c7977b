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
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

var profiles = flag.String("profiles", "", "folder for CPU profiles of the server, one a benchmark")

// What all benchmarks ask.
var (
	served     = map[engine]*system{}
	references reference
)

// system is onrecord on one engine, with the data set.
type system struct {
	server *stack.AllInOne
	target *workload.Target
}

func TestMain(m *testing.M) {
	if os.Getenv(referenceVariable) != "" {
		os.Exit(serveReferences())
	}
	flag.Parse()
	os.Exit(stack.Main(m, func(t testing.TB) {
		suite = t
		references = startReferences(t)
		served[sqlite] = start(t)
		served[postgres] = start(t, "--database="+pgtest.Cluster(t).Database())
	}))
}

// start serves on embedded storage if args do not say otherwise.
func start(t testing.TB, args ...string) *system {
	t.Helper()
	server := stack.StartAllInOne(t, t.TempDir(), append(args, "--log-level=warn")...)
	target, err := workload.Dial(server.GRPC, server.HTTP, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close() })
	if err := target.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &system{server, target}
}

// TestOperations: what the benchmarks measure works.
func TestOperations(t *testing.T) {
	for _, way := range ways {
		for _, operation := range served[way.engine].target.Operations() {
			t.Run(operation.Name+"/"+way.String(), func(t *testing.T) {
				for n := range 3 {
					if err := operation.Over[way.over](t.Context(), n); err != nil {
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
	for i, operation := range (&workload.Target{}).Operations() {
		b.Run(operation.Name, func(b *testing.B) {
			for _, way := range ways {
				b.Run(way.String(), func(b *testing.B) {
					on := served[way.engine]
					call := on.target.Operations()[i].Over[way.over]
					meter{on.server.Admin}.measure(b, func(n int) error { return call(ctx, n) })
				})
			}
		})
	}
}
