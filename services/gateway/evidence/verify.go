package evidence

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// Report is what was checked of a pack and what is wrong with it.
type Report struct {
	// Subject is what the pack is of, ReadTime as of when, RFC 3339.
	Subject, ReadTime string
	// ManifestSHA256 is the hash to keep or to sign.
	ManifestSHA256 string
	// Files, Documents, Statements, Figures, Revisions and Corrections are how many there
	// are, without the manifest.
	Files, Documents, Statements, Figures, Revisions, Corrections int
	// Restricted is how many of the documents, statements and figures only editors and
	// admins could read as of then: the pack is not for others.
	Restricted int
	// Texts are the texts whose hash is that of their document version.
	Texts int
	// Spans were compared with their text; Unchecked were not, because the text is not
	// there: of those only words and hash were compared.
	Spans, Unchecked int
	// Gone are the document versions that were erased from the record, as the pack says:
	// spans in them are among the Unchecked.
	Gone []string
	// Hidden are the revisions that are not there since whoever asked for the pack could not
	// read them, as the pack says.
	Hidden []string
	// Problems are what does not hold, by path.
	Problems []Problem
}

// Problem is one thing that does not hold.
type Problem struct {
	// Path is the file of the pack.
	Path string
	// Message says what is wrong.
	Message string
}

// Verify checks a pack: that its files are those of the manifest, that texts have the hash
// and the length of their version, that every span is what stands at its offsets, that the
// revisions of each fact are a whole chain that ends in the fact, but for those that are said
// to be hidden, and that corrections name revisions that are there. texts are texts that the reader has, such as those of
// documents whose text is withheld; each is used for the version with its hash.
//
// The error is a *RefusedError of what is no pack, or not the one that was written;
// what does not hold in one that is, is in the report.
func Verify(file io.ReaderAt, size int64, texts ...string) (*Report, error) {
	pack, err := open(file, size)
	if err != nil {
		return nil, err
	}
	v := &verifier{
		report: &Report{
			Subject: pack.manifest.Subject, ReadTime: pack.manifest.ReadTime, ManifestSHA256: pack.hash, Files: len(pack.files),
			Gone: pack.manifest.Gone, Hidden: pack.manifest.Hidden,
		},
		files:    pack.files,
		texts:    map[string]sourcetext.Text{},
		versions: map[string]*statementsv1.DocumentVersion{},
		chains:   map[string]*chain{},
		gone:     map[string]bool{},
	}
	for _, name := range pack.manifest.Gone {
		v.gone[name] = true
	}
	if v.at, err = time.Parse(timeLayout, pack.manifest.ReadTime); err != nil {
		return nil, refuse(NotAPack, manifestPath, "readTime is not in RFC 3339")
	}
	for _, text := range texts {
		v.bring(text)
	}
	for _, name := range pack.manifest.Hidden {
		v.addHidden(name)
	}
	v.run()
	return v.report, nil
}

// verifier checks one pack.
type verifier struct {
	report *Report
	files  map[string][]byte
	at     time.Time

	// texts are by hash, versions by name, chains by the name of the fact.
	texts    map[string]sourcetext.Text
	versions map[string]*statementsv1.DocumentVersion
	chains   map[string]*chain
	// gone are names of versions.
	gone map[string]bool

	statements  []*statementsv1.Statement
	figures     []*metricsv1.Figure
	corrections []*typev1.Correction
	subject     bool
}

func (v *verifier) wrong(path, message string, args ...any) {
	v.report.Problems = append(v.report.Problems, Problem{Path: path, Message: fmt.Sprintf(message, args...)})
}

// bring takes a text of the reader's.
func (v *verifier) bring(text string) {
	if normal, err := sourcetext.Normalize(text); err == nil {
		v.texts[normal.SHA256()] = normal
	}
}

