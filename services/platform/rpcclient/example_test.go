package rpcclient_test

import (
	"context"
	"crypto/tls"
	"log"

	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/onrecord/onrecord/services/platform/rpcclient"
)

// A program that asks all replicas of a service, in turn, over TLS and with a key of
// its own.
func ExampleDial() {
	conn, err := rpcclient.Dial("dns:///statements.example:50051", rpcclient.Options{
		Credentials: credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13}),
		Key:         "the key, from a file",
	})
	if err != nil {
		log.Print(err)
		return
	}
	defer func() { _ = conn.Close() }()
	// The same with any generated client, such as statementsv1.NewStatementServiceClient.
	answer, err := healthpb.NewHealthClient(conn).Check(context.Background(), &healthpb.HealthCheckRequest{})
	log.Print(answer.GetStatus(), err)
}
