package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"time"

	"github.com/onrecord/onrecord/services/e2e/workload"
)

// Limits of a run.
const (
	maxRate     = 100_000
	maxCalls    = 1_000_000
	maxDuration = 10 * time.Minute
	maxParallel = 1000
)

// options are what the program is told.
type options struct {
	grpc, http string
	mix, over  string
	rate       float64
	duration   time.Duration
	parallel   int
	prepare    bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&o.grpc, "grpc", "127.0.0.1:50051", "gRPC `address`")
	flags.StringVar(&o.http, "http", "127.0.0.1:8080", "HTTP `address`")
	flags.StringVar(&o.mix, "mix", "get=1", "operations and their weights: empty, get, list, search, series, create, batch-statements, batch-figures, ingest")
	flags.StringVar(&o.over, "over", "gRPC", "gRPC or REST")
	flags.Float64Var(&o.rate, "rate", 100, "calls due a second")
	flags.DurationVar(&o.duration, "duration", 10*time.Second, "for how long")
	flags.IntVar(&o.parallel, "parallel", 64, "how many calls are under way at most")
	flags.BoolVar(&o.prepare, "prepare", false, "load the data set first, if it is not there")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, o.check()
}

func (o options) check() error {
	for _, address := range []string{o.grpc, o.http} {
		if target, err := netip.ParseAddrPort(address); err != nil || !target.Addr().IsLoopback() {
			host, _, _ := net.SplitHostPort(address)
			if host != "localhost" {
				return fmt.Errorf("%s: only loopback addresses, such as 127.0.0.1:8080", address)
			}
		}
	}
	calls := o.rate * o.duration.Seconds()
	switch {
	case !(o.rate > 0 && o.rate <= maxRate):
		return fmt.Errorf("-rate must be more than 0 and at most %d", maxRate)
	case o.duration <= 0 || o.duration > maxDuration:
		return fmt.Errorf("-duration must be more than 0 and at most %v", maxDuration)
	case calls < 1 || calls > maxCalls:
		return fmt.Errorf("-rate for -duration is %.0f calls: at least 1 and at most %d", calls, maxCalls)
	case o.parallel < 1 || o.parallel > maxParallel:
		return fmt.Errorf("-parallel must be 1 to %d", maxParallel)
	}
	return nil
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	target, err := workload.Dial(o.grpc, o.http, o.parallel)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	mix, err := parseMix(o.mix, o.over, target.Operations())
	if err != nil {
		return err
	}
	if o.prepare {
		if err := target.Load(ctx); err != nil {
			return err
		}
	}
	outcome := drive(ctx, plan{
		interval: time.Duration(float64(time.Second) / o.rate), calls: int(o.rate * o.duration.Seconds()), parallel: o.parallel,
	}, mix.call)
	fmt.Fprintf(out, "%s over %s, %g calls a second due for %v\n\n", o.mix, o.over, o.rate, o.duration)
	outcome.write(out)
	return ctx.Err()
}
