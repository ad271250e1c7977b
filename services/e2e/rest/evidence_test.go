package rest_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// checked is what `onrecord verify` says of a pack.
type checked struct {
	Subject, ReadTime, ManifestSHA256                                                      string
	Files, Documents, Statements, Figures, Revisions, Corrections, Texts, Spans, Unchecked int
	Problems                                                                               []struct{ Path, Message string }
}

// verifyPack writes a pack to a file and checks it as a reader does.
func verifyPack(t *testing.T, pack []byte, args ...string) (report checked, said string, code int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pack.zip")
	must.OK(t, os.WriteFile(file, pack, 0o600))
	out, said, code := stack.Try(t, "onrecord", append([]string{"verify", file, "-o", "json"}, args...)...)
	if out != "" {
		must.OK(t, json.Unmarshal([]byte(out), &report))
	}
	return report, said, code
}

func packed(t *testing.T, pack []byte) map[string]string {
	t.Helper()
	archive := must.Get(zip.NewReader(bytes.NewReader(pack), int64(len(pack))))(t)
	files := map[string]string{}
	for _, f := range archive.File {
		from := must.Get(f.Open())(t)
		files[f.Name] = string(must.Get(io.ReadAll(from))(t))
		must.OK(t, from.Close())
	}
	return files
}

// TestJ16AnEvidencePackIsVerifiedOffline: text, spans, hashes, every revision, vintages and
// corrections of each kind of resource; and whoever changes anything is found out.
func TestJ16AnEvidencePackIsVerifiedOffline(t *testing.T) {
	api.Post(t, "/v1/documents:ingest", fixture.Record(t, "evident", uuid.NewString())).OK(t)
	api.Post(t, "/v1/statements/evident-goods:correct", map[string]any{
		"kind": "CLARIFICATION", "reason": "who she is", "statement": map[string]any{"comment": "harbour mistress"},
	}).OK(t)
	for name, want := range map[string]checked{
		"documents/evident":        {Documents: 1, Statements: 2, Figures: 2, Revisions: 5, Corrections: 1, Texts: 1},
		"statements/evident-goods": {Documents: 1, Statements: 1, Figures: 1, Revisions: 3, Corrections: 1, Texts: 1},
		"figures/evident-goods":    {Documents: 1, Statements: 1, Figures: 1, Revisions: 3, Corrections: 1, Texts: 1},
	} {
		answer := api.Get(t, "/v1/"+name+":evidence").OK(t)
		must.Equal(t, answer.Header.Get("Content-Type"), "application/zip")
		_, id, _ := strings.Cut(name, "/")
		must.Equal(t, answer.Header.Get("Content-Disposition"), `attachment; filename="`+id+`.evidence.zip"`)
		report, said, code := verifyPack(t, answer.Body)
		must.Equal(t, code, 0)
		must.Equal(t, said, "")
		must.Equal(t, report.Subject, name)
		must.True(t, report.Spans >= 2 && report.Unchecked == 0, "%+v", report)
		must.Equal(t, []int{report.Documents, report.Statements, report.Figures, report.Revisions, report.Corrections, report.Texts},
			[]int{want.Documents, want.Statements, want.Figures, want.Revisions, want.Corrections, want.Texts})

		files := packed(t, answer.Body)
		must.Contains(t, files["vintages/evident-goods.json"], `"figures/evident-goods"`)
		must.Contains(t, files["citation.txt"], "On record as "+name)
		must.Contains(t, files["record.jsonld"], `"@type":"Quotation"`)
		again := api.Get(t, "/v1/"+name+":evidence?read_time="+report.ReadTime).OK(t)
		must.True(t, bytes.Equal(again.Body, answer.Body), "the same state has another pack")
	}

	api.Post(t, "/v1/documents", map[string]any{
		"documentId": "evident-bare", "document": map[string]any{"headline": "Not published yet", "publisher": "A Desk", "languageCode": "en"},
	}).OK(t)
	bare, said, code := verifyPack(t, api.Get(t, "/v1/documents/evident-bare:evidence").OK(t).Body)
	must.Equal(t, said, "")
	must.Equal(t, []int{code, bare.Documents, bare.Texts}, []int{0, 1, 0})

	pack := api.Get(t, "/v1/documents/evident:evidence").OK(t).Body
	spoilt := bytes.Replace(pack, []byte("We moved US$14 billion"), []byte("We moved US$41 billion"), 1)
	_, said, code = verifyPack(t, spoilt)
	must.Equal(t, code, 1)
	must.Contains(t, said, "is refused: BAD_ENTRY")
	_, said, code = verifyPack(t, []byte("no pack"))
	must.Equal(t, code, 1)
	must.Contains(t, said, "is refused: NOT_A_PACK")
}

