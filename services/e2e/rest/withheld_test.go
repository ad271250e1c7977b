package rest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// withheldText has one quotation; the rest of it must never be kept.
const withheldText = "The harbour was quiet on Tuesday morning, and nobody expected what came with the tide after breakfast. " +
	"Ana Ríos told reporters: “We moved US$14 billion of goods.” Further along the quay an unremarkable heron watched the zebrawood crates, " +
	"which held 3,000 km of cable for the islands."

// secrets are words of the text that are neither quoted nor near a quotation.
var secrets = []string{"nobody expected what came", "unremarkable heron", "zebrawood crates", "cable for the islands", "3,000 km of cable"}

func withheldRecord(t *testing.T) *gatewayv1.IngestDocumentRequest {
	t.Helper()
	return withheldRecordOf(t, "withheld")
}

func withheldRecordOf(t *testing.T, id string) *gatewayv1.IngestDocumentRequest {
	t.Helper()
	r := fixture.Record(t, id, uuid.NewString())
	r.Document.TextWithheld = true
	r.Version.Text = withheldText
	direct, indirect := r.Statements[0], r.Statements[1]
	direct.Contents = []*typev1.TextSpan{fixture.Span(t, withheldText, "We moved US$14 billion of goods.")}
	direct.Cue = fixture.Span(t, withheldText, "told")
	direct.SourceMentions = []*typev1.TextSpan{fixture.Span(t, withheldText, "Ana Ríos")}
	indirect.Contents = []*typev1.TextSpan{fixture.Span(t, withheldText, "which held 3,000 km of cable for the islands.")}
	indirect.Text = "A summary in the editor's own words."
	for i, words := range []string{"US$14 billion", "3,000 km"} {
		r.Figures[i].Reported.Text = words
		r.Figures[i].Reported.Spans = []*typev1.TextSpan{fixture.Role(fixture.Span(t, withheldText, words), typev1.TextSpan_CONTENT)}
	}
	return r
}

// TestWithheldText: the text is used once, to verify what is said of it, and
// then it is nowhere: in no answer, in no file, in no line of the log.
func TestWithheldText(t *testing.T) {
	request := withheldRecord(t)
	answers := []client.Answer{api.Post(t, "/v1/documents:ingest", request).OK(t)}
	for _, path := range []string{
		"/v1/documents/withheld", "/v1/documents/withheld/versions/1", "/v1/documents/withheld/versions", "/v1/documents/withheld:read",
		"/v1/statements/withheld-goods", "/v1/statements/withheld-quay", "/v1/statements/withheld-quay/revisions",
		"/v1/figures/withheld-goods", "/v1/figures/withheld-distance", "/documents/withheld", "/statements/withheld-quay", "/figures/withheld-distance",
	} {
		answers = append(answers, api.Get(t, path).OK(t))
	}
	for _, answer := range answers {
		nowhere(t, answer.Request().URL.Path, answer.Body)
	}
	files, err := filepath.Glob(filepath.Join(data, "*"))
	must.OK(t, err)
	must.True(t, len(files) >= 2, "there are no databases in %s", data)
	quoted := false
	for _, file := range files {
		content := must.Get(os.ReadFile(file))(t)
		nowhere(t, filepath.Base(file), content)
		quoted = quoted || bytes.Contains(content, []byte("We moved US$14 billion of goods."))
	}
	must.True(t, quoted, "not even the quotation is in the files: they are not what this test takes them for")
	nowhere(t, "the log", []byte(server.Output()))

	for word, want := range map[string]int{"billion": 1, "heron": 0, "cable": 0} {
		found := client.Read(t, api, "/v1/statements:search?query="+word, &statementsv1.SearchStatementsResponse{})
		count := 0
		for _, result := range found.GetResults() {
			if result.GetStatement().GetDocumentVersion() == "documents/withheld/versions/1" {
				count++
			}
		}
		must.Equal(t, count, want)
	}
}

func nowhere(t *testing.T, where string, content []byte) {
	t.Helper()
	for _, words := range secrets {
		must.False(t, bytes.Contains(content, []byte(words)), "%q is in %s", words, where)
	}
}

// TestWithheldTextBroughtAgain: whoever has the text can have facts verified,
// and nobody can with another text.
func TestWithheldTextBroughtAgain(t *testing.T) {
	if api.Get(t, "/v1/documents/withheld").Code != 200 {
		api.Post(t, "/v1/documents:ingest", withheldRecord(t)).OK(t)
	}
	sum := sha256.Sum256([]byte(withheldText))
	version := client.Read(t, api, "/v1/documents/withheld/versions/1", &statementsv1.DocumentVersion{})
	must.Equal(t, version.GetTextSha256(), hex.EncodeToString(sum[:]))

	quote := proto.CloneOf(withheldRecord(t).GetStatements()[0])
	quote.Name, quote.DocumentVersion = "", "documents/withheld/versions/1"
	create := func(text string) *statementsv1.BatchCreateStatementsRequest {
		return &statementsv1.BatchCreateStatementsRequest{
			Requests: []*statementsv1.CreateStatementRequest{{Statement: quote}}, SourceText: text,
		}
	}
	made := &statementsv1.BatchCreateStatementsResponse{}
	api.Post(t, "/v1/statements:batchCreate", create(withheldText)).Into(t, made)
	must.Equal(t, made.GetStatements()[0].GetContents()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
	api.Post(t, "/v1/statements:batchCreate", create("")).Into(t, made)
	must.Equal(t, made.GetStatements()[0].GetContents()[0].GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	api.Post(t, "/v1/statements:batchCreate", create(withheldText+" ")).Refused(t, client.Invalid("TEXT_HASH_MISMATCH", "sourceText"))
}
