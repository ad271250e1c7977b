package verify_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// withheld is the fixture's record as somebody has it who may not copy the text:
// hashes and offsets, and the words of the quotation.
func withheld(t *testing.T, id string) *gatewayv1.IngestDocumentRequest {
	t.Helper()
	record := fixture.Record(t, id, uuid.NewString())
	record.Document.TextWithheld = true
	record.Version.Text, record.Version.TextSha256 = "", sourcetext.HashOf(fixture.Text)
	record.Version.TextLength = int32(utf8.RuneCountInString(fixture.Text))
	record.Statements[1].Text = "Where the quay is, in the editor's words."
	byHash(record.Statements[1].Contents...)
	for _, figure := range record.Figures {
		figure.Reported.Text = ""
		byHash(spansOf(figure)...)
	}
	return record
}

func byHash(spans ...*typev1.TextSpan) {
	for _, span := range spans {
		span.ExactSha256, span.Exact = sourcetext.HashOf(span.Exact), ""
	}
}

// spansOf are the spans of a figure.
func spansOf(f *metricsv1.Figure) []*typev1.TextSpan {
	spans := append([]*typev1.TextSpan{}, f.GetReported().GetSpans()...)
	if printed := f.GetTimePeriod().GetPrinted().GetSpan(); printed != nil {
		spans = append(spans, printed)
	}
	for _, claim := range f.GetComparisonClaims() {
		if claim.GetSpan() != nil {
			spans = append(spans, claim.GetSpan())
		}
	}
	return spans
}

// states are the anchor states of all facts of a document, by name.
func states(t *testing.T, api *client.API, document, query string) map[string]string {
	t.Helper()
	states := map[string]string{}
	read := client.Read(t, api, "/v1/"+document+":read"+query, &gatewayv1.ReadDocumentResponse{})
	must.Equal(t, read.GetDocumentVersion().GetText(), "")
	for _, fact := range read.GetFacts() {
		name, spans := fact.GetStatement().GetName(), fact.GetStatement().GetContents()
		if fact.GetFigure() != nil {
			name, spans = fact.GetFigure().GetName(), spansOf(fact.GetFigure())
		}
		for _, span := range spans {
			if state := span.GetAnchorState().String(); states[name] == "" || state == "UNVERIFIED" {
				states[name] = state
			}
		}
	}
	return states
}

// verify brings a text.
func verify(t *testing.T, api *client.API, document, text string) *gatewayv1.VerifyDocumentVersionResponse {
	t.Helper()
	answer := &gatewayv1.VerifyDocumentVersionResponse{}
	api.Post(t, "/v1/"+document+"/versions/1:verify", map[string]any{"sourceText": text}).Into(t, answer)
	return answer
}

// holds says whether words stand anywhere in the files of a folder.
func holds(t *testing.T, folder, words string) bool {
	t.Helper()
	files := must.Get(filepath.Glob(filepath.Join(folder, "*")))(t)
	must.True(t, len(files) > 1, "there are no files in %s", folder)
	for _, file := range files {
		if strings.Contains(string(must.Get(os.ReadFile(file))(t)), words) {
			return true
		}
	}
	return false
}

func TestWithheldTextIsBroughtLater(t *testing.T) {
	data := t.TempDir()
	server := stack.StartAllInOne(t, data)
	api := client.New(server.HTTP)
	record := withheld(t, "bridge")
	document := record.GetDocument().GetName()
	first := &gatewayv1.IngestDocumentResponse{}
	ingested := api.Post(t, "/v1/documents:ingest", record)
	ingested.Into(t, first)
	before := "?read_time=" + url.QueryEscape(ingested.Header.Get("Onrecord-Settled-Time"))
	unverified := states(t, api, document, "")
	must.Equal(t, len(unverified), fixture.Facts)
	for name, state := range unverified {
		must.Equal(t, name+" "+state, name+" UNVERIFIED")
	}

	// CR LF and decomposed letters are the same text.
	brought := strings.ReplaceAll(strings.ReplaceAll(fixture.Text, "\n", "\r\n"), "é", "e\u0301")
	tried := &gatewayv1.VerifyDocumentVersionResponse{}
	api.Post(t, "/v1/"+document+"/versions/1:verify", map[string]any{"sourceText": brought, "validateOnly": true}).Into(t, tried)
	must.Equal(t, tried, &gatewayv1.VerifyDocumentVersionResponse{VerifiedCount: fixture.Facts})
	must.Equal(t, states(t, api, document, ""), unverified)
	must.Equal(t, verify(t, api, document, brought), tried)
	must.Equal(t, verify(t, api, document, fixture.Text), &gatewayv1.VerifyDocumentVersionResponse{AnchoredCount: fixture.Facts})
	for name, state := range states(t, api, document, "") {
		must.Equal(t, name+" "+state, name+" ANCHORED")
	}
	must.Equal(t, states(t, api, document, before), unverified)

	// The quotation keeps its words and 32 code points around them, the rest does not.
	quote := client.Read(t, api, "/v1/"+record.GetStatements()[0].GetName(), &statementsv1.Statement{})
	must.Equal(t, quote.GetContents()[0].GetExact(), record.GetStatements()[0].GetContents()[0].GetExact())
	must.Equal(t, quote.GetContents()[0].GetSuffix(), "” said Ana Ríos, the harbour mis")
	figure := client.Read(t, api, "/v1/"+record.GetFigures()[0].GetName(), &metricsv1.Figure{})
	for _, span := range spansOf(figure) {
		must.Equal(t, span.GetExact()+span.GetPrefix()+span.GetSuffix(), "")
	}
	// The same ingest again is the same write and answers what it answered.
	again := &gatewayv1.IngestDocumentResponse{}
	api.Post(t, "/v1/documents:ingest", record).Into(t, again)
	must.True(t, proto.Equal(again, first), "the answer to the ingest changed: %v", again)

	must.Equal(t, server.Terminate(), 0)
	must.True(t, holds(t, data, "We moved US$14 billion of goods,"), "the quotation is not found")
	for _, words := range []string{"The new quay is 3,000 km", "km from the old one", "Bridge report 🌉"} {
		must.False(t, holds(t, data, words), "%q of the withheld text is in the files", words)
	}
}

