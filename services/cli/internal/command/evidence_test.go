package command_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEvidenceIsSavedAndVerified: with the server, and then without it.
func TestEvidenceIsSavedAndVerified(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "ingest", writeFile(t, small))
	file := filepath.Join(t.TempDir(), "pack.zip")
	must.Contains(t, server.must(t, "evidence", "documents/notice", "--to", file), "checks it")
	again := server.ask(t, "evidence", "documents/notice", "--to", file)
	must.Equal(t, again.code, 1)
	must.Contains(t, again.err, "exists") // evidence is not written over
	must.Contains(t, server.must(t, "cite", "figures/notice-ships"), "On record as figures/notice-ships, revision 1")
	must.Contains(t, server.must(t, "cite", "documents/notice", "-o", "json"), `"cslJson"`)
	must.Get(must.Get(client.New(server.url, ""))(t).Post(t.Context(), "documents", []byte(`{"documentId": "loud", "document": {"headline": "\u001b[2J", "publisher": "A", "languageCode": "en"}}`)))(t)
	must.False(t, strings.Contains(server.must(t, "cite", "documents/loud"), "\x1b"), "a headline commands the terminal")
	must.Equal(t, server.ask(t, "cite", "entities/x").code, 2)
	must.Equal(t, server.ask(t, "evidence", "metrics/x").code, 2)
	must.Contains(t, server.ask(t, "evidence", "figures/none", "--to", file+"2").err, "FIGURE_NOT_FOUND")
	_, err := os.Stat(file + "2")
	must.True(t, os.IsNotExist(err), "a file was made of nothing")
	erased := filepath.Join(t.TempDir(), "erased.zip")
	server.must(t, "evidence", "figures/notice-ships", "--to", erased)
	must.Get(must.Get(client.New(server.url, ""))(t).Post(t.Context(), "documents/notice:erase", []byte(`{"reason": "article 17", "cascade": true}`)))(t)
	afterwards := filepath.Join(t.TempDir(), "afterwards.zip")
	server.must(t, "evidence", "figures/notice-ships", "--to", afterwards)
	server.stop()

	for _, pack := range []string{erased, afterwards} {
		must.Equal(t, run(t, "", "verify", pack).err, "")
	}
	must.Equal(t, decode[struct{ Gone []string }](t, run(t, "", "verify", afterwards, "-o", "json").out).Gone, []string{"documents/notice/versions/1"})
	got := run(t, "", "verify", file)
	must.Equal(t, got.err, "")
	must.Contains(t, got.out, "documents/notice")
	report := decode[struct {
		Problems                    []any
		Spans, Unchecked, Revisions int
	}](t, run(t, "", "verify", file, "-o", "json").out)
	must.True(t, report.Spans > 0 && report.Unchecked == 0 && report.Revisions == 2 && len(report.Problems) == 0, "%+v", report)

	content := must.Get(os.ReadFile(file))(t)
	must.OK(t, os.WriteFile(file, content[:len(content)-40], 0o600))
	got = run(t, "", "verify", file)
	must.Equal(t, []any{got.code, got.out}, []any{1, ""})
	must.Contains(t, got.err, "NOT_A_PACK")
	must.Equal(t, run(t, "", "verify", filepath.Join(t.TempDir(), "none")).code, 2)
	must.Equal(t, run(t, "", "verify", t.TempDir()).code, 1)
	must.Equal(t, run(t, "", "verify", smallName).code, 2) // there is no text
}

// TestWhatIsServedAsJSONLDIsReadIn: a document that is read whole, put on record somewhere
// else, is the same there.
func TestWhatIsServedAsJSONLDIsReadIn(t *testing.T) {
	from := start(t, t.TempDir())
	from.must(t, "ingest", writeFile(t, small))
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, from.url+"/v1/documents/notice:read?format=jsonld", nil))(t)
	response, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	defer response.Body.Close()
	var graph struct {
		Graph []json.RawMessage `json:"@graph"`
	}
	must.OK(t, json.Unmarshal(must.Get(io.ReadAll(response.Body))(t), &graph))
	var lines strings.Builder
	for _, node := range graph.Graph {
		kind := decode[map[string]any](t, string(node))["@type"]
		if kind != "Observation" && kind != "StatisticalVariable" { // which a statements file does not have
			lines.Write(append(node, '\n'))
		}
	}
	file := filepath.Join(t.TempDir(), "served.jsonld")
	must.OK(t, os.WriteFile(file, []byte(lines.String()), 0o600))
	to := start(t, t.TempDir())
	to.must(t, "import", "statements", file)
	same := func(server *running) map[string]any {
		list := decode[map[string]any](t, server.must(t, "list", "statements", "-o", "json"))
		for _, one := range list["statements"].([]any) {
			for _, own := range []string{"uid", "etag", "createTime", "updateTime"} {
				delete(one.(map[string]any), own)
			}
		}
		return list
	}
	must.Equal(t, same(to), same(from))
}
