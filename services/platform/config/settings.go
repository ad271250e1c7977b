package config

import (
	"encoding/json"
	"io"

	"github.com/alecthomas/kong"
)

// settingsCommand is a command that every program has: it prints the program's
// table of settings as JSON, for operators and for the documentation.
const settingsCommand = "settings"

func withSettingsCommand() kong.Option {
	return kong.DynamicCommand(settingsCommand, "Print every setting with its variable, default and meaning, as JSON.", "", &struct{}{})
}

// printSettings writes a program's settings, an array.
func printSettings(app *kong.Application, w io.Writer) error {
	table, err := tableOf(app)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(table)
}
