// Package program builds the programs the way they are shipped: static, the same
// bytes wherever the source lies, and stamped with the release.
package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// packages are the packages of the programs by name.
var packages = map[string]string{
	"onrecord":   "./services/cli/cmd/onrecord",
	"statements": "./services/statements/cmd/statements",
	"metrics":    "./services/metrics/cmd/metrics",
	"gateway":    "./services/gateway/cmd/gateway",
}

// Package is where a program's main package is, seen from the top of the
// project; ok is false for a name that is none of a program.
func Package(name string) (path string, ok bool) {
	path, ok = packages[name]
	return path, ok
}

// Names are the names of the programs: the three services in the order they
// start, then the one that has all of them.
func Names() []string { return []string{"statements", "metrics", "gateway", "onrecord"} }

// Stamp is what a released program says of itself.
type Stamp struct {
	// Version is the release, such as v1.2.0; it is the tag of an image too.
	// "" leaves a program unstamped.
	Version string
	// Commit is the revision of the source.
	Commit string
	// Time is when that commit was made.
	Time time.Time
}

// The form of a tag of an image; a stamp of another form could not be passed to
// the linker either.
var (
	versionForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	commitForm  = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)
)

// Check refuses a stamp whose parts are not of their form.
func (s Stamp) Check() error {
	switch {
	case !versionForm.MatchString(s.Version):
		return fmt.Errorf("the version %q cannot be the tag of an image: want letters, digits, '.', '_' and '-', at most 128", s.Version)
	case !commitForm.MatchString(s.Commit):
		return fmt.Errorf("%q is not the name of a commit", s.Commit)
	case s.Time.IsZero():
		return errors.New("the time of the commit is missing")
	}
	return nil
}

// linkerFlags leave out the symbol tables, which only a debugger reads, and stamp.
func (s Stamp) linkerFlags() string {
	flags := []string{"-s", "-w"}
	if s.Version != "" {
		const variable = "-X=github.com/onrecord/onrecord/services/platform/telemetry.stamped"
		flags = append(flags, variable+"Version="+s.Version, variable+"Commit="+s.Commit, variable+"Time="+s.Time.UTC().Format(time.RFC3339))
	}
	return strings.Join(flags, " ")
}

// Target is what a program is built for.
type Target struct {
	// OS and Arch are GOOS and GOARCH, "" for those of this machine.
	OS, Arch string
	// Overlay is the file of go build -overlay, "" for none.
	Overlay string
}

// Environment is that of the build: nothing that is set on a machine may change
// the bytes, so what could is set here.
func (t Target) Environment() []string {
	goos, arch := t.OS, t.Arch
	if goos == "" {
		goos = runtime.GOOS
	}
	if arch == "" {
		arch = runtime.GOARCH
	}
	return append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=")
}

// Build compiles a program of the project whose top folder is given, puts it
// into a folder under its name, and answers its path.
func Build(ctx context.Context, top, name, into string, target Target, stamp Stamp) (string, error) {
	source, ok := Package(name)
	if !ok {
		return "", fmt.Errorf("there is no program %q", name)
	}
	return Compile(ctx, top, source, into, target, stamp)
}

// Compile compiles any main package of the project, as Build does a program.
func Compile(ctx context.Context, top, source, into string, target Target, stamp Stamp) (string, error) {
	name := filepath.Base(source)
	path, err := filepath.Abs(filepath.Join(into, name))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-overlay="+target.Overlay,
		"-ldflags="+stamp.linkerFlags(), "-o", path, source)
	cmd.Dir = top
	cmd.Env = target.Environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}
