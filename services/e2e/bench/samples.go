package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Units of what the benchmarks report. Package benchfmt reads nanoseconds as
// seconds.
const (
	reportedCPU = "server-ns/op"
	unitCPU     = "server-sec/op"
	unitTime    = "sec/op"
	unitAllocs  = "server-allocs/op"
	unitBytes   = "server-B/op"
)

// samples are the results of all rounds.
type samples struct {
	// values are by benchmark and unit.
	values map[string]map[string][]float64
	// machine is what the benchmarks say of where they ran: goos, goarch, cpu.
	machine map[string]string
	// procs is GOMAXPROCS.
	procs string
}

func newSamples() *samples {
	return &samples{values: map[string]map[string][]float64{}, machine: map[string]string{}, procs: "1"}
}

// add reads the output of one round.
func (s *samples) add(output []byte) error {
	reader := benchfmt.NewReader(bytes.NewReader(output), "round")
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return record
		case *benchfmt.Result:
			s.addResult(record)
		}
	}
	return reader.Err()
}

func (s *samples) addResult(result *benchfmt.Result) {
	for _, config := range result.Config {
		s.machine[config.Key] = string(config.Value)
	}
	name := result.Name.String()
	if i := strings.LastIndexByte(name, '-'); i > 0 && !strings.Contains(name[i:], "/") && isNumber(name[i+1:]) {
		name, s.procs = name[:i], name[i+1:]
	}
	if s.values[name] == nil {
		s.values[name] = map[string][]float64{}
	}
	for _, value := range result.Values {
		s.values[name][value.Unit] = append(s.values[name][value.Unit], value.Value)
	}
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// median is that of a benchmark's rounds, in a unit. An even number of rounds
// has the mean of the two in the middle.
func (s *samples) median(name, unit string) (float64, error) {
	values := s.values[name][unit]
	if len(values) == 0 {
		return 0, fmt.Errorf("no round has %s of %s", unit, name)
	}
	return median(values), nil
}

// ratio is the median of what a benchmark took in each round as a multiple of
// what the reference took in the same round.
func (s *samples) ratio(name, reference, unit string) (float64, error) {
	values, base := s.values[name][unit], s.values[reference][unit]
	if len(values) == 0 || len(values) != len(base) {
		return 0, fmt.Errorf("not every round has %s of %s and of %s", unit, name, reference)
	}
	ratios := make([]float64, len(values))
	for round := range values {
		ratios[round] = values[round] / base[round]
	}
	return median(ratios), nil
}

// spread is by how much the rounds of a benchmark differ, for the one in the
// middle of all: largest to smallest, less one.
func (s *samples) spread(unit string) float64 {
	spreads := []float64{0}
	for _, units := range s.values {
		if values := units[unit]; len(values) > 1 && slices.Min(values) > 0 {
			spreads = append(spreads, slices.Max(values)/slices.Min(values)-1)
		}
	}
	return median(spreads)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
