package access_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// write is a request that changes the record; ID in it is that of the record of its own, and
// END-1 to END-3 are ends of embargoes.
type write struct{ key, method, path, body string }

// as is the request on a record, under a key.
func (w write) as(id, key string) write {
	fill := strings.NewReplacer("ID", id, "END-1", end(1), "END-2", end(2), "END-3", end(3)).Replace
	return write{key, w.method, fill(w.path), fill(w.body)}
}

var began = time.Now()

func end(months int) string { return began.AddDate(0, months, 0).UTC().Format(time.RFC3339) }

func (w write) send(t *testing.T, api *callers, headers ...string) answer {
	t.Helper()
	return api.ask(t, w.key, w.method, w.path, w.body, headers...)
}

const (
	// onDocument and claimed are figures on a document and of a claimant.
	onDocument = `"metric":"metrics/ID-goods","timePeriod":{"edtf":"2021"},"frequency":"A","valueKind":"POINT","value":{"value":"14"},` +
		`"unit":{"system":"ISO4217","code":"USD"},"unitMult":9,"documentVersion":"documents/ID/versions/1"`
	claimed = `"metric":"metrics/ID-goods","timePeriod":{"edtf":"2021"},"frequency":"A","valueKind":"POINT","value":{"value":"7"},` +
		`"unit":{"system":"ISO4217","code":"USD"},"unitMult":9,"origin":{"producer":"A bureau"},"claimant":"statements/ID-quay"`
)

// sentAgain are writes of figures and what happens before they are sent again. They are then
// answered as at first, but for words that are gone; other is why another write under the id
// is refused.
func sentAgain(t *testing.T, k keys) map[string]struct {
	write write
	since []write
	gone  string
	other string
} {
	const reused, absent = "REQUEST_ID_REUSED", "REFERENCE_NOT_FOUND"
	create := write{k.editor, "POST", "/v1/figures?figure_id=ID-new", "{" + onDocument + "}"}
	correct := write{k.editor, "POST", "/v1/figures/ID-goods:correct", `{"kind":"ERROR","reason":"r","figure":{"timePeriod":{"edtf":"2021"}}}`}
	unclaim := write{k.editor, "DELETE", "/v1/statements/ID-quay?reason=r", ""}
	erase := write{k.admin, "POST", "/v1/documents/ID:erase", `{"reason":"r","cascade":true}`}
	embargo := func(end string) string { return `{"embargoEndTime":"` + end + `","comment":"2021"}` }
	return map[string]struct {
		write write
		since []write
		gone  string
		other string
	}{
		"a correction of what was retracted since": {correct, []write{{k.editor, "DELETE", "/v1/figures/ID-goods?reason=r", ""}}, "", reused},
		"a correction of what moved since": {correct, []write{
			{k.editor, "POST", "/v1/documents/ID/versions", `{"text":` + string(must.Get(json.Marshal(fixture.Text+"More.\n"))(t)) + `,"publishTime":{"edtf":"2024"}}`},
			{k.editor, "POST", "/v1/figures/ID-goods:correct", `{"kind":"ERROR","reason":"r","figure":{"documentVersion":"documents/ID/versions/2"}}`},
		}, "", reused},
		"a correction of what stands on what was erased since": {correct, []write{erase}, "US$14 billion", absent},
		"a figure on what was erased since":                    {create, []write{erase}, "", absent},
		"a figure that stands":                                 {create, nil, "", reused},
		"a claim that was retracted since":                     {write{k.editor, "POST", "/v1/figures?figure_id=ID-new", "{" + claimed + "}"}, []write{unclaim}, "", absent},
		"a claim on a document that was retracted since": {
			write{k.editor, "POST", "/v1/figures?figure_id=ID-new", "{" + onDocument + `,"claimant":"statements/ID-quay"}`}, []write{unclaim}, "", absent,
		},
		"a batch of claims that were retracted since": {write{
			k.editor, "POST", "/v1/figures:batchCreate",
			`{"requests":[{"figureId":"ID-a","figure":{` + onDocument + `}},{"figureId":"ID-b","figure":{` + claimed + `}}]}`,
		}, []write{unclaim}, "", absent},
		"an ingest with a claim that was retracted since": {write{
			k.editor, "POST", "/v1/documents:ingest",
			`{"document":{"name":"documents/ID-two","headline":"Two","publisher":"A desk","languageCode":"en"},` +
				`"version":{"text":"Two.","publishTime":{"edtf":"2024"}},"figures":[{"name":"figures/ID-two",` + claimed + `}]}`,
		}, []write{unclaim}, "", absent},
		"an end of an embargo before that which the document got since": {
			write{k.editor, "PATCH", "/v1/figures/ID-sealed", embargo("END-2")},
			[]write{{k.editor, "PATCH", "/v1/documents/ID-sealed", `{"embargoEndTime":"END-3"}`}}, "", "EMBARGOED",
		},
		"a figure with an end before that which its document got since": {
			write{k.editor, "POST", "/v1/figures?figure_id=ID-new", `{` + strings.Replace(onDocument, "documents/ID/", "documents/ID-sealed/", 1) + `,"embargoEndTime":"END-2"}`},
			[]write{{k.editor, "PATCH", "/v1/documents/ID-sealed", `{"embargoEndTime":"END-3"}`}}, "", "EMBARGOED",
		},
		"a rollback of what was corrected since": {write{k.editor, "POST", "/v1/figures/ID-twice:rollback", `{"revisionId":"1","reason":"2021"}`}, []write{
			{k.editor, "POST", "/v1/figures/ID-twice:correct", `{"kind":"ERROR","reason":"r","figure":{"timePeriod":{"edtf":"2018"}}}`},
		}, "", reused},
		"a rollback to what stood on what was erased since": {
			write{k.editor, "POST", "/v1/figures/ID-twice:rollback", `{"revisionId":"1","reason":"2021"}`}, []write{erase}, "", reused,
		},
		"a rollback of what was retracted since": {
			write{k.editor, "POST", "/v1/figures/ID-twice:rollback", `{"revisionId":"1","reason":"2021"}`},
			[]write{{k.editor, "DELETE", "/v1/figures/ID-twice?reason=r", ""}}, "", reused,
		},
	}
}

