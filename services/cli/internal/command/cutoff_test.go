package command_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// cutAt is a fate of calls of a kind: from the nth on the caller hears that its key expired.
func cutAt(n int, kind func(*http.Request) bool) fate {
	return func(r *http.Request) (*http.Response, error) {
		if !kind(r) {
			return nil, nil
		}
		if n--; n > 0 {
			return nil, nil
		}
		return answer{401, problem("TOKEN_EXPIRED", "")}.given()
	}
}

// circle is of what can only be put together when all of it is on record, and is merged then.
const circle = `{"entity":{"name":"entities/office","entityType":"ORGANIZATION","displayName":"Office"}}
{"entity":{"name":"entities/im1","entityType":"PERSON","displayName":"Im One","memberships":[{"organization":"entities/office"}],"redirectTo":"entities/im2"}}
{"entity":{"name":"entities/im2","entityType":"PERSON","displayName":"Im Two"}}
{"document":{"name":"documents/minutes","headline":"Minutes","publisher":"Office","languageCode":"en","uri":"https://example.org/Minutes"}}
{"documentVersion":{"name":"documents/minutes/versions/1","text":"Kept.","publishTime":{"edtf":"2024"}}}
{"document":{"name":"documents/reprint","headline":"Reprint","publisher":"Office","languageCode":"en","uri":"https://example.org/Reprint"}}
{"documentVersion":{"name":"documents/reprint/versions/1","text":"Kept.","publishTime":{"edtf":"2025"}}}
{"statement":{"name":"statements/other","documentVersion":"documents/minutes/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":4,"exact":"Kept"}],"speakers":[{"entity":"entities/im2"}],"statementTime":{"missingReason":"NOT_STATED"},"links":[{"type":"SAME","statement":"statements/said"}]}}
{"statement":{"name":"statements/again","documentVersion":"documents/reprint/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/im1"}],"statementTime":{"missingReason":"NOT_STATED"},"links":[{"type":"SAME","statement":"statements/other"}],"redirectTo":"statements/said"}}
{"statement":{"name":"statements/said","documentVersion":"documents/minutes/versions/1","statementType":"DIRECT","contents":[{"start":0,"end":5,"exact":"Kept."}],"speakers":[{"entity":"entities/im2"}],"statementTime":{"missingReason":"NOT_STATED"}}}
`

// TestWhatFollowsAtTheEndIsDoneOnce: memberships, links and merges, wherever among them an
// import is cut off, and however often. What an editor changes between stays as it is.
func TestWhatFollowsAtTheEndIsDoneOnce(t *testing.T) {
	server := start(t, t.TempDir())
	before := strings.NewReplacer(`,"memberships":[{"organization":"entities/office"}]`, "", `,"redirectTo":"entities/im2"`, "", `,"redirectTo":"statements/said"`, "",
		`,"links":[{"type":"SAME","statement":"statements/said"}]`, "", `,"links":[{"type":"SAME","statement":"statements/other"}]`, "").Replace(circle)
	server.must(t, "import", "statements", inFile(t, "before.jsonl", before))
	path := inFile(t, "circle.jsonl", circle)
	const follow = 5
	for n := 1; n <= follow; n++ {
		on := &way{after: cutAt(n, func(r *http.Request) bool {
			return r.Method == http.MethodPatch || strings.HasSuffix(r.URL.Path, ":merge")
		})}
		got, _ := on.by(t, time.Hour, "import", "statements", path, "--server", server.url)
		must.Equal(t, got.code, 1)
		must.Contains(t, got.err, "the same command again goes on\n")
		if n == 2 {
			must.Contains(t, server.must(t, "get", "statements/other", "-o", "json"), `"links"`)
			editor := must.Get(client.New(server.url, ""))(t)
			must.Get(editor.Call(t.Context(), http.MethodPatch, "statements/other", url.Values{"update_mask": {"links"}}, []byte(`{}`)))(t)
		}
	}
	must.Contains(t, server.ask(t, "import", "statements", path).out, "10 rows read, 0 rejected")
	must.False(t, strings.Contains(server.must(t, "get", "statements/other", "-o", "json"), `"links"`), "what the editor took away is there again")
	must.Contains(t, server.must(t, "get", "entities/im1", "-o", "json"), `"redirectTo": "entities/im2"`)
	must.Contains(t, server.must(t, "get", "statements/again", "-o", "json"), `"redirectTo": "statements/said"`)
}

// TestFiguresReadByAnotherProgram: an import does not go on where one that counted the rows
// in another way was cut off, but begins anew and finds what is there.
func TestFiguresReadByAnotherProgram(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "import", "figures", inFile(t, "prices.csv", prices), "--mapping", priceMapping)
	// Each title is a call of its own.
	path := inFile(t, "titles.csv", "DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE\nT,US,2020,1,P,A\nT,US,2020,2,P,B\nT,US,2020,3,P,C\n")
	command := []string{"import", "figures", path, "--metric", "metrics/us-cpi"}
	cut := func() {
		on := &way{before: cutAt(2, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "figures:import") })}
		got, _ := on.by(t, time.Hour, append(command, "--server", server.url)...)
		must.Equal(t, got.code, 1)
	}
	cut()
	got := server.ask(t, command...)
	must.Contains(t, got.err, "going on after row 1,")
	must.Contains(t, strings.Join(strings.Fields(got.out), " "), "figures 3 0 0 0 3 rows read, 0 rejected")

	must.OK(t, os.WriteFile(path, []byte("DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,PRODUCER,TITLE\nT,US,2021,1,P,A\nT,US,2021,2,P,B\nT,US,2021,3,P,C\n"), 0o600))
	cut()
	state := string(must.Get(os.ReadFile(path + ".import-state"))(t))
	must.OK(t, os.WriteFile(path+".import-state", []byte(strings.ReplaceAll(state, `"figures 2 of `, `"figures of `)), 0o600))
	got = server.ask(t, command...)
	must.Equal(t, got.err, "")
	must.Contains(t, strings.Join(strings.Fields(got.out), " "), "figures 2 0 0 1 3 rows read, 0 rejected")
}
