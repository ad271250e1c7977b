package evidence_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/evidence"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const text = "Ana Ríos said: “We moved 14 tons.” 🚢 Nobody else said a word."

var at = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)

// span is where words stand in the text.
func span(words string) *typev1.TextSpan {
	before, _, _ := strings.Cut(text, words)
	start := int32(len([]rune(before)))
	return &typev1.TextSpan{
		Start: &start, End: start + int32(len([]rune(words))), Exact: words, ExactSha256: sourcetext.HashOf(words), AnchorState: typev1.TextSpan_ANCHORED,
	}
}

// world is what a small pack is made of, for tests to spoil.
type world struct {
	version    *statementsv1.DocumentVersion
	statement  *statementsv1.Statement
	revisions  []*statementsv1.StatementRevision
	figure     *metricsv1.Figure
	chain      []*metricsv1.FigureRevision
	correction *typev1.Correction
	text       string
	// gone are the versions that are said to be erased.
	gone []string
	// hidden are the revisions that are said to be hidden.
	hidden []string
}

func newWorld() *world {
	statement := &statementsv1.Statement{
		Name: "statements/s", Uid: "u1", RevisionId: "2", DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_DIRECT,
		Text: "We moved 14 tons.", Contents: []*typev1.TextSpan{span("We moved 14 tons.")}, Cue: span("said"), SourceMentions: []*typev1.TextSpan{span("Ana Ríos")},
		Speakers: []*statementsv1.Speaker{{Entity: "entities/ana"}}, StatementTime: &typev1.TimePeriod{Edtf: "2023"}, Comment: "mended",
	}
	first := proto.CloneOf(statement)
	first.RevisionId, first.Comment = "1", ""
	figure := &metricsv1.Figure{
		Name: "figures/f", Uid: "u2", RevisionId: "1", DocumentVersion: "documents/d/versions/1", Metric: "metrics/m", SourceTextSha256: sourcetext.HashOf(text),
		Reported: &metricsv1.Reported{Spans: []*typev1.TextSpan{span("14 tons")}},
	}
	return &world{
		text: text, statement: statement, figure: figure,
		version: &statementsv1.DocumentVersion{Name: "documents/d/versions/1", TextSha256: sourcetext.HashOf(text), TextLength: int32(len([]rune(text)))},
		revisions: []*statementsv1.StatementRevision{
			{Name: "statements/s/revisions/1", Snapshot: first, CreateTime: timestamppb.New(at.Add(-2 * time.Hour))},
			{Name: "statements/s/revisions/2", Snapshot: proto.CloneOf(statement), CreateTime: timestamppb.New(at.Add(-time.Hour))},
		},
		chain:      []*metricsv1.FigureRevision{{Name: "figures/f/revisions/1", Snapshot: proto.CloneOf(figure), CreateTime: timestamppb.New(at.Add(-2 * time.Hour))}},
		correction: &typev1.Correction{Name: "corrections/c", Subject: "statements/s", PreviousRevision: "1", NewRevision: "2", RecordTime: timestamppb.New(at.Add(-time.Hour))},
	}
}

func (w *world) pack(t must.TB) []byte {
	p := evidence.New("statements/s", at)
	add := func(name string, message proto.Message) { must.OK(t, p.AddResource(name, message)) }
	add("documents/d", &statementsv1.Document{Name: "documents/d"})
	if w.version != nil {
		add("documents/d/versions/1", w.version)
	}
	for _, name := range w.gone {
		p.AddGone(name)
	}
	for _, name := range w.hidden {
		p.AddHidden(name)
	}
	add("statements/s", w.statement)
	add("figures/f", w.figure)
	add("entities/ana", &statementsv1.Entity{Name: "entities/ana"})
	add("metrics/m", &metricsv1.Metric{Name: "metrics/m"})
	add("corrections/c", w.correction)
	add("statements/s/reviews/r", &statementsv1.Review{Name: "statements/s/reviews/r"})
	for _, one := range w.revisions {
		add(one.GetName(), one)
	}
	for _, one := range w.chain {
		add(one.GetName(), one)
	}
	if w.text != "" {
		p.AddText(w.text)
	}
	must.OK(t, p.AddVintages("figures/f", &metricsv1.QueryMetricResponse{}))
	must.OK(t, p.AddCitation(&gatewayv1.CiteResourceResponse{Name: "statements/s"}, "Ana Ríos."))
	p.AddLinked([]byte(`{"@graph":[]}`))
	return must.Get(p.Bytes())(t)
}

