package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/onrecord/onrecord/services/e2e/release/program"
)

// Program is a program to pack.
type Program struct {
	// Name is the file's name in the image and the image's title.
	Name string
	// Path is where the program is, a static one for Linux.
	Path string
	// Arch is the architecture it is for, as GOARCH has it.
	Arch string
	// Licences are the texts that go with it.
	Licences []byte
	// Stamp is what it was built with; Time is the image's time too.
	Stamp program.Stamp
}

// New makes the image of a program. The same program gives the same image.
func New(p Program) (v1.Image, error) {
	if err := p.Stamp.Check(); err != nil {
		return nil, err
	}
	own, err := p.own()
	if err != nil {
		return nil, err
	}
	created := v1.Time{Time: p.Stamp.Time.UTC().Truncate(time.Second)}
	additions := make([]mutate.Addendum, 0, 2)
	for _, part := range []struct {
		why     string
		entries []entry
	}{{"certificates and the data folder", base()}, {"the program and its licences", own}} {
		layer, err := layerOf(part.entries)
		if err != nil {
			return nil, err
		}
		additions = append(additions, mutate.Addendum{
			Layer: layer, MediaType: types.OCILayer,
			History: v1.History{Created: created, CreatedBy: part.why},
		})
	}
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	if img, err = mutate.Append(img, additions...); err != nil {
		return nil, err
	}
	return describe(img, p, created)
}

// describe gives an image its settings.
func describe(img v1.Image, p Program, created v1.Time) (v1.Image, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = "linux", p.Arch, created
	config.Config = v1.Config{
		User:       fmt.Sprintf("%d:%d", User, User),
		WorkingDir: DataFolder,
		Entrypoint: []string{"/" + p.Name},
		Cmd:        []string{"serve"},
		Labels: map[string]string{
			"org.opencontainers.image.title":    "onrecord " + p.Name,
			"org.opencontainers.image.version":  p.Stamp.Version,
			"org.opencontainers.image.revision": p.Stamp.Commit,
			"org.opencontainers.image.created":  created.Format(time.RFC3339),
			"org.opencontainers.image.licenses": "Apache-2.0",
		},
	}
	return mutate.ConfigFile(img, config)
}

// layerOf packs entries; their times are those of the epoch, so that what did
// not change stays the same layer.
func layerOf(entries []entry) (v1.Layer, error) {
	var file bytes.Buffer
	if err := writeEntries(&file, entries); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}

func writeEntries(to io.Writer, entries []entry) error {
	w := tar.NewWriter(to)
	for _, e := range entries {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Uid: e.owner, Gid: e.owner,
			Size: int64(len(e.content)), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR,
		}
		if e.content == nil {
			header.Typeflag, header.Name = tar.TypeDir, e.name+"/"
		}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(e.content); err != nil {
			return err
		}
	}
	return w.Close()
}