// TestJ16AFigureOfADataFileHasItsVintages: what each source published for the period.
func TestJ16AFigureOfADataFileHasItsVintages(t *testing.T) {
	list := figures(t, `document = "`+table+`"`)
	must.True(t, len(list) > 50)
	pack := api.Get(t, "/v1/"+list[0].GetName()+":evidence").OK(t).Body
	report, _, code := verifyPack(t, pack)
	must.Equal(t, code, 0)
	must.Equal(t, []int{report.Figures, report.Revisions, report.Unchecked}, []int{1, 1, 0})
	whole, _, code := verifyPack(t, api.Get(t, "/v1/"+table+":evidence").OK(t).Body)
	must.Equal(t, code, 0)
	must.Equal(t, whole.Figures, len(list))
}

// TestJ16AWithheldTextIsInNoPack: its hash is, and whoever has the text can bring it.
func TestJ16AWithheldTextIsInNoPack(t *testing.T) {
	api.Post(t, "/v1/documents:ingest", withheldRecordOf(t, "hidden")).OK(t)
	for _, name := range []string{"documents/hidden", "statements/hidden-goods", "statements/hidden-quay", "figures/hidden-distance"} {
		pack := api.Get(t, "/v1/"+name+":evidence").OK(t).Body
		nowhere(t, name, pack)
		for path, content := range packed(t, pack) {
			nowhere(t, path, []byte(content))
			must.False(t, strings.HasPrefix(path, "texts/"), "%s has %s", name, path)
		}
		report, _, code := verifyPack(t, pack)
		must.Equal(t, []int{code, report.Spans, report.Texts}, []int{0, 0, 0})
		must.True(t, report.Unchecked > 0)

		file := filepath.Join(t.TempDir(), "text.txt")
		must.OK(t, os.WriteFile(file, []byte(withheldText), 0o600))
		brought, said, code := verifyPack(t, pack, "--text="+file)
		must.Equal(t, said, "")
		must.Equal(t, []int{code, brought.Texts}, []int{0, 1})
		must.True(t, brought.Spans > 0, "%+v", brought)
	}
}

// TestJ16ARetractedFactHasItsPackAsItStood: what is retracted has none any more, and the
// one from before stays.
func TestJ16ARetractedFactHasItsPackAsItStood(t *testing.T) {
	toCorrect(t, "withdrawn")
	report, _, _ := verifyPack(t, api.Get(t, "/v1/statements/withdrawn:evidence").OK(t).Body)
	api.Post(t, "/v1/documents/withdrawn:correct", map[string]any{"kind": "KILL", "reason": "invented"}).OK(t)
	api.Get(t, "/v1/statements/withdrawn:evidence").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	api.Get(t, "/v1/statements/withdrawn:cite").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	then, _, code := verifyPack(t, api.Get(t, "/v1/statements/withdrawn:evidence?read_time="+report.ReadTime).OK(t).Body)
	must.Equal(t, []any{code, then.ManifestSHA256}, []any{0, report.ManifestSHA256})
}
