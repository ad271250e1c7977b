package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/workload"
)

// output is what a round of benchmarks prints, with numbers that are easy to
// follow.
func output(factor string) string {
	const head = "goos: linux\ngoarch: amd64\ncpu: A Processor\n"
	lines := []string{
		"BenchmarkReference/gRPC-2 \t 1 \t 2" + factor + "000 ns/op \t 1" + factor + "000 server-ns/op \t 100 server-allocs/op \t 1000 server-B/op",
		"BenchmarkReference/HTTP-2 \t 1 \t 1" + factor + "000 ns/op \t 5" + factor + "00 server-ns/op \t 10 server-allocs/op \t 500 server-B/op",
	}
	for _, operation := range (&workload.Target{}).Operations() {
		for _, way := range ways {
			lines = append(lines, "BenchmarkOnrecord/"+operation.Name+"/"+way.String()+
				"-2 \t 1 \t 2500000 ns/op \t 40"+factor+"000 server-ns/op \t 1234 server-allocs/op \t 5000000 server-B/op")
		}
	}
	for _, t := range targets {
		for _, name := range []string{t.name, t.base} {
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Benchmark"+benchmarkName(name)+"-2") }) {
				lines = append(lines, "Benchmark"+benchmarkName(name)+"-2 \t 1 \t 2500 ns/op \t 1"+factor+"000 server-ns/op \t 12 server-allocs/op \t 500 server-B/op")
			}
		}
	}
	return head + strings.Join(lines, "\n") + "\nPASS\n"
}

func TestTable(t *testing.T) {
	s := newSamples()
	for _, factor := range []string{"2", "0", "1"} {
		if err := s.add([]byte(output(factor))); err != nil {
			t.Fatal(err)
		}
	}
	table, err := s.table(options{rounds: 3, benchtime: "1s"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"on A Processor, 2 cores, ", "Medians of 3 rounds of 1s\neach, ",
		"| *empty gRPC call* | gRPC |  | 21 µs | 11 µs | 1.0 | 2.2 | 100 | 1.0 kB |\n",
		"| *constant net/http answer* | HTTP |  | 11 µs | 5.1 µs | 0.5 | 1.0 | 10 | 0.5 kB |\n",
		"| get a statement by id | REST | SQLite | 2.5 ms | 401 µs | 36 | 79 | 1,234 | 5.0 MB |\n",
		"| get by id, not asked for before, all in one process | the constant net/http answer | 1.00 | 3.5 |\n",
		"| page of 50 statements | the same call over gRPC | 1.00 | 2.0 |\n",
		"| ingest a document with 1000 facts | gRPC | PostgreSQL | 2.5 ms (400,000 facts/s) | 401 µs | 36 | 79 | 1,234 | 5.0 MB |\n",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}

func TestTableNeedsEveryBenchmark(t *testing.T) {
	s := newSamples()
	if err := s.add([]byte("BenchmarkReference/gRPC-2 1 2000 ns/op\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.table(options{rounds: 1}); err == nil {
		t.Error("a table was made of a run that ended early")
	}
}
