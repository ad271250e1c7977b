// Package telemetry counts what the operator of a program watches: calls,
// their durations and codes, the build. In this project these numbers are
// telemetry; the word "metrics" belongs to the facts. It makes the spans of calls
// and requests, and takes a trace from one to the next; package tracing sends them.
//
// Every label has a closed set of values, so that no caller can make the
// number of series grow. Only the operator's numbers and the admin handler may
// go here.
package telemetry

import (
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel/trace"
)

const namespace = "onrecord"

// Build says what program runs.
type Build struct {
	// Program is the name of the binary.
	Program string `json:"program"`
	// Version is the module version or release, "devel" when unknown.
	Version string `json:"version"`
	// Commit is the revision of the source, "" when unknown.
	Commit string `json:"commit,omitempty"`
	// Time is when the commit was made, RFC 3339, "" when unknown.
	Time string `json:"time,omitempty"`
	// Go is the version of the Go toolchain.
	Go string `json:"go"`
}

// ReadBuild reads what the Go toolchain recorded in the running binary, and what
// a release was stamped with.
func ReadBuild(program string) (build Build) {
	build = Build{Program: program, Version: "devel"}
	defer build.stamp()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build
	}
	build.Go = info.GoVersion
	if v := info.Main.Version; v != "" && v != "(devel)" {
		build.Version = v
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			build.Commit = setting.Value
		case "vcs.time":
			build.Time = setting.Value
		}
	}
	return build
}

// Telemetry is the registry of one program and the instruments that all parts
// of it share. A program that runs several services has one.
type Telemetry struct {
	// Registry holds every series of the program. It is explicit: nothing is
	// registered globally.
	Registry *prometheus.Registry
	// Tracer makes the spans of calls and requests; nil makes none. Set it before
	// anything is served.
	Tracer trace.Tracer

	build   Build
	server  *calls
	client  *calls
	refused *Refusals
	streams *prometheus.GaugeVec // open ones, by service
}

// New returns the telemetry of a program: Go runtime, process, build info and
// gRPC calls. Other packages register their own collectors on Registry, with
// names that start with "onrecord_".
func New(build Build) *Telemetry {
	registry := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace,
		Name:      "build_info",
		Help:      "Always 1; the labels say what program runs.",
		ConstLabels: prometheus.Labels{
			"program": build.Program, "version": build.Version, "commit": build.Commit, "go": build.Go,
		},
	})
	info.Set(1)
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		info,
	)
	streams := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Subsystem: "grpc_server", Name: "streams",
		Help: "Streams that are open now.",
	}, []string{"service"})
	registry.MustRegister(streams)
	return &Telemetry{
		Registry: registry,
		build:    build,
		server:   newCalls(registry, "grpc_server", trace.SpanKindServer),
		client:   newCalls(registry, "grpc_client", trace.SpanKindClient),
		refused:  NewRefusals(registry, "grpc_server", "Calls that ended with an error, by its reason."),
		streams:  streams,
	}
}

// Build says what program runs.
func (t *Telemetry) Build() Build { return t.build }
