package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// harbour is a statements file of our own: nested, discontinuous, of unnamed and
// several speakers, linked in a circle, in two versions of a text.
const harbour = `{"entity":{"name":"entities/port-authority","entityType":"ORGANIZATION","displayName":"Port authority","identifiers":{"wikidata":"Q0"}}}
{"entity":{"name":"entities/ines-vidal","entityType":"PERSON","displayName":"Inés Vidal","aliases":["I. Vidal"],"memberships":[{"organization":"entities/port-authority","role":"Harbour master","startDate":"2020"}]}}
{"entity":{"name":"entities/tolls","entityType":"GROUP","displayName":"Tolls"}}
{"document":{"name":"documents/notice","headline":"A notice","publisher":"Harbour office","languageCode":"en","uri":"https://example.org/notice"}}
{"documentVersion":{"name":"documents/notice/versions/1","text":"“We will,” said Inés Vidal, “lower the tolls | by half.” 😀\nOfficials said that she told them “no ship waits”.","publishTime":{"edtf":"2024-05-03"}}}
{"documentVersion":{"name":"documents/notice/versions/2","text":"Corrected. “We will,” said Inés Vidal, “lower the tolls | by half.” 😀\nOfficials said that she told them “no ship waits”.","publishTime":{"edtf":"2024-05-04"}}}
{"statement":{"name":"statements/tolls","documentVersion":"documents/notice/versions/1","statementType":"DIRECT","contents":[{"start":1,"end":9,"exact":"We will,"},{"start":29,"end":54,"exact":"lower the tolls | by half"}],"cue":{"start":11,"end":15,"exact":"said"},"sourceMentions":[{"start":16,"end":26,"exact":"Inés Vidal"}],"speakers":[{"entity":"entities/ines-vidal","attributionText":"Inés Vidal"}],"statementTime":{"edtf":"2024-05-02"},"topics":["entities/tolls"],"links":[{"type":"SAME","statement":"statements/waits"}],"comment":"a \\ and a | and \"quotes\",\nand a line"}}
{"statement":{"name":"statements/officials","documentVersion":"documents/notice/versions/1","statementType":"INDIRECT","contents":[{"start":74,"end":112,"exact":"that she told them “no ship waits”.\n"}],"speakers":[{"attributionText":"Officials","sourceType":"UNNAMED_GROUP","valueType":"UNKNOWN"}],"statementTime":{"missingReason":"NOT_STATED"}}}
{"statement":{"name":"statements/waits","documentVersion":"documents/notice/versions/1","statementType":"DIRECT","contents":[{"start":94,"end":107,"exact":"no ship waits"}],"speakers":[{"entity":"entities/ines-vidal"},{"entity":"entities/port-authority","role":"owner"}],"statementTime":{"edtf":"2024~"},"parentStatement":"statements/officials","links":[{"type":"SAME","statement":"statements/tolls"}],"rank":"PREFERRED","rankReason":"The clearest.","references":[{"uri":"https://example.org/minutes"},{"documentVersion":"documents/notice/versions/2"}],"qualifiers":{"channel":{"text":"radio"},"count":{"number":{"value":"1.10"}}},"extraction":{"method":"MODEL","tool":"reader","toolVersion":"2","confidence":{"value":"0.75"}}}}
`

// fixed is harbour with offsets that are right, however its words are counted.
func fixed(t *testing.T, file string) string {
	t.Helper()
	texts := map[string][]rune{}
	var out strings.Builder
	for line := range strings.Lines(file) {
		var typed map[string]json.RawMessage
		must.OK(t, json.Unmarshal([]byte(line), &typed))
		if raw, is := typed["documentVersion"]; is {
			version := &statementsv1.DocumentVersion{}
			must.OK(t, protojson.Unmarshal(raw, version))
			texts[version.GetName()] = []rune(version.GetText())
		}
		if raw, is := typed["statement"]; is {
			statement := &statementsv1.Statement{}
			must.OK(t, protojson.Unmarshal(raw, statement))
			text := string(texts[statement.GetDocumentVersion()])
			spans := append(statement.GetContents(), statement.GetSourceMentions()...)
			if statement.GetCue() != nil {
				spans = append(spans, statement.GetCue())
			}
			for _, span := range spans {
				span.Exact = strings.TrimSpace(span.GetExact())
				before, _, found := strings.Cut(text, span.GetExact())
				must.True(t, found, "%q is not in the text", span.GetExact())
				start := int32(len([]rune(before)))
				span.Start, span.End = &start, start+int32(len([]rune(span.GetExact())))
			}
			line = `{"statement":` + string(must.Get(stablejson.Marshal(statement))(t)) + "}\n"
		}
		out.WriteString(line)
	}
	return out.String()
}

