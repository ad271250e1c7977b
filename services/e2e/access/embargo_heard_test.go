package access_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ15NothingThatIsDoneUnderEmbargoIsHeard: what is corrected, withdrawn, erased and given
// to somebody else under embargo stays unknown to a reader who has watched since before, and
// to one who asks. Of what is done to public statements too they learn that part alone.
func TestJ15NothingThatIsDoneUnderEmbargoIsHeard(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	api.done(t, k.editor, "POST", "/v1/entities?entity_id=other", `{"entityType":"PERSON","displayName":"Another"}`)
	reader, editor := watch(t, api, ""), watch(t, api, k.editor)
	reader.until("event: heartbeat")
	editor.until("event: heartbeat")

	for _, id := range []string{"sealed", "sealed-killed", "sealed-erased"} {
		api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, id, time.Now().Add(time.Hour)))
	}
	withdraw(t, api, k)
	correctSealed(t, api, k.editor)
	reattribute(t, api, k.editor, `document = "documents/sealed-note"`, "open-rios", "other")
	reattribute(t, api, k.editor, `document = "documents/sealed-note"`, "other", "open-rios")
	restricted := madeSoFar(t, api, k.editor)
	must.True(t, len(restricted) >= 8, "under embargo are only %q", restricted)
	mixed := reattribute(t, api, k.editor, `speaker = "entities/open-rios"`, "open-rios", "other")

	for _, key := range []string{"", k.reader} {
		for _, name := range append(restricted, "documents/sealed-killed-note", "documents/sealed-erased-note") {
			kind, _, _ := strings.Cut(name, "/")
			unknown := kind + "/" + uuid.NewString()
			got, want := api.ask(t, key, "GET", "/v1/"+name, "").said(t), api.ask(t, key, "GET", "/v1/"+unknown, "").said(t)
			must.Equal(t, strings.ReplaceAll(got, name, kind+"/ID"), strings.ReplaceAll(want, unknown, kind+"/ID"))
		}
		for _, address := range []string{
			"/v1/reattributions", "/v1/corrections", "/v1/statements", "/v1/statements?page_size=1", "/v1/documents?show_deleted=true", "/v1/figures?page_size=1",
			"/v1/entities/open-rios:brief", "/v1/entities/other:brief", "/v1/" + mixed, "/corrections", "/entities/other", "/statements", "/documents",
		} {
			hides(t, address, string(api.done(t, key, "GET", address, "").body))
		}
	}
	heard := reader.until(`"name":"` + mixed + `"`)
	must.Contains(t, heard, `"statementCount":1`)
	must.Contains(t, heard, `"name":"statements/open-goods"`)
	known := editor.until(`"name":"` + mixed + `"`)
	must.Contains(t, known, `"statementCount":2`)
	must.True(t, secret.MatchString(opened(strings.Join(regexp.MustCompile(`(?m)^id: .*$`).FindAllString(known, -1), "\n"))), "tokens of editors name nothing: %s", known)

	single, whole := printedAnew(t)
	sendBoth := func() [2]string {
		t.Helper()
		path := "/v1/figures?request_id=6f1c1f3c-7d0e-4a5e-9d8e-2b1f0a9c7e11"
		return [2]string{api.done(t, k.editor, "POST", path, single).said(t), api.done(t, k.editor, "POST", "/v1/documents:ingest", whole).said(t)}
	}
	sent := sendBoth()
	api.done(t, k.editor, "PATCH", "/v1/documents/sealed-note?update_mask=embargoEndTime", `{}`)
	must.Equal(t, sendBoth(), sent) // a retry is the same write though the document's end has passed
	before, first := reader.untilSecret()
	hides(t, "/v1/changes", heard+before)
	if mark := `"name":"statements/sealed-words"`; !strings.Contains(first, mark) {
		reader.until(mark)
	}
}

// printedAnew are requests for a figure on the sealed document, and for another version of it
// with one, that leave out when they are public.
func printedAnew(t *testing.T) (figure, version string) {
	t.Helper()
	figure = withVersion(t, must.Get(protojson.Marshal(sealedFigure(t, "")))(t), "documents/sealed-note/versions/1")
	whole := &gatewayv1.IngestDocumentRequest{}
	must.OK(t, protojson.Unmarshal([]byte(sealed(t, "sealed", time.Now())), whole))
	whole.Document.EmbargoEndTime, whole.Version.Text, whole.Statements = nil, moreText, nil
	whole.Figures[0].Name = "figures/sealed-anew"
	return figure, string(must.Get(protojson.Marshal(whole))(t))
}

