// Package licence reads under which licences the modules are that the project is
// built of, says which of them ask more than to be named, and writes down the
// texts that a program must be shipped with.
//
// It looks at the modules as the toolchain has them on this machine and asks
// nobody. Texts are recognised by licensecheck, which the Go project's own
// package site uses; go-licenses was tried, and knows no workspace.
package licence

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Module is a module that others wrote.
type Module struct {
	// Path and Version name it.
	Path, Version string
	// Files are its licences and notices: those at its top, and those on the way
	// to each package that is used.
	Files []File
}

// File is a licence or a notice.
type File struct {
	// Name is its path within the module.
	Name string
	Text []byte
}

// listed is what `go list -json` says of a package, in part.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path, Version, Dir string }
	}
}

// Query says which modules are asked for.
type Query struct {
	// Top is the folder of the project.
	Top string
	// Patterns are packages, as `go list` has them.
	Patterns []string
	// Tests has those that the packages' tests need, too.
	Tests bool
	// Env is the environment of the build, nil for that of this process.
	Env []string
}

// Modules are the modules of others that packages need to be built, by path.
func Modules(ctx context.Context, q Query) ([]Module, error) {
	args := []string{"list", "-deps", "-json=Dir,Standard,Module"}
	if q.Tests {
		args = append(args, "-test")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, q.Patterns...)...)
	cmd.Dir, cmd.Env = q.Top, q.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, stderr.String())
	}
	folders := map[string]*found{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Standard || p.Module == nil || p.Module.Main {
			continue
		}
		note(folders, p)
	}
	modules := make([]Module, 0, len(folders))
	for _, f := range folders {
		files, err := f.read()
		if err != nil {
			return nil, err
		}
		modules = append(modules, Module{Path: f.path, Version: f.version, Files: files})
	}
	slices.SortFunc(modules, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return modules, nil
}

// found is a module and the folders to look into.
type found struct {
	path, version, dir string
	folders            map[string]bool
}

func note(modules map[string]*found, p listed) {
	m := p.Module
	f := modules[m.Path]
	if f == nil {
		f = &found{path: m.Path, version: m.Version, dir: m.Dir, folders: map[string]bool{m.Dir: true}}
		if m.Replace != nil {
			f.dir = m.Replace.Dir
			f.folders = map[string]bool{f.dir: true}
		}
		modules[m.Path] = f
	}
	for dir := p.Dir; strings.HasPrefix(dir, f.dir) && len(dir) > len(f.dir); dir = filepath.Dir(dir) {
		f.folders[dir] = true
	}
}

// named are the names that licences and notices have.
var named = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents)([._-].*)?$`)

func (f *found) read() ([]File, error) {
	if f.dir == "" {
		return nil, fmt.Errorf("%s is not on this machine: run `go mod download`", f.path)
	}
	var paths []string
	if also := chosen[f.path]; also != "" {
		paths = append(paths, filepath.Join(f.dir, filepath.FromSlash(also)))
	}
	for _, folder := range slices.Sorted(maps.Keys(f.folders)) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.Type().IsRegular() && named.MatchString(entry.Name()) && filepath.Ext(entry.Name()) != ".go" {
				paths = append(paths, filepath.Join(folder, entry.Name()))
			}
		}
	}
	files := make([]File, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(f.dir, path)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: filepath.ToSlash(name), Text: text})
	}
	return files, nil
}
