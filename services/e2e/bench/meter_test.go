package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// meter reads what a server process has used so far from its telemetry.
type meter struct {
	admin string // host:port
}

// usage is what a process has used since it began.
type usage struct {
	cpu          float64 // seconds
	mallocs, mem float64 // objects and bytes
}

func (m meter) read(b *testing.B) usage {
	b.Helper()
	answer, err := http.Get("http://" + m.admin + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	counter := func(name string) float64 {
		values := families[name].GetMetric()
		if len(values) != 1 {
			b.Fatalf("the telemetry at %s has no %s", m.admin, name)
		}
		return values[0].GetCounter().GetValue()
	}
	return usage{
		cpu:     counter("process_cpu_seconds_total"),
		mallocs: counter("go_memstats_mallocs_total"),
		mem:     counter("go_memstats_alloc_bytes_total"),
	}
}

// measure runs the benchmark and reports what each call cost the server.
func (m meter) measure(b *testing.B, call func(n int) error) {
	b.Helper()
	if err := call(0); err != nil { // connects, and fills caches
		b.Fatal(err)
	}
	profiled := m.profile(b)
	before := m.read(b)
	n := 0
	for b.Loop() {
		n++
		if err := call(n); err != nil {
			b.Fatal(err)
		}
	}
	after := m.read(b)
	profiled()
	b.ReportMetric((after.cpu-before.cpu)*1e9/float64(n), reportedCPU)
	b.ReportMetric((after.mallocs-before.mallocs)/float64(n), unitAllocs)
	b.ReportMetric((after.mem-before.mem)/float64(n), unitBytes)
}

// profile takes a CPU profile of the server, if the flag -profiles names a
// folder; the answer waits for it. It lasts as long as a benchmark does at
// least.
func (m meter) profile(b *testing.B) func() {
	b.Helper()
	if *profiles == "" {
		return func() {}
	}
	if err := os.MkdirAll(*profiles, 0o755); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(*profiles, strings.NewReplacer("/", "-", " ", "_").Replace(b.Name())+".pprof")
	done := make(chan error, 1)
	go func() { done <- fetch("http://"+m.admin+"/debug/pprof/profile?seconds=1", path) }()
	return func() {
		if err := <-done; err != nil {
			b.Errorf("profile: %v", err)
		}
	}
}

func fetch(url, path string) error {
	answer, err := http.Get(url) //nolint:gosec // a loopback address of ours
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, answer.Body); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
