package lifecycle

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
)

// maxProbeBytes limits the message of a gRPC probe, which holds a service's name.
const maxProbeBytes = 4 << 10

// Probes makes a component that answers probes in clear on a listener and serves
// nothing else: /healthz and /readyz over HTTP, and grpc.health.v1.Health over
// HTTP/2 without TLS, since the probes of a kubelet cannot speak it.
func Probes(listener net.Listener, readiness *health.Readiness) Component {
	probes := grpc.NewServer(grpc.MaxRecvMsgSize(maxProbeBytes))
	readiness.RegisterGRPC(probes)
	pages := readiness.Handler()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	served := HTTPServer(&http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
				probes.ServeHTTP(w, r)
				return
			}
			pages.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxProbeBytes,
		Protocols:         protocols,
	}, listener)
	return Component{
		Serve: served.Serve,
		Stop: func(ctx context.Context) error {
			readiness.End() // a watch would hold the stop up
			err := served.Stop(ctx)
			probes.Stop()
			return err
		},
	}
}
