package licence

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Notices is the text that a program is shipped with: the project's own licence,
// Go's, and the licences and notices of every module that is linked in.
// It differs between targets as the modules do; env is the environment of the
// build.
func Notices(ctx context.Context, top, program string, env []string) ([]byte, error) {
	modules, err := Modules(ctx, Query{Top: top, Env: env, Patterns: []string{program}})
	if err != nil {
		return nil, err
	}
	if err := Check(modules, true); err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(top, "LICENSE"))
	if err != nil {
		return nil, err
	}
	golang, err := standardLibrary(ctx, top)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	section(&text, "onrecord", own)
	section(&text, "the standard library of Go", golang)
	for _, m := range modules {
		for _, f := range m.Files {
			section(&text, fmt.Sprintf("%s %s, %s", m.Path, m.Version, f.Name), f.Text)
		}
	}
	return text.Bytes(), nil
}

func section(to *bytes.Buffer, title string, text []byte) {
	fmt.Fprintf(to, "%s\n%s\n\n%s\n\n", title, strings.Repeat("=", len(title)), bytes.TrimSpace(text))
}

// standardLibrary is the licence of the toolchain that builds the project.
func standardLibrary(ctx context.Context, top string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOROOT")
	cmd.Dir = top
	root, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
}
