package deploy_test

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/onrecord/onrecord/services/e2e/release/image"
	"github.com/onrecord/onrecord/services/e2e/release/program"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const top = "../../.."

var stamp = program.Stamp{Version: "v9.8.7", Commit: "0123abc", Time: time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))}

// pack makes the image of a program and writes it to a file.
func pack(t *testing.T, name, path string) (archive string) {
	t.Helper()
	img := must.Get(image.New(image.Program{Name: name, Path: path, Arch: runtime.GOARCH, Licences: []byte("licences\n"), Stamp: stamp}))(t)
	file := must.Get(os.Create(filepath.Join(t.TempDir(), name+".tar")))(t)
	defer file.Close()
	must.OK(t, image.WriteArchive(file, img, "localhost/onrecord/"+name+":"+stamp.Version))
	return file.Name()
}

// unpack extracts a tar into a folder, with the owners if this process may set
// them, and answers the names in it.
func unpack(t *testing.T, from io.Reader, into string) (names []string) {
	t.Helper()
	for files := tar.NewReader(from); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		must.OK(t, err)
		names = append(names, strings.TrimSuffix(header.Name, "/"))
		to := filepath.Join(into, filepath.FromSlash(header.Name))
		if header.Typeflag == tar.TypeDir {
			must.OK(t, os.MkdirAll(to, header.FileInfo().Mode()))
		} else {
			must.OK(t, os.WriteFile(to, must.Get(io.ReadAll(files))(t), header.FileInfo().Mode()))
		}
		if os.Geteuid() == 0 {
			must.OK(t, os.Chown(to, header.Uid, header.Gid))
		}
	}
}

// load reads an image back from its file, in the form of OCI, and checks that
// every digest in it is that of what it names.
func load(t *testing.T, archive string) v1.Image {
	t.Helper()
	file := must.Get(os.Open(archive))(t)
	defer file.Close()
	folder := t.TempDir()
	unpack(t, file, folder)
	index := must.Get(must.Get(layout.FromPath(folder))(t).ImageIndex())(t)
	manifest := must.Get(index.IndexManifest())(t)
	must.Equal(t, len(manifest.Manifests), 1)
	img := must.Get(index.Image(manifest.Manifests[0].Digest))(t)
	must.OK(t, validate.Image(img))
	return img
}

// in runs a program of an unpacked image: as the image's user, who sees nothing
// but the image, if this process may do that, else where it lies.
func in(t *testing.T, root string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = []string{}
	if os.Geteuid() == 0 {
		cmd.Dir = image.DataFolder
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: image.User, Gid: image.User}}
	} else {
		cmd.Dir = filepath.Join(root, image.DataFolder)
		cmd.Path = filepath.Join(root, args[0])
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestAnImageIsUnpackedAndRun: the file that `make images` writes is taken apart,
// and what is in it does its work as its own user and without anything else.
func TestAnImageIsUnpackedAndRun(t *testing.T) {
	built := must.Get(program.Build(t.Context(), top, "statements", t.TempDir(), program.Target{OS: "linux"}, stamp))(t)
	img := load(t, pack(t, "statements", built))

	config := must.Get(img.ConfigFile())(t)
	must.Equal(t, config.Config.User, "65532:65532")
	must.Equal(t, config.Config.Entrypoint, []string{"/statements"})
	must.Equal(t, config.Config.Cmd, []string{"serve"})
	must.Equal(t, config.Config.WorkingDir, image.DataFolder)
	must.Equal(t, config.Config.Labels["org.opencontainers.image.version"], "v9.8.7")
	must.Equal(t, config.Config.Labels["org.opencontainers.image.revision"], "0123abc")
	must.True(t, config.Created.Equal(stamp.Time))

	root := t.TempDir()
	names := unpack(t, mutate.Extract(img), root)
	slices.Sort(names)
	must.Equal(t, names, []string{
		"LICENSES.txt", "etc", "etc/ssl", "etc/ssl/certs", "etc/ssl/certs/ca-certificates.crt",
		"statements", "var", "var/lib", "var/lib/onrecord",
	})
	binary := must.Get(elf.Open(filepath.Join(root, "statements")))(t)
	defer binary.Close()
	for _, part := range binary.Progs {
		must.True(t, part.Type != elf.PT_INTERP, "the program needs a loader and libraries, which the image does not have")
	}
	authorities := must.Get(os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")))(t)
	must.True(t, x509.NewCertPool().AppendCertsFromPEM(authorities))
	must.True(t, bytes.Count(authorities, []byte("BEGIN CERTIFICATE")) > 50)

	said := in(t, root, "/statements", "version")
	must.Contains(t, said, "statements v9.8.7 0123abc go")
	in(t, root, "/statements", "migrate", "--database=sqlite:statements.db")
	must.True(t, must.Get(os.Stat(filepath.Join(root, image.DataFolder, "statements.db")))(t).Size() > 0)
}

// TestTheSameProgramIsTheSameImage: neither when nor where a program lies is in
// its image. That two builds give one program takes minutes: `make images-check`.
func TestTheSameProgramIsTheSameImage(t *testing.T) {
	write := func(content string, at time.Time) string {
		path := filepath.Join(t.TempDir(), "built")
		must.OK(t, os.WriteFile(path, []byte(content), 0o700))
		must.OK(t, os.Chtimes(path, at, at))
		return pack(t, "gateway", path)
	}
	one := write("a program", time.Unix(1, 0))
	again := write("a program", time.Now())
	other := write("another program", time.Unix(1, 0))
	must.True(t, bytes.Equal(must.Get(os.ReadFile(one))(t), must.Get(os.ReadFile(again))(t)), "two files of one image differ")
	digest := func(archive string) string { return must.Get(load(t, archive).Digest())(t).String() }
	must.NotEqual(t, digest(one), digest(other))

	// The certificates and the data folder are a layer that all programs share.
	shared := func(archive string) v1.Hash { return must.Get(must.Get(load(t, archive).Layers())(t)[0].Digest())(t) }
	must.Equal(t, shared(one), shared(other))
}

// TestDockerReadsTheSameFile: the form of `docker save` is in it too.
func TestDockerReadsTheSameFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "built")
	must.OK(t, os.WriteFile(path, []byte("a program"), 0o700))
	archive := pack(t, "metrics", path)
	img := must.Get(tarball.ImageFromPath(archive, nil))(t)
	must.OK(t, validate.Image(img))
	must.Equal(t, must.Get(img.ConfigName())(t), must.Get(load(t, archive).ConfigName())(t))
	must.Equal(t, must.Get(tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(archive) }))(t)[0].RepoTags, []string{"localhost/onrecord/metrics:v9.8.7"})
}

func TestAStampIsRefusedThatIsNone(t *testing.T) {
	for name, s := range map[string]program.Stamp{
		"no version":             {Commit: "0123abc", Time: stamp.Time},
		"a flag of the linker":   {Version: "v1 -X=main.a=b", Commit: "0123abc", Time: stamp.Time},
		"a tag that is too long": {Version: strings.Repeat("v", 129), Commit: "0123abc", Time: stamp.Time},
		"no commit":              {Version: "v1", Time: stamp.Time},
		"no time":                {Version: "v1", Commit: "0123abc"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := image.New(image.Program{Name: "gateway", Path: "none", Arch: runtime.GOARCH, Stamp: s})
			must.Err(t, err)
			must.False(t, errors.Is(err, os.ErrNotExist), "the program was read before the stamp was checked")
		})
	}
}