func verify(t must.TB, pack []byte, texts ...string) *evidence.Report {
	return must.Get(evidence.Verify(bytes.NewReader(pack), int64(len(pack)), texts...))(t)
}

func TestAPackHolds(t *testing.T) {
	pack := newWorld().pack(t)
	report := verify(t, pack)
	must.Equal(t, report.Problems, nil)
	must.Equal(t, []any{report.Subject, report.ReadTime}, []any{"statements/s", "2026-01-02T03:04:05.000006Z"})
	must.Equal(t, []int{report.Files, report.Documents, report.Statements, report.Figures, report.Revisions, report.Corrections, report.Texts, report.Spans, report.Unchecked},
		[]int{17, 1, 1, 1, 3, 1, 1, 4, 0})
	manifest := entries(t, pack)["manifest.json"]
	sum := sha256.Sum256(manifest)
	must.Equal(t, report.ManifestSHA256, hex.EncodeToString(sum[:]))
}

// TestAPackSaysThatItIsNotForOthers: how much of it only editors read.
func TestAPackSaysThatItIsNotForOthers(t *testing.T) {
	w := newWorld()
	must.Equal(t, verify(t, w.pack(t)).Restricted, 0)
	w.statement.Restricted, w.revisions[1].Snapshot.Restricted = true, true
	report := verify(t, w.pack(t))
	must.Equal(t, report.Problems, nil)
	must.Equal(t, report.Restricted, 1)
}

// TestAPackIsTheSameEachTime: whatever the order in which it was filled.
func TestAPackIsTheSameEachTime(t *testing.T) {
	must.Equal(t, newWorld().pack(t), newWorld().pack(t))
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]string{"a", "b", "c", "b"}).Draw(t, "order")
		p := evidence.New("documents/d", at)
		for _, id := range order {
			must.OK(t, p.AddResource("entities/"+id, &statementsv1.Entity{Name: "entities/" + id, Identifiers: map[string]string{"x": "1", "y": "2"}}))
		}
		q := evidence.New("documents/d", at)
		for _, id := range []string{"c", "a", "b"} {
			must.OK(t, q.AddResource("entities/"+id, &statementsv1.Entity{Name: "entities/" + id, Identifiers: map[string]string{"y": "2", "x": "1"}}))
		}
		must.Equal(t, must.Get(p.Bytes())(t), must.Get(q.Bytes())(t))
	})
}