// withdraw withdraws a document under embargo, and erases one. Neither goes before its
// figures, which would be public some day.
func withdraw(t *testing.T, api *callers, k keys) {
	t.Helper()
	for id, body := range map[string]string{
		"sealed-killed": `{"kind":"KILL","reason":"quokka"}`, "sealed-erased": `{"cascade":true,"reason":"quokka"}`,
	} {
		verb := ":correct"
		if id == "sealed-erased" {
			verb = ":erase"
		}
		document := "/v1/documents/" + id + "-note" + verb
		must.Equal(t, api.ask(t, k.admin, "POST", document, body).reason(t), "DOCUMENT_HAS_FIGURES")
		api.done(t, k.editor, "DELETE", "/v1/figures/"+id+"-number?reason=quokka", "")
		api.done(t, k.admin, "POST", document, body)
	}
}

// correctSealed corrects a statement, a figure and a document under embargo, with a notice
// that is under it too.
func correctSealed(t *testing.T, api *callers, editor string) {
	t.Helper()
	for name, what := range map[string]string{
		"statements/sealed-words": `,"kind":"ERROR","statement":{"statementTime":{"edtf":"2031-02-01"}},"updateMask":"statementTime"`,
		"figures/sealed-number":   `,"kind":"ERROR","figure":{"timePeriod":{"edtf":"2030"}},"updateMask":"timePeriod"`,
		"documents/sealed-note":   `,"kind":"CLARIFICATION","noticeText":"quokka"`,
	} {
		api.done(t, editor, "POST", "/v1/"+name+":correct", `{"reason":"quokka","noticeDocumentVersion":"documents/sealed-note/versions/1"`+what+`}`)
	}
}

// reattribute gives the statements of a filter from one to another, and returns the name of
// the re-attribution.
func reattribute(t *testing.T, api *callers, editor, filter, from, to string) string {
	t.Helper()
	body := must.Get(json.Marshal(map[string]string{
		"filter": filter, "fromEntity": "entities/" + from, "toEntity": "entities/" + to, "reason": "it was somebody else",
	}))(t)
	got := api.done(t, editor, "POST", "/v1/statements:reattribute", string(body))
	return string(regexp.MustCompile(`reattributions/[\w-]+`).Find(got.body))
}

// madeSoFar are the names of all corrections and re-attributions.
func madeSoFar(t *testing.T, api *callers, editor string) (names []string) {
	t.Helper()
	for _, address := range []string{"/v1/corrections", "/v1/reattributions"} {
		body := api.done(t, editor, "GET", address, "").body
		for _, found := range regexp.MustCompile(`"name":"((corrections|reattributions)/[^"]+)"`).FindAllSubmatch(body, -1) {
			names = append(names, string(found[1]))
		}
	}
	return names
}

// secret is what nothing has in it that readers are told: names of what is under embargo, and
// words of it.
var secret = regexp.MustCompile(`sealed|quokka|zyzzyva|Zyzzyva|US\$731`)

// hides checks that an answer tells nothing secret, nor do the tokens in it.
func hides(t *testing.T, from, text string) {
	t.Helper()
	if found := secret.FindString(text + opened(text)); found != "" {
		t.Errorf("%s tells %q:\n%s\n%q", from, found, text, opened(text))
	}
}

// opened is what the tokens in a text hold, and the tokens in those.
func opened(text string) string {
	var all strings.Builder
	for _, token := range regexp.MustCompile(`[\w-]{12,}`).FindAllString(text, -1) {
		for skipped := range 4 { // what stands before a token, such as its length, may look like a part of it
			rest := token[skipped:]
			if inner, err := base64.RawURLEncoding.DecodeString(rest[:len(rest)/4*4]); err == nil {
				all.WriteString(string(inner) + "\n")
				if skipped == 0 {
					all.WriteString(opened(string(inner)))
				}
			}
		}
	}
	return all.String()
}

// watcher has a stream of changes open.
type watcher struct {
	t     *testing.T
	lines *bufio.Scanner
}

// watch opens a stream of what changes from now on.
func watch(t *testing.T, api *callers, key string) watcher {
	t.Helper()
	body := changes(t, api, key, "")
	t.Cleanup(func() { must.OK(t, body.Close()) })
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	return watcher{t, lines}
}

// next is the next event.
func (w watcher) next() string {
	w.t.Helper()
	var event strings.Builder
	for w.lines.Scan() {
		if w.lines.Text() == "" && event.Len() > 0 {
			return event.String()
		}
		event.WriteString(w.lines.Text() + "\n")
	}
	w.t.Fatalf("the stream ended: %v", w.lines.Err())
	return ""
}

// until reads events to one that contains a mark.
func (w watcher) until(mark string) (heard string) {
	w.t.Helper()
	for !strings.Contains(heard, mark) {
		heard += w.next()
	}
	return heard
}

// untilSecret reads events to the first that is about something secret, and returns those
// before it and it.
func (w watcher) untilSecret() (before, first string) {
	w.t.Helper()
	for {
		if first = w.next(); secret.MatchString(first) {
			return before, first
		}
		before += first
	}
}
