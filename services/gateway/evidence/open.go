package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"math"
	"path"
	"strings"
	"unicode/utf8"
)

// Limits of a pack that is read. A server writes smaller ones.
const (
	// MaxSize is the greatest size of the file and of its unpacked content, in bytes.
	MaxSize = 256 << 20
	// maxFiles is the greatest number of entries.
	maxFiles = 100_000
	// maxDirectory is how many bytes are read to find out which entries there are. Those
	// of the packs of a server are a third of it.
	maxDirectory = 48 << 20 / 3
	// maxPath is the greatest length of an entry's name, in bytes.
	maxPath = 512
)

// opened is a pack whose files are those of its manifest.
type opened struct {
	manifest manifest
	// hash is the SHA-256 of the manifest.
	hash  string
	files map[string][]byte
}

// open reads a pack. Nothing is written anywhere, no more is unpacked than MaxSize, and
// whatever sizes the file claims are not believed.
func open(file io.ReaderAt, size int64) (*opened, error) {
	if size > MaxSize {
		return nil, refuse(TooLarge, "", "the file has more than %d MiB", MaxSize>>20)
	}
	directory := &bounded{file, maxDirectory}
	archive, err := zip.NewReader(directory, size)
	if directory.left < 0 {
		return nil, refuse(TooLarge, "", "the list of its entries has more than %d MiB", maxDirectory>>20)
	}
	directory.left = math.MaxInt64 // what is unpacked has limits of its own
	if err != nil {
		return nil, refuse(NotAPack, "", "it is no ZIP file: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	if len(archive.File) > maxFiles {
		return nil, refuse(TooLarge, "", "it has %d entries, more than %d", len(archive.File), maxFiles)
	}
	p := &opened{files: make(map[string][]byte, len(archive.File))}
	left := int64(MaxSize)
	for _, one := range archive.File {
		if err := checkEntry(one); err != nil {
			return nil, err
		}
		if _, twice := p.files[one.Name]; twice {
			return nil, refuse(DuplicateFile, one.Name, "the file is there twice")
		}
		content, err := unpack(one, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(content))
		p.files[one.Name] = content
	}
	return p, p.readManifest()
}

// bounded is a file of which so many bytes are read; left is below 0 once somebody asked
// for more. Package zip keeps every entry that it finds before it says how many there are.
type bounded struct {
	io.ReaderAt

	left int64
}

// ReadAt implements io.ReaderAt.
func (b *bounded) ReadAt(p []byte, offset int64) (n int, err error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, io.ErrShortBuffer
	}
	return b.ReaderAt.ReadAt(p, offset)
}

// checkEntry takes plain files with plain names only.
func checkEntry(f *zip.File) error {
	name := f.Name
	switch {
	case len(name) > maxPath:
		return refuse(BadPath, name[:32]+"…", "the name has more than %d bytes", maxPath)
	case name == "" || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:\x00") || path.IsAbs(name) || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../"):
		return refuse(BadPath, name, "the name is no plain path within the pack")
	case !f.Mode().IsRegular():
		return refuse(BadEntry, name, "it is no plain file")
	case f.Flags&0x1 != 0:
		return refuse(BadEntry, name, "it is encrypted")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return refuse(BadEntry, name, "it is compressed with method %d", f.Method)
	}
	return nil
}

// unpack reads an entry of at most limit bytes.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	from, err := f.Open()
	if err != nil {
		return nil, refuse(BadEntry, f.Name, "it cannot be unpacked: %s", err)
	}
	defer from.Close()
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(from, limit+1))
	switch {
	case n > limit:
		return nil, refuse(TooLarge, f.Name, "unpacked, the pack has more than %d MiB", MaxSize>>20)
	case err != nil:
		return nil, refuse(BadEntry, f.Name, "it cannot be unpacked: %s", err)
	}
	return out.Bytes(), nil
}

// readManifest reads the manifest and compares every file with it.
func (p *opened) readManifest() error {
	content, there := p.files[manifestPath]
	if !there {
		return refuse(NotAPack, "", "it has no %s", manifestPath)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var named struct{ Format string }
	if json.Unmarshal(content, &named) == nil && named.Format != format {
		return refuse(UnknownFormat, manifestPath, "its format is %q, and this program knows %q", named.Format, format)
	}
	if err := decoder.Decode(&p.manifest); err != nil {
		return refuse(NotAPack, manifestPath, "it cannot be read: %s", err)
	}
	if decoder.More() {
		return refuse(NotAPack, manifestPath, "something follows the manifest")
	}
	p.hash = hashOf(content)
	delete(p.files, manifestPath)
	listed := make(map[string]bool, len(p.manifest.Files))
	for _, one := range p.manifest.Files {
		if listed[one.Path] {
			return refuse(DuplicateFile, one.Path, "the manifest lists the file twice")
		}
		listed[one.Path] = true
		content, there := p.files[one.Path]
		if !there {
			return refuse(FileMissing, one.Path, "the manifest lists it, and it is not there")
		}
		if int64(len(content)) != one.Size || hashOf(content) != one.SHA256 {
			return refuse(HashMismatch, one.Path, "it is not the file that the manifest lists")
		}
	}
	for name := range p.files {
		if !listed[name] {
			return refuse(FileNotListed, name, "the manifest does not list it")
		}
	}
	return nil
}
