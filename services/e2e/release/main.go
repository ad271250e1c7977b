// Command release makes what a release is shipped as, and checks what it is made
// of:
//
//	release images   -version v1.2.0 -commit … -time … -out DIR    an image of each program, in a file of its own
//	release files    -version v1.2.0 -commit … -time … -out DIR    what each image holds, in a folder of its own
//	release programs DIR                                           each program, unstamped, for tests that run it
//	release licences                                               fails when a module is not under a permissive licence
//
// It needs Go and the modules that the project is built of, and nothing else: no
// daemon, no registry, no network.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/release/licence"
	"github.com/onrecord/onrecord/services/e2e/release/program"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	release()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	top, err := readme.Root()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return errors.New("say what to make: images, files, programs or licences")
	}
	switch what, args := args[0], args[1:]; what {
	case "licences":
		if len(args) > 0 {
			return errors.New("licences takes no arguments")
		}
		return licences(ctx, top)
	case "programs":
		if len(args) != 1 {
			return errors.New("programs takes the folder to write into")
		}
		return programs(ctx, top, args[0])
	case "images", "files":
		o, err := parse(what, args)
		if err != nil {
			return err
		}
		o.top = top
		return o.make(ctx, what == "images")
	default:
		return fmt.Errorf("there is no %q: images, files, programs and licences can be made", what)
	}
}

// licences checks the modules of the programs, and those of the tests: what runs
// on a developer's machine is built of them.
func licences(ctx context.Context, top string) error {
	var sources []string
	for _, name := range program.Names() {
		source, _ := program.Package(name)
		sources = append(sources, source)
	}
	shipped, err := licence.Modules(ctx, licence.Query{Top: top, Patterns: sources})
	if err != nil {
		return err
	}
	all, err := licence.Modules(ctx, licence.Query{Top: top, Tests: true, Patterns: []string{"work"}})
	if err != nil {
		return err
	}
	if err := errors.Join(licence.Check(shipped, true), licence.Check(all, false), licence.Unused(all)); err != nil {
		return err
	}
	fmt.Printf("licences: %d modules are in the programs, %d with those of the tests; all permissive or decided upon\n", len(shipped), len(all))
	return nil
}

// programs builds what is shipped, but for the stamp: a program that is there and as it
// would be built stays.
func programs(ctx context.Context, top, into string) error {
	for _, name := range program.Names() {
		if _, err := program.Build(ctx, top, name, into, program.Target{}, program.Stamp{}); err != nil {
			return err
		}
	}
	return nil
}

// options are what the program is told.
type options struct {
	top    string
	out    string
	prefix string
	target program.Target
	stamp  program.Stamp
}

func parse(what string, args []string) (options, error) {
	o := options{target: program.Target{OS: "linux"}}
	var when string
	flags := flag.NewFlagSet("release "+what, flag.ContinueOnError)
	flags.StringVar(&o.out, "out", "", "the folder to write into")
	flags.StringVar(&o.prefix, "prefix", "localhost/onrecord", "what stands before a program's name in the name of its image")
	flags.StringVar(&o.target.Arch, "arch", runtime.GOARCH, "the architecture, as GOARCH has it")
	flags.StringVar(&o.stamp.Version, "version", "", "the release, which is the image's tag")
	flags.StringVar(&o.stamp.Commit, "commit", "", "the commit that is built")
	flags.StringVar(&when, "time", "", "when that commit was made, RFC 3339")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.out == "" || flags.NArg() > 0 {
		return o, errors.New("want -out, and no arguments")
	}
	t, err := time.Parse(time.RFC3339, when)
	if err != nil {
		return o, fmt.Errorf("-time: %w", err)
	}
	o.stamp.Time = t
	return o, o.stamp.Check()
}
