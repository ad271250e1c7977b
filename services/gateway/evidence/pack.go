package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// MediaType is what a pack is called.
const MediaType = "application/zip"

// format names the layout of a pack; another one has another name.
const format = "onrecord-evidence/1"

// timeLayout is RFC 3339, UTC, microseconds.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// The files that every pack has, and the folders of the others.
const (
	manifestPath = "manifest.json"
	readmePath   = "README.txt"
	citationPath = "citation.json"
	citationText = "citation.txt"
	linkedPath   = "record.jsonld"
	recordFolder = "record/"
	textsFolder  = "texts/"
	vintages     = "vintages/"
)

// manifest says what a pack is of and what is in it.
type manifest struct {
	Format   string  `json:"format"`
	Subject  string  `json:"subject"`
	ReadTime string  `json:"readTime"`
	Files    []entry `json:"files"`
	// Gone are the document versions that facts stand on and the record has no more.
	Gone []string `json:"gone,omitempty"`
	// Hidden are the revisions that whoever asked for the pack could not read.
	Hidden []string `json:"hidden,omitempty"`
}

// entry is a file of a pack.
type entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Pack is a pack in the making.
type Pack struct {
	subject string
	at      time.Time
	files   map[string][]byte
	gone    map[string]bool
	hidden  []string
	size    int
}

// New begins a pack of a resource, as it stood at a time.
func New(subject string, at time.Time) *Pack {
	p := &Pack{subject: subject, at: at, files: map[string][]byte{}, gone: map[string]bool{}}
	p.put(readmePath, []byte(readme))
	return p
}

// Size is about how large the pack is so far, in bytes.
func (p *Pack) Size() int { return p.size }

// AddResource adds a resource under its name: `statements/s`, `statements/s/revisions/2`.
// One that is there is kept: it is the same.
func (p *Pack) AddResource(name string, message proto.Message) error {
	return p.add(recordFolder+name+".json", message)
}

// AddGone says that a document version was erased: a fact that stands on it is there, and
// there is nothing to compare its spans with.
func (p *Pack) AddGone(version string) {
	if !p.gone[version] {
		p.gone[version] = true
		p.size += len(version)
	}
}

// AddHidden says that a revision of a fact is not there since whoever asked could not read it:
// the fact was under embargo then, or confidential.
func (p *Pack) AddHidden(revision string) {
	p.hidden = append(p.hidden, revision)
	p.size += len(revision)
}

// AddText adds the text of a document version, in its normal form.
func (p *Pack) AddText(text string) {
	p.put(textsFolder+hashOf([]byte(text))+".txt", []byte(text))
}

// AddVintages adds what is known of the period of a figure in every vintage.
func (p *Pack) AddVintages(figure string, answer proto.Message) error {
	return p.add(vintages+strings.TrimPrefix(figure, "figures/")+".json", answer)
}

// AddCitation adds how to cite the subject, as a message and as a text.
func (p *Pack) AddCitation(citation proto.Message, text string) error {
	p.put(citationText, []byte(text+"\n"))
	return p.add(citationPath, citation)
}

// AddLinked adds the facts as a JSON-LD document.
func (p *Pack) AddLinked(document []byte) { p.put(linkedPath, document) }

func (p *Pack) add(path string, message proto.Message) error {
	content, err := stablejson.Marshal(message)
	if err == nil {
		p.put(path, content)
	}
	return err
}

func (p *Pack) put(path string, content []byte) {
	if _, there := p.files[path]; !there {
		p.files[path] = content
		p.size += len(content) + 3*len(path) + 256 // its entries in the ZIP and the manifest
	}
}

// Bytes is the pack as a ZIP file.
func (p *Pack) Bytes() ([]byte, error) {
	m := manifest{
		Format: format, Subject: p.subject, ReadTime: p.at.UTC().Format(timeLayout), Files: []entry{},
		Gone: slices.Sorted(maps.Keys(p.gone)), Hidden: slices.Sorted(slices.Values(p.hidden)),
	}
	paths := slices.Sorted(maps.Keys(p.files))
	for _, path := range paths {
		m.Files = append(m.Files, entry{Path: path, Size: int64(len(p.files[path])), SHA256: hashOf(p.files[path])})
	}
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	var out bytes.Buffer
	out.Grow(p.size + len(content))
	w := zip.NewWriter(&out)
	if err := store(w, manifestPath, append(content, '\n')); err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := store(w, path, p.files[path]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write the pack: %w", err)
	}
	return out.Bytes(), nil
}

// firstDay is the first day of MS-DOS, 1 January 1980: an entry has to have a time.
const firstDay = 1<<5 | 1

// store writes an entry without compression, which would depend on the library, and with
// the same time always.
func store(w *zip.Writer, path string, content []byte) error {
	header := &zip.FileHeader{
		Name: path, Method: zip.Store, CRC32: crc32.ChecksumIEEE(content),
		CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
	}
	header.ModifiedDate = firstDay //nolint:staticcheck // the only time that an entry has which is written as it is
	to, err := w.CreateRaw(header)
	if err == nil {
		_, err = to.Write(content)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// readme tells people what is where. It is a part of the format.
const readme = `This is an evidence pack of onrecord: what the record held of one document, statement or
figure at one time.

manifest.json              what the pack is of, as of when, the SHA-256 of every other file, the
                           document versions that were erased from the record ("gone"), and the
                           revisions that only editors read, if an editor did not ask ("hidden")
citation.txt               how to cite it; citation.json has the same for programs
record.jsonld              the facts in the terms of schema.org and Web Annotation
record/                    the resources by name, as the API answers them; beside a fact all its
                           revisions, its reviews, and the corrections of it and of its document
texts/                     the texts of the documents, named after their SHA-256. The text of a
                           document whose text is withheld is not here: its hash is
vintages/                  of each figure, what every source published for its period, and when

Offsets of spans count Unicode code points of the text. To check all of this without a server:

    onrecord verify FILE

To sign the pack, sign manifest.json: every other file follows from it.
`
