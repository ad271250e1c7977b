// Package config declares settings once: one struct field with tags gives the
// flag, the environment variable, the default and the help text.
//
// The variable of a flag is ONRECORD_ and its name in upper case with "_" for
// "-". A flag wins over a variable, a variable over the default. Settings that
// several programs share stand in common.go, one struct per concern; only
// settings and their checks may go here.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// EnvPrefix starts the name of every environment variable, before a "_".
const EnvPrefix = "ONRECORD"

// Program describes a program to its command line.
type Program struct {
	Name string
	// Description is shown by --help above the flags.
	Description string
	// Vars fill the ${name} parts of defaults and help, so that programs can
	// share a struct and differ in a default.
	Vars map[string]string
	// Out receives help, Err errors of usage.
	Out, Err io.Writer
}

// ErrHelp is returned by Parse when help or the settings were asked for and
// printed: end with exit code 0.
var ErrHelp = errors.New("help was printed")

// Parse fills cli (a pointer to a struct with kong tags) from the arguments,
// without the program's name, and the environment. The result knows which command was chosen.
// It never exits; see ExitCode. An unknown flag's error names the nearest one, and so
// does that of a variable that is nearly the name of a setting.
// Every program has a command settings besides its own, which Parse answers.
func Parse(args []string, cli any, program Program) (result *kong.Context, err error) {
	parser, err := newParser(cli, program)
	if err != nil {
		return nil, err
	}
	// Kong ends the process after help; a panic takes its place and goes no
	// further than here.
	parser.Exit = func(int) { panic(ErrHelp) } //nolint:forbidigo // recovered below
	defer func() {
		switch r := recover(); r {
		case nil:
		case ErrHelp:
			result, err = nil, ErrHelp
		default:
			panic(r) //nolint:forbidigo // not ours to keep
		}
	}()
	if err := misspelt(parser.Model, os.Environ()); err != nil {
		return nil, err
	}
	result, err = parser.Parse(args)
	if err != nil || result.Command() != settingsCommand {
		return result, err
	}
	if err := printSettings(parser.Model, parser.Stdout); err != nil {
		return nil, err
	}
	return nil, ErrHelp
}

// ExitCode maps an error of Parse or Run to the exit code of a program: 0 for
// nil and ErrHelp, 2 for wrong usage, else 1.
func ExitCode(err error) int {
	var usage *kong.ParseError
	var ours *usageError
	switch {
	case err == nil, errors.Is(err, ErrHelp):
		return 0
	case errors.As(err, &usage), errors.As(err, &ours):
		return 2
	default:
		return 1
	}
}

func newParser(cli any, program Program) (*kong.Kong, error) {
	options := []kong.Option{
		kong.Name(program.Name),
		kong.Description(program.Description),
		kong.DefaultEnvars(EnvPrefix),
		kong.Vars(program.Vars),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		withSettingsCommand(),
	}
	if program.Out != nil && program.Err != nil {
		options = append(options, kong.Writers(program.Out, program.Err))
	}
	parser, err := kong.New(cli, options...)
	if err != nil {
		return nil, fmt.Errorf("settings of %s: %w", program.Name, err)
	}
	return parser, nil
}