func (v *verifier) run() {
	for _, path := range slices.Sorted(maps.Keys(v.files)) {
		if name, is := strings.CutPrefix(path, textsFolder); is {
			v.readText(path, name)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(v.files)) {
		v.read(path)
	}
	if !v.subject {
		v.wrong(manifestPath, "%s, which the pack is of, is not in it", v.report.Subject)
	}
	v.checkVersions()
	v.checkFacts()
	v.checkChains()
	v.checkCorrections()
	slices.SortStableFunc(v.report.Problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
}

// readText reads a text of the pack: its name says its hash.
func (v *verifier) readText(path, name string) {
	text, err := sourcetext.Normalize(string(v.files[path]))
	switch {
	case err != nil:
		v.wrong(path, "%s", err)
	case text.String() != string(v.files[path]):
		v.wrong(path, "the text is not in its normal form (NFC, LF)")
	case text.SHA256()+".txt" != name:
		v.wrong(path, "the text has another hash than its name")
	default:
		v.texts[text.SHA256()] = text
	}
}

// read reads a resource, or a file whose content is not checked further than its hash.
func (v *verifier) read(path string) {
	switch {
	case path == citationPath:
		citation := &gatewayv1.CiteResourceResponse{}
		if v.parse(path, citation) && citation.GetName() != v.report.Subject {
			v.wrong(path, "it cites %s", citation.GetName())
		}
	case strings.HasPrefix(path, vintages):
		v.parse(path, &metricsv1.QueryMetricResponse{})
	case strings.HasPrefix(path, recordFolder):
		v.readResource(path, strings.TrimSuffix(strings.TrimPrefix(path, recordFolder), ".json"))
	case path == readmePath, path == citationText, path == linkedPath, strings.HasPrefix(path, textsFolder):
	default:
		v.wrong(path, "packs have no such file")
	}
}

// parse reads a message and reports whether it could.
func (v *verifier) parse(path string, into proto.Message) bool {
	// A newer server may say more than this program knows.
	err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(v.files[path], into)
	if err != nil {
		v.wrong(path, "it cannot be read: %s", strings.ReplaceAll(err.Error(), "\u00a0", " "))
	}
	return err == nil
}

// named is every resource.
type named interface {
	proto.Message
	GetName() string
}

// newResource is an empty message of the kind that a name says; nil of another.
func newResource(name string) named {
	kind, rest, _ := strings.Cut(name, "/")
	_, inner, nested := strings.Cut(rest, "/")
	child, _, _ := strings.Cut(inner, "/")
	switch kind + " " + child {
	case "documents ":
		return &statementsv1.Document{}
	case "documents versions":
		return &statementsv1.DocumentVersion{}
	case "statements ":
		return &statementsv1.Statement{}
	case "statements revisions":
		return &statementsv1.StatementRevision{}
	case "statements reviews":
		return &statementsv1.Review{}
	case "figures ":
		return &metricsv1.Figure{}
	case "figures revisions":
		return &metricsv1.FigureRevision{}
	case "entities ":
		return &statementsv1.Entity{}
	case "metrics ":
		return &metricsv1.Metric{}
	}
	if kind == "corrections" && !nested {
		return &typev1.Correction{}
	}
	return nil
}

func (v *verifier) readResource(path, name string) {
	resource := newResource(name)
	if resource == nil {
		v.wrong(path, "packs have no such resource")
		return
	}
	if !v.parse(path, resource) {
		return
	}
	if resource.GetName() != name {
		v.wrong(path, "it is %s", resource.GetName())
		return
	}
	v.subject = v.subject || name == v.report.Subject
	if isRestricted(resource) {
		v.report.Restricted++
	}
	switch r := resource.(type) {
	case *statementsv1.Document:
		v.report.Documents++
	case *statementsv1.DocumentVersion:
		v.versions[name] = r
	case *statementsv1.Statement:
		v.report.Statements++
		v.statements = append(v.statements, r)
	case *metricsv1.Figure:
		v.report.Figures++
		v.figures = append(v.figures, r)
	case *statementsv1.StatementRevision:
		v.addRevision(path, r, r.GetSnapshot())
	case *metricsv1.FigureRevision:
		v.addRevision(path, r, r.GetSnapshot())
	case *typev1.Correction:
		v.report.Corrections++
		v.corrections = append(v.corrections, r)
	}
}

// isRestricted says that only editors and admins read a document, a statement or a figure.
// Versions, revisions and corrections are part of those.
func isRestricted(resource proto.Message) bool {
	switch r := resource.(type) {
	case *statementsv1.Document:
		return r.GetRestricted()
	case *statementsv1.Statement:
		return r.GetRestricted()
	case *metricsv1.Figure:
		return r.GetRestricted()
	}
	return false
}

// checkVersions compares texts with the versions that have them.
func (v *verifier) checkVersions() {
	for _, name := range slices.Sorted(maps.Keys(v.versions)) {
		version := v.versions[name]
		path := recordFolder + name + ".json"
		if v.gone[name] {
			v.wrong(path, "the manifest says that it was erased")
		}
		if version.GetText() != "" {
			v.wrong(path, "its text stands in the resource: packs have it in %s", textsFolder)
		}
		text, there := v.texts[version.GetTextSha256()]
		if !there {
			continue
		}
		if text.Len() != int(version.GetTextLength()) {
			v.wrong(path, "its text has %d code points, and the record says %d", text.Len(), version.GetTextLength())
			continue
		}
		v.report.Texts++
	}
}

// checkCorrections compares corrections with the revisions that they name.
func (v *verifier) checkCorrections() {
	for _, correction := range v.corrections {
		path := recordFolder + correction.GetName() + ".json"
		if correction.GetRecordTime().AsTime().After(v.at) {
			v.wrong(path, "it was recorded after the time of the pack")
		}
		chain := v.chains[correction.GetSubject()]
		if chain == nil {
			continue // of the document, or of what is not in the pack
		}
		for _, number := range []string{correction.GetPreviousRevision(), correction.GetNewRevision()} {
			if number != "" && !chain.has(number) {
				v.wrong(path, "it names revision %s of %s, which is not there", number, correction.GetSubject())
			}
		}
	}
}

// AsRefused is the refusal that an error is; nil if it is none.
func AsRefused(err error) *RefusedError {
	refused, _ := errors.AsType[*RefusedError](err)
	return refused
}
