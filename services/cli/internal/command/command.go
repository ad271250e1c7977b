// Package command is the command line of onrecord: what each command takes,
// asks and prints.
//
// One command a file. Tables are for people, `-o json` is the server's own JSON
// for programs; both go to standard output, and everything else to standard
// error. How answers travel is for package client, how they look for package
// show, and the servers for package allinone.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/onrecord/onrecord/services/platform/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	// exitRejected says that everything was done but for some rows.
	exitRejected = 3
)

// CLI declares every command and every flag.
type CLI struct {
	Serve    Serve    `cmd:"" help:"Run everything in one process, until Ctrl-C or SIGTERM."`
	Ingest   Ingest   `cmd:"" help:"Put documents with their statements and figures on record."`
	Import   Import   `cmd:"" help:"Put a file of statements or of observations on record."`
	Export   Export   `cmd:"" help:"Write statements or figures to a file."`
	Get      Get      `cmd:"" help:"Show one resource by its name."`
	List     List     `cmd:"" help:"List a collection."`
	Search   Search   `cmd:"" help:"Find statements by their words."`
	Query    Query    `cmd:"" help:"Show the series of a metric."`
	Cite     Cite     `cmd:"" help:"Say how to cite a document, a statement or a figure."`
	Evidence Evidence `cmd:"" help:"Save an evidence pack of a document, a statement or a figure."`
	Verify   Verify   `cmd:"" help:"Check an evidence pack, or compare every fact on a document version with its text."`
	Backup   Backup   `cmd:"" help:"Copy the embedded databases to another folder while they are served."`
	Copy     Copy     `cmd:"" help:"Copy the record to another database, all of it or as it stood at a time."`
	Key      Key      `cmd:"" help:"Make an API key, and its line for the access list of --api-keys."`
	DemoData DemoData `cmd:"" name:"demo-data" help:"Put public corpora of quotations and public time series on record, to try things out with."`
	Version  Version  `cmd:"" help:"Print what program this is."`
}

// Process is what a command has of the process it runs in.
type Process struct {
	In       io.Reader
	Out, Err io.Writer
	// Force ends a stop at once when closed: the second signal. It may be nil.
	Force <-chan struct{}
}

// width is the width of the terminal that Out is, 0 if it is none.
func (p Process) width() int {
	file, ok := p.Out.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// Program describes the command line to package config.
func Program(process Process) config.Program {
	return config.Program{
		Name:        "onrecord",
		Description: "What was said and what was measured, each tied to its source.",
		Vars: map[string]string{
			"grpc_listen":  "127.0.0.1:50051",
			"admin_listen": "127.0.0.1:9190",
		},
		Out: process.Out, Err: process.Err,
	}
}

// Main runs the command that the arguments (without the program's name) ask for
// until it is done or ctx ends, says on standard error what went wrong, and
// returns the exit code: 0 done, 1 refused or failed, 2 wrong usage, 3 done but for
// rows that were rejected.
func Main(ctx context.Context, args []string, process Process) int {
	var cli CLI
	command, err := config.Parse(args, &cli, Program(process))
	if err == nil {
		command.BindTo(ctx, (*context.Context)(nil))
		err = command.Run(process)
	}
	code := exitCode(err)
	if code != exitOK {
		fmt.Fprintln(process.Err, "onrecord: "+err.Error())
	}
	if code == exitUsage && len(args) == 0 {
		fmt.Fprintln(process.Err, "  `onrecord --help` shows the commands")
	}
	return code
}

// usageError is an argument that no server need be asked about.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

func exitCode(err error) int {
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*rejectedError](err); ok {
		return exitRejected
	}
	return config.ExitCode(err)
}

// failures are several errors of one command, one after another.
func failures(all []error) error {
	if len(all) == 0 {
		return nil
	}
	texts := make([]string, len(all))
	for i, err := range all {
		texts[i] = err.Error()
	}
	return errors.New(strings.Join(texts, "\nonrecord: "))
}