// TestWhatDoesNotHoldIsNamed: whoever makes a pack with right hashes of wrong facts.
func TestWhatDoesNotHoldIsNamed(t *testing.T) {
	for name, one := range map[string]struct {
		spoil func(*world)
		path  string
		words string
	}{
		"other words": {func(w *world) {
			w.statement.Contents[0].Exact, w.statement.Contents[0].ExactSha256 = "We moved 15 tons.", ""
		}, "record/statements/s.json", "contents[0]"},
		"another hash":  {func(w *world) { w.statement.Cue.ExactSha256 = strings.Repeat("0", 64) }, "record/statements/s.json", "cue: its words have another hash"},
		"moved":         {func(w *world) { w.statement.SourceMentions[0].Start = proto.Int32(1) }, "record/statements/s.json", "sourceMentions[0]"},
		"outside":       {func(w *world) { w.figure.Reported.Spans[0].End = 4000 }, "record/figures/f.json", "outside the text"},
		"reversed":      {func(w *world) { w.figure.Reported.Spans[0].End = 0 }, "record/figures/f.json", "outside the text"},
		"other context": {func(w *world) { w.statement.Contents[0].Prefix = "he said " }, "record/statements/s.json", "before or after"},
		"hidden words": {func(w *world) {
			w.figure.Reported.Spans[0].Exact, w.figure.Reported.Spans[0].ExactSha256 = "", sourcetext.HashOf("15 tons")
		}, "record/figures/f.json", "another hash"},
		"no quotation":         {func(w *world) { w.statement.Text = "We moved 99 tons." }, "record/statements/s.json", "its text is not its passages"},
		"another length":       {func(w *world) { w.version.TextLength++ }, "record/documents/d/versions/1.json", "code points"},
		"another text":         {func(w *world) { w.figure.SourceTextSha256 = strings.Repeat("0", 64) }, "record/figures/f.json", "another text"},
		"text in the resource": {func(w *world) { w.version.Text = text }, "record/documents/d/versions/1.json", "texts/"},
		"a gap":                {func(w *world) { w.revisions = w.revisions[1:] }, "record/statements/s/revisions/2.json", "revision 1 is missing"},
		"no revision":          {func(w *world) { w.chain = nil }, "record/figures/f.json", "none of its revisions"},
		"another fact":         {func(w *world) { w.revisions[1].Snapshot.Comment = "other" }, "record/statements/s/revisions/2.json", "not the fact"},
		"another resource":     {func(w *world) { w.revisions[0].Snapshot.Uid = "u9" }, "record/statements/s/revisions/1.json", "another resource"},
		"another number":       {func(w *world) { w.revisions[0].Snapshot.RevisionId = "7" }, "record/statements/s/revisions/1.json", `revision "7"`},
		"another name":         {func(w *world) { w.revisions[0].Snapshot.Name = "statements/t" }, "record/statements/s/revisions/1.json", "shows statements/t"},
		"out of order":         {func(w *world) { w.revisions[0].CreateTime = timestamppb.New(at) }, "record/statements/s/revisions/2.json", "before the one before"},
		"a number twice": {func(w *world) {
			again := proto.CloneOf(w.revisions[0])
			again.Name = "statements/s/revisions/01"
			w.revisions = append(w.revisions, again)
		}, "record/statements/s/revisions/01.json", "no number"},
		"no plain number":    {func(w *world) { w.correction.NewRevision = "+2" }, "record/corrections/c.json", "revision +2"},
		"gone and there":     {func(w *world) { w.gone = []string{"documents/d/versions/1"} }, "record/documents/d/versions/1.json", "was erased"},
		"gone is another":    {func(w *world) { w.version, w.gone = nil, []string{"documents/d/versions/2"} }, "record/statements/s.json", "not in the pack"},
		"too late":           {func(w *world) { w.revisions[1].CreateTime = timestamppb.New(at.Add(time.Hour)) }, "record/statements/s/revisions/2.json", "after the time of the pack"},
		"unknown correction": {func(w *world) { w.correction.NewRevision = "3" }, "record/corrections/c.json", "revision 3"},
		"later correction":   {func(w *world) { w.correction.RecordTime = timestamppb.New(at.Add(time.Hour)) }, "record/corrections/c.json", "after the time"},
		"text not normal":    {func(w *world) { w.text = "a\r\n" }, "texts/", "normal form"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			one.spoil(w)
			report := verify(t, w.pack(t))
			must.True(t, slices.ContainsFunc(report.Problems, func(p evidence.Problem) bool {
				return strings.HasPrefix(p.Path, one.path) && strings.Contains(p.Message, one.words)
			}), "%v", report.Problems)
		})
	}
}

// TestATextThatIsWithheldCanBeBrought: without it nothing is claimed of the spans.
func TestATextThatIsWithheldCanBeBrought(t *testing.T) {
	w := newWorld()
	w.text = ""
	pack := w.pack(t)
	report := verify(t, pack)
	must.Equal(t, []int{report.Spans, report.Unchecked, len(report.Problems)}, []int{0, 4, 0})
	must.Equal(t, verify(t, pack, text+" ").Unchecked, 4) // another text is of no use
	report = verify(t, pack, strings.ReplaceAll(text, "\n", "\r\n"))
	must.Equal(t, []int{report.Spans, report.Unchecked, report.Texts}, []int{4, 0, 1})
}

// TestAVersionThatWasErasedIsSaidToBeGone: the facts that stand on it hold as far as they
// can be checked.
func TestAVersionThatWasErasedIsSaidToBeGone(t *testing.T) {
	w := newWorld()
	w.version, w.text, w.gone = nil, "", []string{"documents/d/versions/1"}
	report := verify(t, w.pack(t))
	must.Equal(t, report.Problems, nil)
	must.Equal(t, report.Gone, []string{"documents/d/versions/1"})
	must.Equal(t, []int{report.Spans, report.Unchecked}, []int{0, 4})
}

// TestRevisionsThatAreHiddenAreSaidToBe: the pack of who could not read them holds, and tells
// which they are.
func TestRevisionsThatAreHiddenAreSaidToBe(t *testing.T) {
	w := newWorld()
	w.revisions, w.hidden = w.revisions[1:], []string{"statements/s/revisions/1"}
	report := verify(t, w.pack(t))
	must.Equal(t, report.Problems, nil) // the correction names it
	must.Equal(t, report.Hidden, w.hidden)
	must.Equal(t, report.Revisions, 2)
	for hidden, says := range map[string]string{
		"statements/s/revisions/2": "revision 2 of statements/s is not hidden", "statements/s/revisions/3": "revision 3 of statements/s is not hidden",
		"statements/t/revisions/1": "statements/t are hidden, which is not in the pack", "statements/s": "is no revision", "statements/s/revisions/01": "is no revision",
	} {
		w.hidden = []string{"statements/s/revisions/1", hidden}
		problems := verify(t, w.pack(t)).Problems
		must.Equal(t, len(problems), 1)
		must.Equal(t, problems[0].Path, "manifest.json")
		must.Contains(t, problems[0].Message, says)
	}
}

