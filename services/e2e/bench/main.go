package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// options are what the program is told.
type options struct {
	rounds    int
	benchtime string
	write     bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 3, "how often each benchmark runs; medians are taken")
	flag.StringVar(&o.benchtime, "benchtime", "1500ms", "how long a benchmark runs in a round")
	flag.BoolVar(&o.write, "write", false, "put the table into README.md")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.rounds < 1 || flag.NArg() > 0 {
		return errors.New("want -rounds of 1 or more, and no arguments")
	}
	root, err := readme.Root()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "onrecord-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)

	// Built once, so that all rounds measure the same.
	binary := filepath.Join(folder, "bench.test")
	if _, err := command(root, "go", "test", "-c", "-o", binary, "./services/e2e/bench"); err != nil {
		return err
	}
	if _, err := command(root, "go", "build", "-o", folder, "./services/cli/cmd/onrecord",
		"./services/statements/cmd/statements", "./services/metrics/cmd/metrics", "./services/gateway/cmd/gateway"); err != nil {
		return err
	}
	if err := os.Setenv(stack.ProgramsVariable, folder); err != nil {
		return err
	}
	samples := newSamples()
	for round := range o.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, o.rounds)
		out, err := command(filepath.Join(root, "services/e2e/bench"), binary,
			"-test.run=^$", "-test.bench=.", "-test.benchtime="+o.benchtime, "-test.timeout=20m")
		if err != nil {
			return err
		}
		if err := samples.add(out); err != nil {
			return err
		}
	}
	table, err := samples.table(o)
	if err != nil {
		return err
	}
	fmt.Print(table)
	if !o.write {
		return nil
	}
	return readme.Write(filepath.Join(root, "README.md"), "bench", table)
}

// command runs a program and answers what it printed on standard output.
func command(folder, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...) //nolint:gosec // the go command, and what it built
	cmd.Dir = folder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, &out)
	}
	return out.Bytes(), nil
}
