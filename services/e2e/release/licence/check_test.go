package licence_test

import (
	"os"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/release/licence"
	"github.com/onrecord/onrecord/services/e2e/release/program"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const top = "../../../.."

func apache(t *testing.T) []byte {
	t.Helper()
	return must.Get(os.ReadFile(top + "/LICENSE"))(t)
}

func module(path, file string, text []byte) []licence.Module {
	return []licence.Module{{Path: path, Version: "v1.0.0", Files: []licence.File{{Name: file, Text: text}}}}
}

const copyleft = `This program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General
Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.`

func TestWhatIsNotPermissiveIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		modules []licence.Module
		says    string
	}{
		"copyleft":            {module("example.com/a", "LICENSE", []byte(copyleft)), "example.com/a@v1.0.0: LICENSE: "},
		"words of its own":    {module("example.com/a", "COPYING", []byte("You may use this on Sundays.")), "known words"},
		"nothing":             {module("example.com/a", "NOTICE", []byte("made by us")), "no licence was found"},
		"a second licence":    {append(module("example.com/a", "LICENSE", apache(t)), module("example.com/b", "x/LICENSE.md", []byte(copyleft))...), "example.com/b@v1.0.0: x/LICENSE.md: "},
		"a tool of the tests": {module("pgregory.net/rapid", "LICENSE", []byte(copyleft)), "pgregory.net/rapid"},
	} {
		t.Run(name, func(t *testing.T) {
			err := licence.Check(c.modules, true)
			must.Err(t, err)
			must.Contains(t, err.Error(), c.says)
		})
	}
}

func TestWhatIsPermissiveOrDecidedUponPasses(t *testing.T) {
	must.OK(t, licence.Check(module("example.com/a", "LICENSE", apache(t)), true))
	must.OK(t, licence.Check(module("pgregory.net/rapid", "LICENSE", []byte(copyleft)), false))
	must.Err(t, licence.Unused(nil))
}

// TestAProgramIsShippedWithItsLicences: of itself, of Go, and of all that is
// linked in.
func TestAProgramIsShippedWithItsLicences(t *testing.T) {
	source, ok := program.Package("statements")
	must.True(t, ok)
	text := string(must.Get(licence.Notices(t.Context(), top, source, program.Target{OS: "linux"}.Environment()))(t))
	for _, title := range []string{"onrecord\n====", "the standard library of Go\n====", "\ngoogle.golang.org/grpc v", "\ngo.uber.org/zap v", "\nzombiezen.com/go/sqlite v"} {
		must.Contains(t, text, title)
	}
	must.False(t, strings.Contains(text, "pgregory.net/rapid"), "a tool of the tests is not linked in")
}