// counted is a file that knows how many bytes of it were read.
type counted struct {
	*bytes.Reader

	read int
}

// ReadAt implements io.ReaderAt.
func (c *counted) ReadAt(p []byte, offset int64) (n int, err error) {
	n, err = c.Reader.ReadAt(p, offset)
	c.read += n
	return n, err
}

// TestTooManyEntriesAreRefusedBeforeTheyAreRead: each of them costs more memory than it
// has bytes in the file.
func TestTooManyEntriesAreRefusedBeforeTheyAreRead(t *testing.T) {
	const count = 700_000
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	entry[28] = 1 // the length of its name
	pack := bytes.Repeat(append(entry, 'x'), count)
	directory := len(pack)
	pack = append(pack, "PK\x05\x06\x00\x00\x00\x00"...)
	pack = binary.LittleEndian.AppendUint16(pack, count%(1<<16)) // all that the end of a ZIP file says
	pack = binary.LittleEndian.AppendUint16(pack, count%(1<<16))
	pack = binary.LittleEndian.AppendUint32(pack, uint32(directory))
	pack = append(pack, make([]byte, 6)...)
	file := &counted{Reader: bytes.NewReader(pack)}
	_, err := evidence.Verify(file, int64(len(pack)))
	refused := evidence.AsRefused(err)
	must.True(t, refused != nil && refused.Reason == evidence.TooLarge, "%v", err)
	must.True(t, file.read <= 16<<20 && file.read < directory, "%d bytes were read", file.read)
}

// entries are the files of a ZIP file.
func entries(t must.TB, pack []byte) map[string][]byte {
	archive := must.Get(zip.NewReader(bytes.NewReader(pack), int64(len(pack))))(t)
	out := map[string][]byte{}
	for _, f := range archive.File {
		from := must.Get(f.Open())(t)
		out[f.Name] = must.Get(io.ReadAll(from))(t)
		must.OK(t, from.Close())
	}
	return out
}

// file is an entry of a ZIP file that somebody made.
type file struct {
	header  zip.FileHeader
	content []byte
}

func zipped(t must.TB, files ...file) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, one := range files {
		to := must.Get(w.CreateHeader(&one.header))(t)
		must.Get(to.Write(one.content))(t)
	}
	must.OK(t, w.Close())
	return out.Bytes()
}

func manifestOf(files ...file) file {
	type entry struct {
		Path   string `json:"path"`
		Size   int    `json:"size"`
		SHA256 string `json:"sha256"`
	}
	list := []entry{}
	for _, one := range files {
		sum := sha256.Sum256(one.content)
		list = append(list, entry{one.header.Name, len(one.content), hex.EncodeToString(sum[:])})
	}
	content, _ := json.Marshal(map[string]any{"format": "onrecord-evidence/1", "subject": "documents/d", "readTime": "2026-01-02T03:04:05.000006Z", "files": list})
	return plain("manifest.json", content)
}

func plain(name string, content []byte) file {
	return file{zip.FileHeader{Name: name, Method: zip.Deflate}, content}
}

// bomb is a file of some hundred kilobytes whose entries unpack to more than a pack may
// have.
func bomb(t must.TB) []byte {
	const each = 40 << 20
	var packed, out bytes.Buffer
	deflate := must.Get(flate.NewWriter(&packed, flate.BestCompression))(t)
	sum := crc32.NewIEEE()
	must.Get(io.CopyN(io.MultiWriter(deflate, sum), zeros{}, each))(t)
	must.OK(t, deflate.Close())
	w := zip.NewWriter(&out)
	for i := range evidence.MaxSize/each + 1 {
		to := must.Get(w.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("texts/%d.txt", i), Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(packed.Len()), UncompressedSize64: each,
		}))(t)
		must.Get(to.Write(packed.Bytes()))(t)
	}
	must.OK(t, w.Close())
	must.True(t, out.Len() < 1<<20)
	return out.Bytes()
}

