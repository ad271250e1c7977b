package command_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// remarks refer to what the tests take away.
const remarks = `{"entity":{"name":"entities/eva","entityType":"PERSON","displayName":"Eva"}}
{"document":{"name":"documents/minutes","headline":"Minutes","publisher":"Office","languageCode":"en","uri":"https://example.org/Minutes"}}
{"documentVersion":{"name":"documents/minutes/versions/1","text":"Kept.","publishTime":{"edtf":"2024"}}}
{"document":{"name":"documents/draft","headline":"Draft","publisher":"Office","languageCode":"en","uri":"https://example.org/Draft"}}
{"documentVersion":{"name":"documents/draft/versions/1","text":"Thrown away.","publishTime":{"edtf":"2024"}}}
{"document":{"name":"documents/letter","headline":"Letter","publisher":"Office","languageCode":"en","uri":"https://example.org/Letter"}}
{"documentVersion":{"name":"documents/letter/versions/1","text":"Burnt.","publishTime":{"edtf":"2024"}}}
{"statement":{"name":"statements/frame","documentVersion":"documents/minutes/versions/1","statementType":"INDIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/eva"}],"statementTime":{"missingReason":"NOT_STATED"}}}
{"statement":{"name":"statements/hearsay","documentVersion":"documents/minutes/versions/1","statementType":"INDIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/eva"}],"statementTime":{"missingReason":"NOT_STATED"}}}
{"statement":{"name":"statements/other","documentVersion":"documents/minutes/versions/1","statementType":"INDIRECT","contents":[{"start":0,"end":4,"exact":"Kept"}],"speakers":[{"entity":"entities/eva"}],"statementTime":{"missingReason":"NOT_STATED"}}}
{"statement":{"name":"statements/said","documentVersion":"documents/minutes/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":4,"exact":"Kept"}],"speakers":[{"entity":"entities/eva"}],"statementTime":{"missingReason":"NOT_STATED"},"parentStatement":"statements/frame","links":[{"type":"SAME","statement":"statements/hearsay"},{"type":"SAME","statement":"statements/other"},{"type":"SAME","statement":"statements/frame"}],"references":[{"documentVersion":"documents/draft/versions/1"},{"documentVersion":"documents/letter/versions/1"},{"uri":"https://example.org/"}]}}
`

// TestExportLeavesOutWhatIsGone: what was erased or retracted is not written, nor
// what names it; the command says so, and the file is taken as it is.
func TestExportLeavesOutWhatIsGone(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		first := empty(t)
		first.must(t, "import", "statements", inFile(t, "remarks.jsonl", remarks))
		ask := must.Get(client.New(first.url, ""))(t)
		why := []byte(`{"reason":"by order"}`)
		must.Get(ask.Post(t.Context(), "statements/frame:erase", why))(t)
		must.Get(ask.Post(t.Context(), "documents/letter:erase", why))(t)
		for _, name := range []string{"statements/hearsay", "documents/draft"} {
			must.Get(ask.Call(t.Context(), http.MethodDelete, name, url.Values{"reason": {"in error"}}, nil))(t)
		}
		notes := []string{
			"statements/said: parent statements/frame (erased)", "statements/said: reference to documents/draft/versions/1 (retracted)",
			"statements/said: reference to documents/letter/versions/1 (erased)", "statements/said: link to statements/hearsay (retracted)",
			"statements/said: link to statements/frame (erased)",
		}
		for _, format := range []string{"jsonl", "jsonld", "csv"} {
			path := filepath.Join(t.TempDir(), "copy."+format)
			got := first.ask(t, "export", "statements", "--to", path)
			must.Equal(t, got, result{err: "2 statements written to " + path + "\n" +
				"left out, since it names what is not on record any more (5):\n  " + strings.Join(notes, "\n  ") + "\n"})
			second := empty(t)
			for range 2 {
				second.must(t, "import", "statements", path)
			}
			all := said(t, second.must(t, "export", "statements"))
			must.Equal(t, all, said(t, first.ask(t, "export", "statements").out))
			must.Contains(t, all["statements/said"], `"links":[{"type":"SAME","statement":"statements/other"}]`)
			must.Contains(t, all["statements/said"], `"references":[{"uri":"https://example.org/"}]`)
			second.stop()
		}
	})
}

// merged are entities that were merged in a chain, named by what is printed twice.
const merged = `{"entity":{"name":"entities/im0","entityType":"PERSON","displayName":"Im Zero","redirectTo":"entities/im1"}}
{"entity":{"name":"entities/im1","entityType":"PERSON","displayName":"Im One","redirectTo":"entities/im2"}}
{"entity":{"name":"entities/im2","entityType":"PERSON","displayName":"Im Two","aliases":["I. Two"]}}
{"document":{"name":"documents/minutes","headline":"Minutes","publisher":"Office","languageCode":"en","uri":"https://example.org/Minutes"}}
{"documentVersion":{"name":"documents/minutes/versions/1","text":"Kept.","publishTime":{"edtf":"2024"}}}
{"document":{"name":"documents/reprint","headline":"Reprint","publisher":"Office","languageCode":"en","uri":"https://example.org/Reprint"}}
{"documentVersion":{"name":"documents/reprint/versions/1","text":"Kept.","publishTime":{"edtf":"2025"}}}
{"statement":{"name":"statements/again","documentVersion":"documents/reprint/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/im1"}],"statementTime":{"missingReason":"NOT_STATED"},"redirectTo":"statements/said"}}
{"statement":{"name":"statements/said","documentVersion":"documents/minutes/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/im2"}],"statementTime":{"missingReason":"NOT_STATED"}}}
`