// onEngines runs a test on both engines; start gives it an empty record.
func onEngines(t *testing.T, test func(t *testing.T, empty func(t *testing.T) *running)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(t *testing.T) *running { return start(t, t.TempDir()) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, func(t *testing.T) *running { return start(t, "", "--database", pgtest.Database(t)) })
	})
}

func inFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must.OK(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// said is what the statements of an export say, by name: without what a record
// gives of its own.
func said(t *testing.T, export string) map[string]string {
	t.Helper()
	all := map[string]string{}
	reader := must.Get(interchange.NewReader(interchange.JSONL, strings.NewReader(export)))(t)
	for {
		row, err := reader.Read()
		if err != nil {
			return all
		}
		for _, message := range row.Messages {
			if statement, is := message.(*statementsv1.Statement); is {
				statement.Uid, statement.Etag, statement.CreateTime, statement.UpdateTime, statement.RevisionId = "", "", nil, nil, ""
				for _, speaker := range statement.GetSpeakers() {
					speaker.RoleFromMembership = false // an export gives the role itself
				}
				message = statement
			} else {
				message = protoinput.Of(message)
			}
			all[interchange.NameOf(message)] = string(must.Get(stablejson.Marshal(message))(t))
		}
	}
}

// TestImportOfAnExport: what is exported and imported elsewhere, in any format
// and by any route, is the same, field by field.
func TestImportOfAnExport(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		first := empty(t)
		first.must(t, "import", "statements", inFile(t, "harbour.jsonl", fixed(t, harbour)))
		want := said(t, first.must(t, "export", "statements"))
		must.Equal(t, len(want), 9)
		must.Contains(t, want["statements/tolls"], `"latestAnchor"`)
		for _, format := range []string{"jsonl", "jsonld", "csv"} {
			path := inFile(t, "copy."+format, first.must(t, "export", "statements", "--format", format))
			second := empty(t)
			second.must(t, "import", "statements", path)
			must.Equal(t, said(t, second.must(t, "export", "statements")), want)
			must.Contains(t, second.must(t, "import", "statements", path), "statements        0              3")
			second.stop()
		}
	})
}

// TestMergesAreImported: one statement with many appearances is one again where
// it is imported.
func TestMergesAreImported(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		first := empty(t)
		again := strings.NewReplacer("documents/notice", "documents/reprint", "statements/", "statements/reprint-").Replace(fixed(t, harbour))
		first.must(t, "import", "statements", inFile(t, "both.jsonl", fixed(t, harbour)+again))
		must.Get(must.Get(client.New(first.url, ""))(t).Post(t.Context(), "statements/reprint-waits:merge", []byte(`{"target":"statements/waits"}`)))(t)
		for _, format := range []string{"jsonl", "jsonld", "csv"} {
			export := first.must(t, "export", "statements", "--format", format)
			second := empty(t)
			second.must(t, "import", "statements", inFile(t, "copy."+format, export))
			want := said(t, first.must(t, "export", "statements"))
			must.Contains(t, want["statements/waits"], `"appearanceCount":2`)
			must.Equal(t, said(t, second.must(t, "export", "statements")), want)
			second.stop()
		}
	})
}

// TestOneBadRow: a row that the record does not take keeps no other from being
// taken, and is listed with its reason.
func TestOneBadRow(t *testing.T) {
	server := start(t, t.TempDir())
	good := strings.SplitAfter(strings.TrimSuffix(fixed(t, harbour), "\n"), "\n")
	bad := []string{
		"no JSON\n",
		`{"statement":{"name":"statements/x","colour":"red"}}` + "\n",
		strings.Replace(strings.Replace(good[6], "lower the tolls", "raise the tolls", 1), "statements/tolls", "statements/bad", 1),
		strings.NewReplacer(`"entities/port-authority"`, `"entities/nobody"`, `"name":"statements/waits"`, `"name":"statements/worse"`).Replace(good[8]) + "\n",
		`{"documentVersion":{"name":"documents/notice/versions/9","text":"x","publishTime":{"edtf":"2024"}}}` + "\n",
		strings.Replace(good[2], "Tolls", "Fees", 1),
		strings.Replace(good[4], "half", "much", 1),
	}
	path := inFile(t, "mixed.jsonl", strings.Join(append(good[:6:6], append(bad, good[6:]...)...), ""))
	got := server.ask(t, "import", "statements", path)
	must.Equal(t, got.code, 3)
	must.Contains(t, got.err, "7 rows were rejected")
	must.Contains(t, got.out, "statements        3              0")
	must.Contains(t, got.out, "16 rows read, 7 rejected")
	var rejects []string
	for line := range strings.Lines(string(must.Get(os.ReadFile(path + ".rejects.jsonl"))(t))) {
		reject := decode[struct {
			Line          int
			Reason, Field string
			Row           any
		}](t, line)
		must.True(t, reject.Row != nil, "%s", line)
		rejects = append(rejects, fmt.Sprint(reject.Line, " ", reject.Reason, " ", reject.Field))
	}
	must.Equal(t, rejects, []string{
		"7 MALFORMED_ROW ", "8 UNKNOWN_FIELD statement.colour", "12 DIFFERS entity.displayName", "13 DIFFERS documentVersion.textSha256",
		"11 VERSION_OUT_OF_ORDER documentVersion.name", "9 SPAN_MISMATCH statement.contents[1].exact", "10 REFERENCE_NOT_FOUND statement.speakers[1].entity",
	})
	for _, beside := range must.Get(os.ReadDir(filepath.Dir(path)))(t) {
		must.False(t, strings.Contains(beside.Name(), "state"), "%s is left", beside.Name())
	}
}