// claiming is a pack of one file that is said to have so many bytes more than it has.
func claiming(t must.TB, more uint64) []byte {
	content := manifestOf().content
	size := uint64(len(content))
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	to := must.Get(w.CreateRaw(&zip.FileHeader{Name: "manifest.json", CRC32: crc32.ChecksumIEEE(content), CompressedSize64: size, UncompressedSize64: size + more}))(t)
	must.Get(to.Write(content))(t)
	must.OK(t, w.Close())
	return out.Bytes()
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestHostilePacksAreRefused: precisely, and without unpacking more than a pack may have.
func TestHostilePacksAreRefused(t *testing.T) {
	link := zip.FileHeader{Name: "record/link"}
	link.SetMode(os.ModeSymlink | 0o777)
	stored := form{method: zip.Store, sum: same, packed: same, size: same}
	readme := plain("README.txt", []byte("x"))
	for name, one := range map[string]struct {
		pack   []byte
		reason string
	}{
		"nothing":           {nil, evidence.NotAPack},
		"no ZIP file":       {[]byte("%PDF-1.7 and so on"), evidence.NotAPack},
		"cut off":           {newWorld().pack(t)[:4000], evidence.NotAPack},
		"no manifest":       {zipped(t, readme), evidence.NotAPack},
		"broken manifest":   {zipped(t, plain("manifest.json", []byte(`{"format":"onrecord-evidence/1","files":7}`))), evidence.NotAPack},
		"unknown field":     {zipped(t, plain("manifest.json", []byte(`{"format":"onrecord-evidence/1","trust":"me"}`))), evidence.NotAPack},
		"no time":           {zipped(t, plain("manifest.json", []byte(`{"format":"onrecord-evidence/1","readTime":"yesterday"}`))), evidence.NotAPack},
		"two manifests":     {zipped(t, plain("manifest.json", append(manifestOf().content, manifestOf().content...))), evidence.NotAPack},
		"another format":    {zipped(t, plain("manifest.json", []byte(`{"format":"onrecord-evidence/2","new":1}`))), evidence.UnknownFormat},
		"up and away":       {zipped(t, plain("../etc/passwd", []byte("x"))), evidence.BadPath},
		"within and away":   {zipped(t, plain("record/../../x", []byte("x"))), evidence.BadPath},
		"absolute":          {zipped(t, plain("/x", []byte("x"))), evidence.BadPath},
		"of another system": {zipped(t, plain(`C:\x`, []byte("x"))), evidence.BadPath},
		"not UTF-8":         {zipped(t, plain("caf\xe9", []byte("x"))), evidence.BadPath},
		"zero":              {zipped(t, plain("a\x00b", []byte("x"))), evidence.BadPath},
		"too long a name":   {zipped(t, plain(strings.Repeat("x", 600), []byte("x"))), evidence.BadPath},
		"a link":            {zipped(t, file{link, []byte("/etc/passwd")}), evidence.BadEntry},
		"a full folder":     {laidOut(t, map[string][]byte{"record/": []byte("x")}, stored), evidence.BadEntry},
		"a folder away":     {laidOut(t, map[string][]byte{"../": nil}, stored), evidence.BadPath},
		"no folder":         {laidOut(t, map[string][]byte{"/": nil}, stored), evidence.BadPath},
		"said to be large":  {claiming(t, 1<<32), evidence.TooLarge},
		"encrypted":         {zipped(t, file{zip.FileHeader{Name: "README.txt", Flags: 0x1}, []byte("x")}), evidence.BadEntry},
		"twice":             {zipped(t, manifestOf(readme), readme, readme), evidence.DuplicateFile},
		"listed twice":      {zipped(t, manifestOf(readme, readme), readme), evidence.DuplicateFile},
		"not listed":        {zipped(t, manifestOf(), readme), evidence.FileNotListed},
		"missing":           {zipped(t, manifestOf(readme)), evidence.FileMissing},
		"exchanged":         {zipped(t, manifestOf(readme), plain("README.txt", []byte("y"))), evidence.HashMismatch},
		"a bomb":            {bomb(t), evidence.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evidence.Verify(bytes.NewReader(one.pack), int64(len(one.pack)))
			refused := evidence.AsRefused(err)
			must.True(t, refused != nil, "%v", err)
			must.Equal(t, refused.Reason, one.reason)
			must.Contains(t, err.Error(), one.reason)
		})
	}
}

