// Package web holds what the explorer's pages are made of: templates, the style
// sheets, a small script for each purpose and the icon, all written by hand and embedded
// in the binary.
//
// What may go here: files and the serving names of files. What the pages show is
// the pages package's.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates static
var files embed.FS

// Templates are the html/template files by name.
func Templates() fs.FS {
	sub, err := fs.Sub(files, "templates")
	if err != nil {
		// The path is a constant that the compiler has checked by embedding it.
		return files
	}
	return sub
}

// File is a static file as it is served.
type File struct {
	// Type is its Content-Type.
	Type string
	// Content must not be changed.
	Content []byte
}

// Static are the static files under names that hold the hash of their content,
// so that a browser may keep them for ever.
type Static struct {
	paths map[string]string
	files map[string]File
}

// NewStatic reads the embedded files. The error says that one has no known type.
func NewStatic() (*Static, error) {
	s := &Static{paths: map[string]string{}, files: map[string]File{}}
	entries, err := files.ReadDir("static")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := files.ReadFile("static/" + entry.Name())
		if err != nil {
			return nil, err
		}
		ext := path.Ext(entry.Name())
		kind := types[ext]
		if kind == "" {
			return nil, fmt.Errorf("web: %s: unknown type of file", entry.Name())
		}
		sum := sha256.Sum256(content)
		served := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		s.paths[entry.Name()] = "/static/" + served
		s.files[served] = File{Type: kind, Content: content}
	}
	return s, nil
}

// types are fixed: the standard library would ask the machine.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Path is where a file is served, such as "/static/style.0123456789ab.css" for
// "style.css". The error says that there is no such file.
func (s *Static) Path(name string) (string, error) {
	served, ok := s.paths[name]
	if !ok {
		return "", fmt.Errorf("web: no static file %q", name)
	}
	return served, nil
}

// Get is a file by the last part of its served path.
func (s *Static) Get(served string) (File, bool) {
	f, ok := s.files[served]
	return f, ok
}