// TestAFigureSentAgainIsTheSameWrite whatever happened since, and whoever sends it: what the
// gateway adds to a request and checks stands no longer, but the write is done.
func TestAFigureSentAgainIsTheSameWrite(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	api := over("http://"+server.HTTP, nil)
	for name, c := range sentAgain(t, k) {
		t.Run(name, func(t *testing.T) {
			id, once := ownRecord(t, api, k), uuid.NewString()
			send := func(w write) answer { return w.send(t, api, "Idempotency-Key", once) }
			first := send(c.write.as(id, k.editor))
			must.True(t, first.code == http.StatusOK, "%d %s", first.code, first.body)
			for _, since := range c.since {
				since = since.as(id, since.key)
				api.done(t, since.key, since.method, since.path, since.body)
			}
			before := said(t, api, k.editor, id)
			for _, key := range []string{k.admin, k.editor} {
				again := send(c.write.as(id, key))
				must.True(t, again.code == http.StatusOK, "%d %s", again.code, again.body)
				if c.gone == "" {
					must.Equal(t, string(again.body), string(first.body))
					continue
				}
				must.Contains(t, string(first.body), c.gone)
				must.False(t, strings.Contains(string(again.body), c.gone), "%s", again.body)
			}
			must.Equal(t, send(c.write.as(id, k.reader)).code, http.StatusForbidden)
			other := c.write.as(id, k.admin)
			other.body = strings.Replace(other.body, "2021", "2020", 1)
			refused := send(other)
			must.True(t, refused.code == http.StatusBadRequest, "%d %s", refused.code, refused.body)
			must.Equal(t, refused.reason(t), c.other)
			must.Equal(t, said(t, api, k.editor, id), before)
		})
	}
}