// TestEntityMergesAreImported: before those of statements, whose speakers are the
// same only then.
func TestEntityMergesAreImported(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		first := empty(t)
		path := inFile(t, "merged.jsonl", merged)
		first.must(t, "import", "statements", path)
		must.Contains(t, first.must(t, "get", "entities/im0", "-o", "json"), `"redirectTo": "entities/im1"`)
		must.Contains(t, first.must(t, "get", "entities/im1", "-o", "json"), `"redirectTo": "entities/im2"`)
		want := said(t, first.must(t, "export", "statements"))
		must.Contains(t, want["statements/said"], `"appearanceCount":2`)
		must.Contains(t, want["statements/again"], `"entities/im2"`)
		must.Contains(t, first.must(t, "import", "statements", path), "entities          0              3")
	})
}

// TestMergedEntitiesAreExported: with what they were merged into, in any format.
// A statement that was merged before its speaker was keeps naming that one.
func TestMergedEntitiesAreExported(t *testing.T) {
	first := start(t, t.TempDir())
	lines := strings.NewReplacer(`,"redirectTo":"entities/im1"`, "", `,"redirectTo":"entities/im2"`, "", `"entity":"entities/im2"`, `"entity":"entities/im1"`).Replace(merged)
	first.must(t, "import", "statements", inFile(t, "apart.jsonl", lines))
	must.Get(must.Get(client.New(first.url, ""))(t).Post(t.Context(), "entities/im1:merge", []byte(`{"target":"entities/im2","reason":"one person"}`)))(t)
	for _, format := range []string{"jsonl", "jsonld", "csv"} {
		export := first.must(t, "export", "statements", "--format", format)
		must.Contains(t, export, "entities/im1")
		second := start(t, t.TempDir())
		for range 2 {
			second.must(t, "import", "statements", inFile(t, "copy."+format, export))
		}
		must.Contains(t, second.must(t, "get", "entities/im1", "-o", "json"), `"redirectTo": "entities/im2"`)
		must.Contains(t, second.must(t, "get", "statements/said", "-o", "json"), `"appearanceCount": 2`)
		second.stop()
	}
}

// TestMergesThatCannotBe: the rows are rejected with the reason of the server.
func TestMergesThatCannotBe(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "import", "statements", inFile(t, "before.jsonl", strings.ReplaceAll(merged, `,"redirectTo":"entities/im1"`, `,"redirectTo":"entities/im2"`)))
	one := func(name, into string) string {
		return `{"entity":{"name":"entities/` + name + `","entityType":"PERSON","displayName":"` + name + `","redirectTo":"entities/` + into + `"}}` + "\n"
	}
	path := inFile(t, "bad.jsonl", one("self", "self")+one("lost", "nobody")+one("a", "b")+one("b", "c")+one("c", "a")+one("good", "im2")+
		`{"entity":{"name":"entities/im0","entityType":"PERSON","displayName":"Im Zero","redirectTo":"entities/self"}}`+"\n")
	got := server.ask(t, "import", "statements", path)
	must.Equal(t, got.code, 3)
	must.Contains(t, got.out, "entities          6              1")
	rejects := string(must.Get(os.ReadFile(path + ".rejects.jsonl"))(t))
	for _, want := range []string{
		`{"line":1,"reason":"SAME_ENTITY","field":"entity.redirectTo"`, `{"line":2,"reason":"REFERENCE_NOT_FOUND","field":"entity.redirectTo"`,
		`"reason":"MERGE_CIRCLE"`, `{"line":7,"reason":"ALREADY_MERGED","field":"entity.redirectTo"`,
	} {
		must.Contains(t, rejects, want)
	}
	must.Contains(t, server.must(t, "get", "entities/good", "-o", "json"), `"redirectTo": "entities/im2"`)
}

// TestFormatIsKnown: a file of another ending is not guessed at.
func TestFormatIsKnown(t *testing.T) {
	server := start(t, t.TempDir())
	path := inFile(t, "bad.jsonl.gz", remarks)
	got := server.ask(t, "import", "statements", path)
	must.Equal(t, got.code, 2)
	must.Contains(t, got.err, ".jsonl, .jsonld or .csv")
	must.Equal(t, server.ask(t, "export", "statements", "--to", path+".txt").code, 2)
	must.Equal(t, len(must.Get(os.ReadDir(filepath.Dir(path)))(t)), 1)
	server.must(t, "import", "statements", path, "--format", "jsonl")
}

// TestRefusedStartLeavesNothing: there is nothing to go on with.
func TestRefusedStartLeavesNothing(t *testing.T) {
	server := start(t, t.TempDir())
	path := inFile(t, "x.csv", "statement,colour\r\n")
	must.Equal(t, server.ask(t, "import", "statements", path).code, 1)
	must.Equal(t, server.ask(t, "export", "statements", "--filter", "colour = 1", "--to", path+".jsonl").code, 1)
	other := filepath.Join(filepath.Dir(path), "y.jsonl")
	must.OK(t, os.WriteFile(other, []byte(remarks), 0o600))
	must.Equal(t, run(t, "", "import", "statements", other, "--server", "http://127.0.0.1:1").code, 1)
	must.Equal(t, len(must.Get(os.ReadDir(filepath.Dir(path)))(t)), 2)
}
