package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
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
	for _, one := range archive.File {
		if err := checkEntry(one); err != nil {
			return nil, err
		}
	}
	if err := checkLayout(file, size, archive.File); err != nil {
		return nil, err
	}
	p := &opened{files: make(map[string][]byte, len(archive.File))}
	left := int64(MaxSize)
	for _, one := range archive.File {
		if _, twice := p.files[one.Name]; twice {
			return nil, refuse(DuplicateFile, one.Name, "the file is there twice")
		}
		content, err := unpack(one, left)
		if err != nil {
			return nil, err
		}
		if isFolder(one) {
			if len(content) > 0 {
				return nil, refuse(BadEntry, one.Name, "it is a folder, and has a content")
			}
			continue
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

// isFolder reports whether an entry is a folder. Programs that zip a folder write them; to
// a pack they add nothing.
func isFolder(f *zip.File) bool { return strings.HasSuffix(f.Name, "/") }

// checkEntry takes plain files and folders with plain names only.
func checkEntry(f *zip.File) error {
	name, mode := f.Name, fs.FileMode(0)
	if isFolder(f) {
		name, mode = strings.TrimSuffix(name, "/"), fs.ModeDir
	}
	switch {
	case len(name) > maxPath:
		return refuse(BadPath, name[:32]+"…", "the name has more than %d bytes", maxPath)
	case name == "" || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:\x00") || path.IsAbs(name) || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../"):
		return refuse(BadPath, f.Name, "the name is no plain path within the pack")
	case f.CompressedSize64 > MaxSize || f.UncompressedSize64 > MaxSize:
		return refuse(TooLarge, f.Name, "it is said to have more than %d MiB", MaxSize>>20)
	case f.Mode().Type() != mode:
		return refuse(BadEntry, f.Name, "it is no plain file or folder")
	case f.Flags&0x1 != 0:
		return refuse(BadEntry, name, "it is encrypted")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return refuse(BadEntry, name, "it is compressed with method %d", f.Method)
	}
	return nil
}

// unpack reads an entry of at most limit bytes, to the last byte that it takes in the file:
// package zip leaves unread what stands behind the end of what was compressed.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, refuse(BadEntry, f.Name, "it cannot be unpacked: %s", err)
	}
	packed := bufio.NewReader(raw)
	var from io.Reader = packed
	if f.Method == zip.Deflate {
		from = flate.NewReader(packed)
	}
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(from, limit+1))
	switch _, rest := packed.ReadByte(); {
	case n > limit:
		return nil, refuse(TooLarge, f.Name, "unpacked, the pack has more than %d MiB", MaxSize>>20)
	case err != nil:
		return nil, refuse(BadEntry, f.Name, "it cannot be unpacked: %s", err)
	case !errors.Is(rest, io.EOF):
		return nil, refuse(BadEntry, f.Name, "something stands behind the end of what was compressed")
	case uint64(n) != f.UncompressedSize64 || crc32.ChecksumIEEE(out.Bytes()) != f.CRC32:
		return nil, refuse(BadEntry, f.Name, "it has another size or CRC than the directory says")
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
