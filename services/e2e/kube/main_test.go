//go:build kube

package kube_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/e2e/release/image"
	"github.com/onrecord/onrecord/services/e2e/release/program"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// next is the version of the images that an upgrade brings: their schema is newer, and
// programs of this one may go on beside it.
const next = "e2e-next"

// settings are those of doc.go.
var settings struct{ load, host, volumes, images, version string }

// TestMain gives the nodes all images, once.
func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		for name, value := range map[string]*string{
			"ONRECORD_KUBE_LOAD": &settings.load, "ONRECORD_KUBE_HOST": &settings.host,
			"ONRECORD_KUBE_IMAGES": &settings.images, "ONRECORD_KUBE_VERSION": &settings.version,
		} {
			if *value = os.Getenv(name); *value == "" {
				t.Fatal(name + " is not set: see the package's documentation")
			}
		}
		settings.volumes = os.Getenv("ONRECORD_KUBE_VOLUMES")
		for _, name := range []string{"statements", "metrics", "gateway"} {
			give(t, filepath.Join(settings.images, name+".tar"))
		}
		folder, top := t.TempDir(), must.Get(readme.Root())(t)
		pack(t, folder, "caller", settings.version, must.Get(program.Compile(t.Context(), top, "./services/e2e/kube/caller", folder, program.Target{OS: "linux"}, program.Stamp{}))(t))
		newer := stack.NewerSchemas(t, top, folder)
		for _, name := range []string{"statements", "metrics", "gateway"} {
			pack(t, folder, name, next, must.Get(program.Build(t.Context(), top, name, folder, program.Target{OS: "linux", Overlay: newer}, program.Stamp{}))(t))
		}
	}))
}

// pack makes an image of a program and gives it to the nodes.
func pack(t testing.TB, folder, name, version, path string) {
	t.Helper()
	arch := must.Get(exec.CommandContext(t.Context(), "go", "env", "GOARCH").Output())(t)
	made := must.Get(image.New(image.Program{
		Name: name, Path: path, Arch: string(arch[:len(arch)-1]), Stamp: program.Stamp{Version: version, Commit: "none", Time: time.Unix(0, 0)},
	}))(t)
	archive := filepath.Join(folder, name+"-"+version+".tar")
	file := must.Get(os.Create(archive))(t)
	must.OK(t, image.WriteArchive(file, made, "localhost/onrecord/"+name+":"+version))
	must.OK(t, file.Close())
	give(t, archive)
}

// give loads an image onto the nodes.
func give(t testing.TB, archive string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "sh", "-c", settings.load+` "$0"`, archive).CombinedOutput(); err != nil {
		t.Fatalf("load %s: %v\n%s", archive, err, out)
	}
}
