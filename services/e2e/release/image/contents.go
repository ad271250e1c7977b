// Package image packs a program as a container image: without a daemon, a
// registry or a base image, and always the same bytes for the same program.
//
// An image holds the program, the certificates by which it knows an issuer of
// tokens, the licences of what it is built of and an empty data folder; no shell
// and no other file. go-containerregistry makes the image; ko, which stands on
// it, cannot build on an empty base.
package image

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// User is the user and the group that programs run as. They have no name and no
// rights.
const User = 65532

// DataFolder is where a volume is mounted; the only folder that the user may
// write.
const DataFolder = "/var/lib/onrecord"

// entry is a file or a folder of an image.
type entry struct {
	// name is the path without the slash before it.
	name  string
	mode  int64
	owner int
	// content is nil for a folder.
	content []byte
}

// base are the files that the images of all programs share, so that a node keeps
// them once.
func base() []entry {
	return []entry{
		{name: "etc", mode: 0o755},
		{name: "etc/ssl", mode: 0o755},
		{name: "etc/ssl/certs", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o444, content: certificates()},
		{name: "var", mode: 0o755},
		{name: "var/lib", mode: 0o755},
		{name: DataFolder[1:], mode: 0o755, owner: User},
	}
}

// certificates are the authorities that Mozilla trusts, as the Go project keeps
// them in a module: pinned like every other dependency. Those that are trusted
// for some certificates only are left out, as a file cannot say for which.
func certificates() []byte {
	var file bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			// A bytes.Buffer takes everything.
			_ = pem.Encode(&file, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return file.Bytes()
}

// own are the files of one program.
func (p Program) own() ([]entry, error) {
	binary, err := os.ReadFile(p.Path)
	if err != nil {
		return nil, err
	}
	return []entry{
		{name: "LICENSES.txt", mode: 0o444, content: p.Licences},
		{name: p.Name, mode: 0o555, content: binary},
	}, nil
}

// WriteFolder writes the files that an image holds into a folder, for a builder
// that makes the image itself. The data folder is left to that one, as only root
// can give it to its user.
func WriteFolder(p Program, folder string) error {
	own, err := p.own()
	if err != nil {
		return err
	}
	for _, e := range append(base(), own...) {
		if e.content == nil {
			continue
		}
		to := filepath.Join(folder, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, e.content, os.FileMode(e.mode)); err != nil {
			return fmt.Errorf("write %s: %w", e.name, err)
		}
	}
	return nil
}
