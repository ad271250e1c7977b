package command_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A small record of its own: one document, one statement, one figure.
const small = `{
  "document": {"name": "documents/notice", "headline": "A notice", "publisher": "Harbour office", "languageCode": "en"},
  "version": {"text": "At least 100 ships came, the harbour master said.", "publishTime": {"edtf": "2024-05"}},
  "entities": [{"name": "entities/harbour-master", "entityType": "PERSON", "displayName": "Harbour master"}],
  "metrics": [{"name": "metrics/ships", "displayName": "Ships", "measuredProperty": "arrivals", "statType": "COUNT", "defaultUnit": {"system": "UCUM", "code": "1"}}],
  "statements": [{
    "name": "statements/notice-ships", "statementType": "INDIRECT",
    "contents": [{"start": 0, "end": 23, "exact": "At least 100 ships came"}],
    "speakers": [{"entity": "entities/harbour-master"}], "statementTime": {"missingReason": "NOT_STATED"}
  }],
  "figures": [{
    "name": "figures/notice-ships", "metric": "metrics/ships", "timePeriod": {"edtf": "2024-05"}, "valueKind": "LOWER_BOUND",
    "lower": {"value": {"value": "100"}, "inclusive": true}, "approximator": "AT_LEAST", "unit": {"system": "UCUM", "code": "1"}, "countedObject": "ships",
    "reported": {"numberText": "100", "value": {"value": "100"}, "spans": [{"start": 0, "end": 18, "exact": "At least 100 ships", "role": "CONTENT"}]}
  }]
}`

func writeFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "record.json")
	must.OK(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func TestIngest(t *testing.T) {
	data := t.TempDir()
	server := start(t, data)
	must.False(t, strings.Contains(server.printed, "goods-trade-note"), "%s", server.printed)
	file := writeFile(t, small)

	dry := server.must(t, "ingest", file, "--validate-only")
	must.Contains(t, dry, "checked, not written")
	must.Equal(t, server.ask(t, "list", "documents"), result{0, "", "no documents\n"})

	first := server.must(t, "ingest", file)
	must.Contains(t, first, "documents/notice/versions/1")
	// The same file again is the same write, also as standard input and respaced.
	must.Equal(t, server.must(t, "ingest", file), first)
	again := run(t, strings.ReplaceAll(small, "\n", " "), "ingest", "-", "--server", server.url)
	must.Equal(t, again.err, "")
	must.Equal(t, strings.Fields(lastLine(again.out))[1:], strings.Fields(lastLine(first))[1:])

	answer := decode[struct{ Statements []struct{ Name string } }](t, server.must(t, "ingest", file, "-o", "json"))
	must.Equal(t, answer.Statements[0].Name, "statements/notice-ships")
	must.Contains(t, server.must(t, "list", "figures"), "≥ 100")

	// With another record there, the examples stay away; what is there stays.
	server.stop()
	restarted := start(t, data, "--examples")
	must.Contains(t, restarted.printed, "the example record is not loaded")
	must.Contains(t, restarted.must(t, "get", "statements/notice-ships"), "At least 100 ships came")
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestIngestRefusals(t *testing.T) {
	server := start(t, t.TempDir())
	for name, tt := range map[string]struct {
		from, to string
		want     []string
	}{
		"span":         {`"exact": "At least 100 ships came"`, `"exact": "At least 101 ships came"`, []string{"SPAN_MISMATCH", "statements[0].contents[0].exact"}},
		"no such unit": {`"code": "1"}, "countedObject"`, `"code": "furlongs"}, "countedObject"`, []string{"figures[0].unit", "furlongs"}},
		"no hedge":     {`"AT_LEAST"`, `"NEARLY"`, []string{"figures[0].approximator"}},
		"no headline":  {`"headline": "A notice", `, ``, []string{"document.headline"}},
		"no such day":  {`{"edtf": "2024-05"}, "valueKind"`, `{"edtf": "2024-02-30"}, "valueKind"`, []string{"figures[0].timePeriod.edtf"}},
		"unknown":      {`"speakers": [{"entity": "entities/harbour-master"}]`, `"speakers": [{"entity": "entities/nobody"}]`, []string{"statements[0].speakers[0].entity"}},
	} {
		t.Run(name, func(t *testing.T) {
			must.Contains(t, small, tt.from)
			got := server.ask(t, "ingest", writeFile(t, strings.Replace(small, tt.from, tt.to, 1)))
			must.Equal(t, got.code, 1)
			must.Equal(t, got.out, "")
			must.Contains(t, got.err, "record.json: refused")
			for _, part := range tt.want {
				must.Contains(t, got.err, part)
			}
		})
	}
	// A refused file does not keep the next from being loaded.
	both := server.ask(t, "ingest", "absent.json", writeFile(t, small))
	must.Equal(t, both.code, 1)
	must.Contains(t, both.out, "documents/notice/versions/1")
	must.Contains(t, both.err, "absent.json: no such file")
}

// After a fault of the server nobody knows what was written; the error says how
// to find out, unless the server knows. A refusal wrote nothing, and says nothing of the
// kind, unless the server says so.
func TestIngestFaults(t *testing.T) {
	for _, tt := range []struct {
		code     int
		outcome  string
		finishes bool
	}{
		{http.StatusServiceUnavailable, "", true},
		{http.StatusServiceUnavailable, "NOT_WRITTEN", false},
		{http.StatusInternalServerError, "", true},
		{http.StatusConflict, "", false},
		{http.StatusConflict, "NOT_WRITTEN", false},
		{http.StatusBadRequest, "UNKNOWN", true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.code)
			_, _ = io.WriteString(w, `{"code":14,"message":"the statements service does not answer now","details":[
				{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","metadata":{"write_outcome":"`+tt.outcome+`"}}]}`)
		}))
		got := run(t, "", "ingest", writeFile(t, small), "--server", server.URL)
		server.Close()
		must.Equal(t, got.code, 1)
		must.Contains(t, got.err, "does not answer now")
		must.Equal(t, strings.Contains(got.err, "the write may have happened"), tt.finishes)
	}
}