func TestFactsThatDoNotMatchStay(t *testing.T) {
	api := client.New(stack.StartAllInOne(t, t.TempDir()).HTTP)
	record := withheld(t, "wrong")
	document := record.GetDocument().GetName()
	words := record.GetStatements()[0].GetContents()[0]
	words.Exact = strings.Replace(words.GetExact(), "14", "41", 1)
	record.Figures[1].Reported.Spans[0].ExactSha256 = sourcetext.HashOf("3,001 km")
	api.Post(t, "/v1/documents:ingest", record).OK(t)

	for _, want := range [][2]int32{{2, 0}, {0, 2}} {
		answer := verify(t, api, document, fixture.Text)
		must.Equal(t, [2]int32{answer.GetVerifiedCount(), answer.GetAnchoredCount()}, want)
		must.Equal(t, answer.GetMismatchCount(), int32(2))
		must.Equal(t, len(answer.GetMismatches()), 2)
		must.Equal(t, answer.GetMismatches()[0].GetFact()+" "+answer.GetMismatches()[0].GetField(), record.GetStatements()[0].GetName()+" contents[0]")
		must.Contains(t, answer.GetMismatches()[0].GetDescription(), "We moved US$14 billion")
		must.Equal(t, answer.GetMismatches()[1].GetFact()+" "+answer.GetMismatches()[1].GetField(), record.GetFigures()[1].GetName()+" reported.spans[0]")
	}
	found := states(t, api, document, "")
	must.Equal(t, found[record.GetStatements()[0].GetName()], "UNVERIFIED")
	must.Equal(t, found[record.GetFigures()[1].GetName()], "UNVERIFIED")
	must.Equal(t, found[record.GetStatements()[1].GetName()], "ANCHORED")
}

func TestRefusals(t *testing.T) {
	api := client.New(stack.StartAllInOne(t, t.TempDir()).HTTP)
	record := withheld(t, "refused")
	document := record.GetDocument().GetName()
	api.Post(t, "/v1/documents:ingest", record).OK(t)
	empty := map[string]any{
		"documentId":     "gone",
		"document":       map[string]any{"headline": "h", "publisher": "p", "languageCode": "en"},
		"initialVersion": map[string]any{"text": fixture.Text, "publishTime": map[string]any{"edtf": "2023"}},
	}
	api.Post(t, "/v1/documents", empty).OK(t)
	api.Do(t, client.Request{Method: http.MethodDelete, Path: "/v1/documents/gone?reason=wrong"}).OK(t)
	body := func(field string, value any) map[string]any {
		b := map[string]any{"sourceText": fixture.Text}
		b[field] = value
		return b
	}
	for name, test := range map[string]struct {
		version string
		body    any
		want    client.Want
	}{
		"another text":     {document + "/versions/1", body("sourceText", fixture.Text+"!"), client.Invalid("TEXT_HASH_MISMATCH", "sourceText")},
		"no text":          {document + "/versions/1", map[string]any{}, client.Invalid("", "sourceText")},
		"unknown field":    {document + "/versions/1", body("text", "x"), client.Invalid("UNKNOWN_FIELD", "text")},
		"another name":     {document + "/versions/1", body("name", document+"/versions/2"), client.Invalid("", "name")},
		"unknown version":  {document + "/versions/2", body("validateOnly", true), client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "VERSION_NOT_FOUND"}},
		"unknown document": {"documents/nothing/versions/1", body("validateOnly", true), client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "DOCUMENT_NOT_FOUND"}},
		"retracted":        {"documents/gone/versions/1", body("validateOnly", true), client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"}},
	} {
		t.Run(name, func(t *testing.T) {
			api.Post(t, "/v1/"+test.version+":verify", test.body).Refused(t, test.want)
		})
	}
	for name, state := range states(t, api, document, "") {
		must.Equal(t, name+" "+state, name+" UNVERIFIED")
	}
}
