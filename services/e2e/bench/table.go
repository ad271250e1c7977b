package main

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/e2e/workload"
)

// row is one line of the table: medians.
type row struct {
	title, over, engine    string
	facts                  int
	time, cpu, allocs, mem float64 // seconds, seconds, objects, bytes
	timesGRPC, timesHTTP   float64 // cpu as a multiple of the references'
}

// table is the README's part about speed.
func (s *samples) table(o options) (string, error) {
	rows, err := s.rows()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "Measured by `make bench` on %s, %s cores, %s/%s, %s; SQLite (WAL, synchronous=FULL) and PostgreSQL (on the same machine, synchronous_commit=on), each with %d statements and %d figures.\n",
		s.cpu(), s.procs, runtime.GOOS, runtime.GOARCH, runtime.Version(), workload.Documents*workload.Statements, workload.Documents*workload.Points)
	fmt.Fprintf(&text, "One client, one call at a time: `time` is what it waits; CPU, allocations and memory are onrecord's, per call: what PostgreSQL itself uses is not in them. Medians of %d rounds of %s\neach, which typically differed by %.0f %% in CPU and %.0f %% in time. The ratios are of CPU, to the references in the first two rows, round by round.\n\n",
		o.rounds, o.benchtime, 100*s.spread(unitCPU), 100*s.spread(unitTime))
	text.WriteString("| call | over | stored in | time | CPU | ÷ empty gRPC | ÷ constant HTTP | allocations | memory |\n")
	text.WriteString("|---|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range rows {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", r.title, r.over, r.engine, r.timeText(), duration(r.cpu),
			digits(r.timesGRPC), digits(r.timesHTTP), count(r.allocs), bytesText(r.mem))
	}
	gateway, err := s.gatewayTable()
	if err != nil {
		return "", err
	}
	text.WriteString(gateway)
	text.WriteString("\n`go run ./services/e2e/load -h` asks at a fixed rate and shows how late answers get.\n")
	return text.String(), nil
}

// cpu is the model of the processor.
func (s *samples) cpu() string {
	if model := s.machine["cpu"]; model != "" {
		return model
	}
	return "an unnamed " + runtime.GOARCH + " processor"
}

func (s *samples) rows() ([]row, error) {
	rows := []row{
		{title: "*empty gRPC call*", over: "gRPC"},
		{title: "*constant net/http answer*", over: "HTTP"},
	}
	names := []string{"Reference/gRPC", "Reference/HTTP"}
	for _, operation := range (&workload.Target{}).Operations() {
		for _, way := range ways {
			rows = append(rows, row{title: operation.Title, over: way.over, engine: string(way.engine), facts: operation.Facts})
			names = append(names, "Onrecord/"+operation.Name+"/"+way.String())
		}
	}
	var failed []error
	for i := range rows {
		failed = append(failed, s.fill(&rows[i], names[i]))
		for reference, into := range map[string]*float64{names[0]: &rows[i].timesGRPC, names[1]: &rows[i].timesHTTP} {
			ratio, err := s.ratio(names[i], reference, unitCPU)
			failed = append(failed, err)
			*into = ratio
		}
	}
	return rows, errors.Join(failed...)
}

func (s *samples) fill(r *row, name string) error {
	var failed error
	for unit, into := range map[string]*float64{unitTime: &r.time, unitCPU: &r.cpu, unitAllocs: &r.allocs, unitBytes: &r.mem} {
		value, err := s.median(name, unit)
		failed = errors.Join(failed, err)
		*into = value
	}
	return failed
}

// timeText is the time of a call and, of a bulk write, its rate.
func (r row) timeText() string {
	if r.facts > 1 {
		return fmt.Sprintf("%s (%s facts/s)", duration(r.time), count(float64(r.facts)/r.time))
	}
	return duration(r.time)
}

// digits writes a number with two significant digits, or whole.
func digits(value float64) string {
	switch {
	case value >= 100:
		return count(value)
	case value >= 10:
		return strconv.FormatFloat(value, 'f', 0, 64)
	default:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
}

// duration writes seconds as µs or ms.
func duration(seconds float64) string {
	if seconds < 1e-3 {
		return digits(seconds*1e6) + " µs"
	}
	return digits(seconds*1e3) + " ms"
}

// bytesText writes bytes as kB or MB.
func bytesText(n float64) string {
	if n < 1e6 {
		return digits(n/1e3) + " kB"
	}
	return digits(n/1e6) + " MB"
}

// count writes a whole number with commas.
func count(value float64) string {
	text := strconv.FormatFloat(math.Round(value), 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