// TestNamesFollowFromContent: what has no name is the same resource each time.
func TestNamesFollowFromContent(t *testing.T) {
	server := start(t, t.TempDir())
	nameless := strings.NewReplacer(`"name":"statements/tolls",`, "", `"links":[{"type":"SAME","statement":"statements/tolls"}],`, "").Replace(fixed(t, harbour))
	for range 2 {
		server.must(t, "import", "statements", inFile(t, "nameless.jsonl", nameless))
		must.Equal(t, strings.Count(server.must(t, "export", "statements"), `{"statement":`), 3)
	}
	rejects := filepath.Join(t.TempDir(), "rejects")
	twice := run(t, nameless+"\n"+nameless, "import", "statements", "-", "--server", server.url, "--rejects", rejects)
	must.Contains(t, twice.out, "statements        0              6")
	must.Equal(t, twice.err, "")
}

// TestExportLeavesNothingOut: an export of a part has all that the part refers
// to, and goes to a file only as a whole.
func TestExportLeavesNothingOut(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "import", "statements", inFile(t, "harbour.jsonl", fixed(t, harbour)))
	before := server.must(t, "export", "statements")
	part := server.must(t, "export", "statements", "--filter", `speaker = "entities/port-authority"`)
	must.Equal(t, said(t, part), said(t, before)) // linked in a circle, reported in another
	path := filepath.Join(t.TempDir(), "all.csv")
	must.Equal(t, server.ask(t, "export", "statements", "--to", path).err, "3 statements written to "+path+"\n")
	must.Equal(t, len(must.Get(os.ReadDir(filepath.Dir(path)))(t)), 1)
	must.Equal(t, server.ask(t, "export", "statements", "--filter", "colour = 1").code, 1)
}

// TestImportRefusals: what is no statements file is refused as a whole.
func TestImportRefusals(t *testing.T) {
	server := start(t, t.TempDir())
	for name, tt := range map[string]struct{ file, content, want string }{
		"no column":      {"x.csv", "statement,colour\r\n", `column "colour" is not known`},
		"a column twice": {"x.csv", "text,text\r\n", `column "text" is there twice`},
		"no header":      {"x.csv", "", "the file is empty"},
		"semicolons":     {"x.csv", "statement;text\r\na;b\r\n", "commas between its cells"},
	} {
		t.Run(name, func(t *testing.T) {
			got := server.ask(t, "import", "statements", inFile(t, tt.file, tt.content))
			must.Equal(t, got.code, 1)
			must.Contains(t, got.err, tt.want)
		})
	}
	must.Equal(t, server.ask(t, "import", "statements", t.TempDir()).code, 2)
	must.Equal(t, server.ask(t, "import", "statements", "absent.jsonl").code, 1)
}

// TestAnyRowsAreRead: whatever a file has, every row is taken or rejected, and
// the command ends.
func TestAnyRowsAreRead(t *testing.T) {
	server := start(t, t.TempDir())
	folder := t.TempDir()
	good := strings.SplitAfter(fixed(t, harbour), "\n")
	rapid.Check(t, func(rt *rapid.T) {
		format := rapid.SampledFrom([]string{"jsonl", "jsonld", "csv"}).Draw(rt, "format")
		content := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(good), rapid.String()), 0, 12).Draw(rt, "rows"), "")
		if format == "csv" {
			content = "statement,text,content_start,more,new_entities\r\n" + content
		}
		path := filepath.Join(folder, "any."+format)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			rt.Fatal(err)
		}
		got := run(t, "", "import", "statements", path, "--server", server.url)
		if got.code != 0 && got.code != 3 && !strings.Contains(got.err, "quote mark") {
			rt.Fatalf("exit code %d: %s", got.code, got.err)
		}
	})
}

// TestDemoDataNeedsTheCorpora: they are not part of the project.
func TestDemoDataNeedsTheCorpora(t *testing.T) {
	got := run(t, "", "demo-data", t.TempDir())
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "gum-quotes.jsonl.gz")
}