// ownRecord puts a record on record that is one test's, and says its id: a document, one
// under embargo, and a figure with two revisions.
func ownRecord(t *testing.T, api *callers, k keys) string {
	t.Helper()
	id := "r" + uuid.NewString()[:8]
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, id, "")))(t)))
	for _, w := range []write{
		{k.editor, "POST", "/v1/documents:ingest", `{"document":{"name":"documents/ID-sealed","headline":"S","publisher":"A desk","languageCode":"en",` +
			`"embargoEndTime":"END-1"},"version":{"text":"Sealed.","publishTime":{"edtf":"2024"}},` +
			`"figures":[{"name":"figures/ID-sealed",` + strings.Replace(claimed, `,"claimant":"statements/ID-quay"`, "", 1) + `}]}`},
		{k.editor, "POST", "/v1/figures?figure_id=ID-twice", "{" + strings.Replace(onDocument, "2021", "2019", 1) + "}"},
		{k.editor, "POST", "/v1/figures/ID-twice:correct", `{"kind":"ERROR","reason":"r","figure":{"timePeriod":{"edtf":"2017"}}}`},
	} {
		w = w.as(id, w.key)
		api.done(t, w.key, w.method, w.path, w.body)
	}
	return id
}

// said are all figures of a record, retracted ones too, and how often they were corrected.
func said(t *testing.T, api *callers, key, id string) string {
	t.Helper()
	said := string(api.done(t, key, "GET", "/v1/figures?show_deleted=true&filter=metric%3D%22metrics/"+id+"-goods%22", "").body)
	for _, figure := range []string{"goods", "twice", "sealed"} {
		said += string(api.done(t, key, "GET", "/v1/corrections?filter=subject%3D%22figures/"+id+"-"+figure+"%22", "").body)
	}
	return said
}

// TestARefusedFigureIsNotDone: what is refused for what it names is not on record, nor is its
// id used; and an id that was used for another write tells nothing of that. The audit log
// has what was called and nothing else.
func TestARefusedFigureIsNotDone(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	api := over("http://"+server.HTTP, nil)
	id, once := ownRecord(t, api, k), uuid.NewString()
	before, lines := said(t, api, k.editor, id), audited(t, server, api, k)
	create := write{k.editor, "POST", "/v1/figures?figure_id=ID-new", "{" + strings.ReplaceAll(claimed, "quay", "late") + "}"}.as(id, k.editor)
	refused := func(w write, once, reason string) {
		t.Helper()
		got := w.send(t, api, "Idempotency-Key", once)
		must.True(t, got.code == http.StatusBadRequest && got.reason(t) == reason, "%d %s, want %s", got.code, got.body, reason)
		must.True(t, got.header.Get("Onrecord-Again") == "" && got.header.Get("Grpc-Metadata-Onrecord-Again") == "")
	}
	for range 2 {
		refused(create, once, "REFERENCE_NOT_FOUND")
	}
	must.Equal(t, said(t, api, k.editor, id), before)
	correct := write{k.editor, "POST", "/v1/figures/ID-goods:correct", `{"kind":"ERROR","reason":"r","figure":{"claimant":"statements/ID-late"}}`}.as(id, k.editor)
	refused(correct, once, "REFERENCE_NOT_FOUND")
	must.Equal(t, audited(t, server, api, k)[len(lines):], []string{
		"CreateFigure REQUEST_NOT_DONE", "CreateFigure REQUEST_NOT_DONE", "CorrectFigure REQUEST_NOT_DONE",
	})

	late := write{k.editor, "POST", "/v1/statements?statement_id=ID-late", fmt.Sprintf(`{"documentVersion":"documents/ID/versions/1",`+
		`"statementType":"DIRECT","contents":[%s],"speakers":[{"entity":"entities/ID-rios"}],"statementTime":{"edtf":"2023"}}`,
		must.Get(protojson.Marshal(fixture.Span(t, fixture.Text, "We moved US$14 billion of goods,")))(t))}.as(id, k.editor)
	api.done(t, late.key, late.method, late.path, late.body)
	first := create.send(t, api, "Idempotency-Key", once)
	must.True(t, first.code == http.StatusOK, "%d %s", first.code, first.body)
	refused(correct, once, "REQUEST_ID_REUSED") // of another method, while it would do
	gone := write{k.editor, "DELETE", "/v1/statements/ID-late?reason=r", ""}.as(id, k.editor)
	api.done(t, gone.key, gone.method, gone.path, gone.body)
	before = said(t, api, k.editor, id)
	refused(correct, once, "REFERENCE_NOT_FOUND")
	refused(create, uuid.NewString(), "REFERENCE_NOT_FOUND")
	must.Equal(t, string(create.send(t, api, "Idempotency-Key", once).body), string(first.body))
	must.Equal(t, said(t, api, k.editor, id), before)
}

