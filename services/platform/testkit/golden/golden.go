// Package golden compares output with files under testdata, which the test flag
// -update rewrites: review their diff like code. Nothing else may go here.
package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Check fails the test unless got equals testdata/<name>.
func Check(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		must.OK(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must.OK(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("there is no %s: run the test with -update", path)
	}
	must.OK(t, err)
	if diff := must.Diff(string(got), string(want)); diff != "" {
		t.Fatalf("%s differs (-want +got); -update rewrites it:\n%s", path, diff)
	}
}

// JSON is Check for JSON, which it indents first: the spaces of a JSON encoder
// are no part of what it says, and those of protojson vary on purpose.
func JSON(t testing.TB, name string, got []byte) {
	t.Helper()
	var out bytes.Buffer
	must.OK(t, json.Indent(&out, got, "", "  "))
	out.WriteByte('\n')
	Check(t, name, out.Bytes())
}
