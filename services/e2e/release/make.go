package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/onrecord/onrecord/services/e2e/release/image"
	"github.com/onrecord/onrecord/services/e2e/release/licence"
	"github.com/onrecord/onrecord/services/e2e/release/program"
)

// make builds the programs and packs each as an image, or as the files of one.
func (o options) make(ctx context.Context, pack bool) error {
	programs := filepath.Join(o.out, "programs")
	if err := os.MkdirAll(programs, 0o755); err != nil {
		return err
	}
	for _, name := range program.Names() {
		path, err := program.Build(ctx, o.top, name, programs, o.target, o.stamp)
		if err != nil {
			return err
		}
		source, _ := program.Package(name)
		notices, err := licence.Notices(ctx, o.top, source, o.target.Environment())
		if err != nil {
			return err
		}
		p := image.Program{Name: name, Path: path, Arch: o.target.Arch, Licences: notices, Stamp: o.stamp}
		if pack {
			err = o.pack(p)
		} else {
			err = image.WriteFolder(p, filepath.Join(o.out, name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pack writes an image beside the others and prints its digest, as sha256sum
// prints those of files, with its size as it is sent over a network.
func (o options) pack(p image.Program) error {
	img, err := image.New(p)
	if err != nil {
		return err
	}
	digest, err := img.Digest()
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(o.out, p.Name+".tar"))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := image.WriteArchive(file, img, o.prefix+"/"+p.Name+":"+o.stamp.Version); err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	fmt.Printf("%s  %s  %.1f MB\n", digest, p.Name, float64(size)/1e6)
	return file.Close()
}