// Where nobody listens, nothing was asked: the error does not say that something may
// have been written.
func TestIngestWithoutAServer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.URL
	server.Close()
	for _, args := range [][]string{{"ingest", writeFile(t, small)}, {"list", "documents"}} {
		got := run(t, "", append(args, "--server", address)...)
		must.Equal(t, got.code, 1)
		must.Contains(t, got.err, "cannot reach")
		must.False(t, strings.Contains(got.err, "may have happened"), "%s", got.err)
	}
}

// What a start was cut off in loading is loaded by the next.
func TestExamplesAreLoadedOnce(t *testing.T) {
	data := t.TempDir()
	server := start(t, data)
	server.must(t, "ingest", "../../examples/goods-trade-note.json")
	server.stop()
	server = start(t, data, "--examples")
	must.Contains(t, server.printed, "loaded 2 of 2  documents/us-mexico-goods-trade")
	server.stop()
	server = start(t, data, "--examples")
	must.False(t, strings.Contains(server.printed, "loaded"), "%s", server.printed)
	must.Contains(t, server.printed, "/documents/afp-2023-11-18")
}

// TestAnExampleThatIsRefusedEndsNothing: whoever writes while the examples are loaded, or
// before, may have what they are called; the server goes on, and the next start loads the rest.
func TestAnExampleThatIsRefusedEndsNothing(t *testing.T) {
	data := t.TempDir()
	server := start(t, data)
	staging := func() statementsv1.StagingServiceClient {
		conn := must.Get(grpc.NewClient(server.address(t, `(127\.0\.0\.1:\d+) +gRPC`), grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
		t.Cleanup(func() { must.OK(t, conn.Close()) })
		return statementsv1.NewStagingServiceClient(conn)
	}
	id := uuid.NewString()
	must.Get(staging().StageDocument(t.Context(), &statementsv1.StageDocumentRequest{
		RequestId:       id,
		Document:        &statementsv1.Document{Name: "documents/goods-trade-note", Headline: "Mine", Publisher: "Me", LanguageCode: "en", Uri: "https://example.org/mine"},
		DocumentVersion: &statementsv1.DocumentVersion{Text: "Mine.", PublishTime: &typev1.TimePeriod{Edtf: "2024"}},
	}))(t)
	server.stop()
	server = start(t, data, "--examples")
	must.Contains(t, server.printed, "the example record is not loaded, or not all of it: documents/goods-trade-note: documents/goods-trade-note is part of an ingest that is not finished")
	must.Get(staging().DiscardDocument(t.Context(), &statementsv1.DiscardDocumentRequest{RequestId: id}))(t)
	server.stop()
	server = start(t, data, "--examples")
	must.Contains(t, server.printed, "documents/goods-trade-note: ")
	must.Contains(t, server.printed, "/documents/afp-2023-11-18")
}

// Two programs on one folder would each miss what the other writes.
func TestDataIsHeldByOneProgram(t *testing.T) {
	data := t.TempDir()
	start(t, data)
	got := run(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0", "--grpc-listen", "127.0.0.1:0", "--admin-listen", "")
	must.Equal(t, got.code, 1)
	must.Contains(t, got.err, "statements")
}