// TestOneByteChangedIsFound: wherever it is, the pack is refused or something in it does
// not hold, unless what it says stays the same.
func TestOneByteChangedIsFound(t *testing.T) {
	pack := newWorld().pack(t)
	files := entries(t, pack)
	rapid.Check(t, func(t *rapid.T) {
		spoilt := bytes.Clone(pack)
		i := rapid.IntRange(0, len(pack)-1).Draw(t, "place")
		spoilt[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		report, err := evidence.Verify(bytes.NewReader(spoilt), int64(len(spoilt)))
		if err != nil {
			must.True(t, evidence.AsRefused(err) != nil, "%v", err)
			return
		}
		if len(report.Problems) > 0 {
			return
		}
		must.Equal(t, entries(t, spoilt), files) // a byte that means nothing, as of a time
	})
}

// local are the files that a program finds which unpacks while it reads: by the headers
// before the entries, and not by the directory at the end.
func local(pack []byte) (names []string) {
	for {
		at := bytes.Index(pack, []byte("PK\x03\x04"))
		if at < 0 || at+30 > len(pack) {
			return names
		}
		name := pack[at+30:]
		names = append(names, string(name[:min(int(binary.LittleEndian.Uint16(pack[at+26:])), len(name))]))
		pack = pack[at+4:]
	}
}

// TestNothingIsFoundBesideTheDirectory: an honest pack may be compressed anew, and one that
// shows other files to other programs is refused.
func TestNothingIsFoundBesideTheDirectory(t *testing.T) {
	pack := newWorld().pack(t)
	must.Equal(t, len(local(pack)), len(entries(t, pack)))
	var anew []file
	for name, content := range entries(t, pack) {
		anew = append(anew, plain(name, content))
	}
	must.Equal(t, verify(t, zipped(t, anew...)).Problems, nil)

	hidden := zipped(t, plain("record/figures/f.json", []byte(`{"name":"figures/f"}`)))
	hidden = hidden[:bytes.Index(hidden, []byte("PK\x01\x02"))]
	directory := bytes.Index(pack, []byte("PK\x01\x02"))
	moved := func(pack []byte, by int) []byte { // what was put in goes before the directory
		end := len(pack) - 22
		binary.LittleEndian.PutUint32(pack[end+16:], uint32(directory+by))
		return pack
	}
	for name, spoilt := range map[string][]byte{
		"before the first":     append(bytes.Clone(hidden), pack...),
		"after the last":       moved(slices.Concat(pack[:directory], hidden, pack[directory:]), len(hidden)),
		"not even a file":      moved(slices.Concat(pack[:directory], []byte("x"), pack[directory:]), 1),
		"a second directory":   slices.Concat(pack[:len(pack)-22], hidden, pack[directory:]),
		"behind the directory": slices.Concat(pack[:len(pack)-22], []byte("x"), pack[len(pack)-22:]),
		"behind the end":       append(bytes.Clone(pack), 'x'),
		"another name":         bytes.Replace(pack, []byte("README.txtThis"), []byte("readme.txtThis"), 1),
		"behind its end":       padded(t, hidden),
		"a second name":        zipped(t, file{zip.FileHeader{Name: "README.txt", Extra: []byte("\x75\x70\x06\x00\x01\x00\x00\x00\x00x")}, nil}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evidence.Verify(bytes.NewReader(spoilt), int64(len(spoilt)))
			refused := evidence.AsRefused(err)
			must.True(t, refused != nil && refused.Reason == evidence.BadEntry, "%v", err)
		})
	}
}

// padded is a pack of one file that has bytes behind the end of what was compressed.
func padded(t must.TB, rest []byte) []byte {
	content := manifestOf().content
	var packed, out bytes.Buffer
	deflate := must.Get(flate.NewWriter(&packed, flate.BestCompression))(t)
	must.Get(deflate.Write(content))(t)
	must.OK(t, deflate.Close())
	packed.Write(rest)
	w := zip.NewWriter(&out)
	to := must.Get(w.CreateRaw(&zip.FileHeader{
		Name: "manifest.json", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(content)),
	}))(t)
	must.Get(to.Write(packed.Bytes()))(t)
	must.OK(t, w.Close())
	return out.Bytes()
}

// FuzzVerify: nothing that somebody sends ends in anything but an answer.
func FuzzVerify(f *testing.F) {
	f.Add(newWorld().pack(f))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, pack []byte) {
		report, err := evidence.Verify(bytes.NewReader(pack), int64(len(pack)))
		must.Equal(t, report == nil, err != nil)
		must.Equal(t, err != nil, evidence.AsRefused(err) != nil)
	})
}
