package access_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ16APackOfWhatWasUnderEmbargoHolds: a reader's pack lacks the revisions that only editors
// read, says which they are, and is whole beside them; an editor's has them all.
func TestJ16APackOfWhatWasUnderEmbargoHolds(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, "sealed", time.Now().Add(time.Hour)))
	api.done(t, k.editor, "PATCH", "/v1/statements/sealed-words", `{"comment":"quokka"}`)
	api.done(t, k.editor, "PATCH", "/v1/documents/sealed-note?update_mask=embargoEndTime", `{}`)
	for _, body := range []string{`{"confStatus":"C"}`, `{"comment":"quokka"}`, `{"confStatus":"F","comment":"public"}`} {
		api.done(t, k.editor, "PATCH", "/v1/figures/sealed-number", body)
	}
	words, number := "statements/sealed-words/revisions/", "figures/sealed-number/revisions/"
	for name, hidden := range map[string][]string{
		"statements/sealed-words": {words + "1", words + "2"}, "figures/sealed-number": {number + "1", number + "3", number + "4"},
		"documents/sealed-note": {number + "1", number + "3", number + "4", words + "1", words + "2"}, "documents/open": nil,
	} {
		for _, key := range []string{"", k.reader} {
			must.Equal(t, hiddenIn(t, api.done(t, key, "GET", "/v1/"+name+":evidence", "")), hidden)
		}
		must.Equal(t, hiddenIn(t, api.done(t, k.editor, "GET", "/v1/"+name+":evidence", "")), nil)
	}
}

// hiddenIn checks that a pack holds, and returns the revisions that it says are hidden.
func hiddenIn(t *testing.T, pack answer) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pack.zip")
	must.OK(t, os.WriteFile(file, pack.body, 0o600))
	out, said, code := stack.Try(t, "onrecord", "verify", file, "-o", "json")
	must.Equal(t, said, "")
	must.Equal(t, code, 0)
	var report struct{ Hidden []string }
	must.OK(t, json.Unmarshal([]byte(out), &report))
	return report.Hidden
}