// audited are the lines of the audit log on figures: the method and the reason of a refusal.
func audited(t *testing.T, server *stack.AllInOne, api *callers, k keys) (lines []string) {
	t.Helper()
	last := uuid.NewString()
	api.ask(t, k.editor, "DELETE", "/v1/figures/none?reason=r", "", "X-Request-Id", last)
	server.Says(last)
	for line := range strings.Lines(server.Output()) {
		var entry struct{ Msg, Method, Reason string }
		if json.Unmarshal([]byte(line), &entry) != nil || entry.Msg != "audit" || strings.HasSuffix(entry.Method, "/DeleteFigure") {
			continue
		}
		if _, method, ok := strings.Cut(entry.Method, "FigureService/"); ok {
			lines = append(lines, method+" "+entry.Reason)
		}
	}
	return lines
}

// TestAnIngestThatWasCutIsFinishedWithoutItsClaimant: between its figures and its document,
// and the claimant was retracted then. Another ingest under its id is new.
func TestAnIngestThatWasCutIsFinishedWithoutItsClaimant(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	api := over("http://"+server.HTTP, nil)
	id, once := ownRecord(t, api, k), uuid.NewString()
	ingest := &gatewayv1.IngestDocumentRequest{
		RequestId: once, Document: &statementsv1.Document{Name: "documents/" + id + "-two", Headline: "Two", Publisher: "A desk", LanguageCode: "en"},
		Version: &statementsv1.DocumentVersion{Text: "Two.", PublishTime: &typev1.TimePeriod{Edtf: "2024"}}, Figures: []*metricsv1.Figure{{}},
	}
	must.OK(t, protojson.Unmarshal([]byte(strings.ReplaceAll("{"+claimed+"}", "ID", id)), ingest.Figures[0]))
	body := string(must.Get(protojson.Marshal(ingest))(t))

	conn, ctx := dial(t, server.GRPC, nil), showing(t, k.editor)
	figure := &metricsv1.Figure{}
	must.OK(t, protojson.Unmarshal([]byte(strings.ReplaceAll("{"+claimed+"}", "ID", id)), figure))
	figure.DocumentVersion, figure.ReleaseTime = "documents/"+id+"-two/versions/1", &typev1.TimePeriod{Edtf: "2024"}
	figures, documents := metricsv1.NewStagingServiceClient(conn), statementsv1.NewStagingServiceClient(conn)
	_, err := figures.StageFigures(ctx, &metricsv1.StageFiguresRequest{
		RequestId: once, Figures: []*metricsv1.Figure{figure}, SourceText: "Two.", SourceTextSha256: sourcetext.HashOf("Two."),
	})
	must.OK(t, err)
	_, err = documents.StageDocument(ctx, &statementsv1.StageDocumentRequest{RequestId: once, Document: ingest.Document, DocumentVersion: ingest.Version})
	must.OK(t, err)
	_, err = figures.PublishFigures(ctx, &metricsv1.PublishFiguresRequest{RequestId: once})
	must.OK(t, err)

	api.done(t, k.editor, "DELETE", "/v1/statements/"+id+"-quay?reason=r", "")
	for _, other := range []string{strings.Replace(body, "2021", "2020", 1), strings.NewReplacer(once, uuid.NewString(), "-two", "-three").Replace(body)} {
		refused := api.ask(t, k.editor, "POST", "/v1/documents:ingest", other)
		must.True(t, refused.code == http.StatusBadRequest && refused.reason(t) == "REFERENCE_NOT_FOUND", "%d %s", refused.code, refused.body)
	}
	first := api.done(t, k.editor, "POST", "/v1/documents:ingest", body)
	must.Equal(t, string(api.done(t, k.editor, "POST", "/v1/documents:ingest", body).body), string(first.body))
	got := &metricsv1.ListFiguresResponse{}
	list := api.done(t, k.editor, "GET", "/v1/figures?filter=document%3D%22documents/"+id+"-two%22", "")
	must.OK(t, protojson.Unmarshal(list.body, got))
	must.Equal(t, len(got.GetFigures()), 1)
}
