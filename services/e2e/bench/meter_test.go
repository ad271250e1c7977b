package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// meter reads what server processes have used so far from their telemetry, host:port
// each.
type meter []string

// usage is what a process has used since it began.
type usage struct {
	cpu          float64 // seconds
	mallocs, mem float64 // objects and bytes
}

// read adds up all processes.
func (m meter) read(b *testing.B) usage {
	b.Helper()
	var all usage
	for _, admin := range m {
		one := usageOf(b, admin)
		all.cpu, all.mallocs, all.mem = all.cpu+one.cpu, all.mallocs+one.mallocs, all.mem+one.mem
	}
	return all
}

func usageOf(b *testing.B, admin string) usage {
	b.Helper()
	families := telemetryOf(b, admin)
	counter := func(name string) float64 {
		values := families[name].GetMetric()
		if len(values) != 1 {
			b.Fatalf("the telemetry at %s has no %s", admin, name)
		}
		return values[0].GetCounter().GetValue()
	}
	return usage{
		cpu:     counter("process_cpu_seconds_total"),
		mallocs: counter("go_memstats_mallocs_total"),
		mem:     counter("go_memstats_alloc_bytes_total"),
	}
}

// known is how many requests the gateways have answered by what they remember.
func (m meter) known(b *testing.B) (hits float64) {
	b.Helper()
	for _, admin := range m {
		for _, one := range telemetryOf(b, admin)["onrecord_gateway_revalidated_answers_requests_total"].GetMetric() {
			if one.GetLabel()[0].GetValue() == "hit" {
				hits += one.GetCounter().GetValue()
			}
		}
	}
	return hits
}

func telemetryOf(b *testing.B, admin string) map[string]*dto.MetricFamily {
	b.Helper()
	answer, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return families
}

// measureBusy is measure with many clients at a time: a server that works on one call
// at a time spends most on waiting for the next.
func (m meter) measureBusy(b *testing.B, call func(n int) error) {
	b.Helper()
	if err := call(0); err != nil {
		b.Fatal(err)
	}
	profiled := m.profile(b)
	before := m.read(b)
	var n atomic.Int64
	b.ResetTimer() // without what was started for it
	b.SetParallelism((clients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.RunParallel(func(work *testing.PB) {
		for work.Next() {
			if err := call(int(n.Add(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	m.report(b, before, float64(n.Load()))
	profiled()
}

// report says what each of n calls cost the servers.
func (m meter) report(b *testing.B, before usage, n float64) {
	b.Helper()
	after := m.read(b)
	b.ReportMetric((after.cpu-before.cpu)*1e9/n, reportedCPU)
	b.ReportMetric((after.mallocs-before.mallocs)/n, unitAllocs)
	b.ReportMetric((after.mem-before.mem)/n, unitBytes)
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
	m.report(b, before, float64(n))
	profiled()
}

// profile takes a CPU profile of the last server, if the flag -profiles names a
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
	go func() { done <- fetch("http://"+m[len(m)-1]+"/debug/pprof/profile?seconds=1", path) }()
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
