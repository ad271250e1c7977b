package config

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Setting is one row of the table of settings.
type Setting struct {
	// Flag is the long flag with its dashes, for example "--log-level".
	Flag string `json:"flag"`
	// Env is the environment variable.
	Env string `json:"env"`
	// Default is the default as text, "" for none.
	Default string `json:"default"`
	// Help is one sentence.
	Help string `json:"help"`
	// Commands are the commands that take the flag, none for a flag of all.
	Commands []string `json:"commands,omitempty"`
}

// tableOf lists every setting of a program, in the order of declaration: the
// source of the settings tables in the documentation, which tests compare.
func tableOf(app *kong.Application) ([]Setting, error) {
	var table []Setting
	index := make(map[string]int)
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		flag, ok := node.(*kong.Flag)
		if !ok || flag.Name == "help" || flag.Hidden {
			return next(nil)
		}
		command := commandOf(app, flag)
		row, seen := index[flag.Name]
		if !seen {
			row = len(table)
			index[flag.Name] = row
			table = append(table, Setting{
				Flag: "--" + flag.Name, Env: strings.Join(flag.Envs, ","), Default: flag.Default, Help: flag.Help,
			})
		}
		if command != "" {
			table[row].Commands = append(table[row].Commands, command)
		}
		return next(nil)
	})
	return table, err
}

// commandOf returns the command that declares the flag, "" for the program.
func commandOf(app *kong.Application, flag *kong.Flag) string {
	for _, leaf := range app.Leaves(false) {
		for node := leaf; node != nil && node.Type == kong.CommandNode; node = node.Parent {
			if slices.Contains(node.Flags, flag) {
				return node.Path()
			}
		}
	}
	return ""
}
