package server_test

import (
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const document = `{"document":{"headline":"h","publisher":"p","languageCode":"en"}}`

func TestBodiesAreStrict(t *testing.T) {
	w := newWorld(t)
	deep := strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	for name, c := range map[string]struct {
		body, reason, field string
	}{
		"unknown field":         {`{"document":{"headlin":"h"}}`, "UNKNOWN_FIELD", "document.headlin"},
		"unknown top-level":     {`{"doc":{}}`, "UNKNOWN_FIELD", "doc"},
		"wrong type":            {`{"document":{"headline":5}}`, "WRONG_TYPE", "document.headline"},
		"array for object":      {`{"document":[]}`, "WRONG_TYPE", "document"},
		"not an object":         {`[]`, "WRONG_TYPE", ""},
		"null":                  {`null`, "WRONG_TYPE", ""},
		"bad time":              {`{"initialVersion":{"accessTime":"yesterday"}}`, "MALFORMED_VALUE", "initialVersion.accessTime"},
		"unknown enum value":    {`{"initialVersion":{"publishTime":{"missingReason":"LOST"}}}`, "UNKNOWN_ENUM_VALUE", "initialVersion.publishTime.missingReason"},
		"number for enum":       {`{"initialVersion":{"publishTime":{"missingReason":1}}}`, "WRONG_TYPE", "initialVersion.publishTime.missingReason"},
		"duplicate key":         {`{"document":{"headline":"a","headline":"b"}}`, "DUPLICATE_FIELD", "document.headline"},
		"both names":            {`{"document":{"languageCode":"en","language_code":"en"}}`, "DUPLICATE_FIELD", "document.languageCode"},
		"trailing garbage":      {document + "x", "MALFORMED_JSON", ""},
		"two values":            {document + document, "MALFORMED_JSON", ""},
		"broken":                {`{"document":`, "MALFORMED_JSON", ""},
		"blank":                 {"  \n", "BODY_REQUIRED", ""},
		"invalid UTF-8":         {"{\"document\":{\"headline\":\"\xff\"}}", "INVALID_UTF8", ""},
		"NUL":                   {`{"document":{"headline":"a\u0000b"}}`, "NUL_CHARACTER", "document.headline"},
		"half a surrogate pair": {`{"document":{"headline":"a\ud83db"}}`, "MALFORMED_VALUE", "document.headline"},
		"10,000 deep":           {deep, "JSON_TOO_DEEP", ""},
		"10,000 arrays":         {strings.Repeat("[", 10_000), "JSON_TOO_DEEP", ""},
		"string for a boolean":  {`{"validateOnly":"true"}`, "WRONG_TYPE", "validateOnly"},
		"rule of the service":   {`{"document":{"headline":"","publisher":"p","languageCode":"en"}}`, "INVALID_REQUEST", "document.headline"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, w.call(t, "POST", "/v1/documents", c.body), 400, c.reason, c.field)
		})
	}
	must.Equal(t, len(w.documents.requests), 0)

	refused(t, w.call(t, "POST", "/v1/documents", `{"document":{"headline":"`+strings.Repeat("x", 4<<20)+`"}}`), 413, "REQUEST_TOO_LARGE", "")
	refused(t, w.call(t, "POST", "/v1/documents", document, "Content-Type", "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE", "")
	refused(t, w.call(t, "POST", "/v1/documents", document, "Content-Type", "application/json", "Content-Encoding", "gzip"), 415, "UNSUPPORTED_MEDIA_TYPE", "")
	refused(t, w.call(t, "POST", "/v1/documents", ""), 415, "UNSUPPORTED_MEDIA_TYPE", "")
	refused(t, w.call(t, "POST", "/v1/documents", "", "Content-Type", "application/json"), 400, "BODY_REQUIRED", "")
	refused(t, w.call(t, "GET", "/v1/documents", "{}"), 400, "BODY_NOT_ALLOWED", "")
	refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", "{}"), 400, "BODY_NOT_ALLOWED", "")
}

func TestAllViolationsOfABodyAreReported(t *testing.T) {
	w := newWorld(t)
	f := refused(t, w.call(t, "POST", "/v1/documents", `{"document":{"a":1,"headline":2},"b":[{"c":{}}]}`), 400, "INVALID_REQUEST", "document.a")
	must.Equal(t, len(f.Details[1].FieldViolations), 3)
	must.Equal(t, f.Details[1].FieldViolations[1].Field, "document.headline")
	must.Equal(t, f.Details[1].FieldViolations[2].Field, "b")
}

func TestAGoodBodyReachesTheService(t *testing.T) {
	w := newWorld(t)
	body := `{"document":{"headline":"é \ud83d\ude00","publisher":"p","language_code":"en","etag":null,"textWithheld":true},` +
		`"initialVersion":{"text":"t","publishTime":{"edtf":"2023"},"accessTime":"2023-11-18T01:02:03.123456+01:00"},"documentId":"a"}`
	response := w.call(t, "POST", "/v1/documents", body, "Content-Type", "application/json; charset=UTF-8")
	must.Equal(t, response.StatusCode, http.StatusOK)
	request := last[*statementsv1.CreateDocumentRequest](t, &w.documents.notes)
	must.Equal(t, request.GetDocument().GetHeadline(), "é 😀")
	must.Equal(t, request.GetDocumentId(), "a")
	must.True(t, request.GetDocument().GetTextWithheld())
	must.Equal(t, request.GetInitialVersion().GetAccessTime().GetNanos(), int32(123456000))
}

func TestDecimalsAreObjects(t *testing.T) {
	w := newWorld(t)
	figure := `{"metric":"metrics/m","timePeriod":{"edtf":"2022"},"valueKind":"POINT","unit":{"system":"ISO4217","code":"USD"},"value":`
	response := w.call(t, "POST", "/v1/figures?figure_id=f", figure+`{"value":"12345678901234567890123456789012345678.10"}}`)
	must.Equal(t, response.StatusCode, http.StatusOK)
	must.Contains(t, response.Body, `"value":{"value":"12345678901234567890123456789012345678.10"}`)
	f := refused(t, w.call(t, "POST", "/v1/figures", figure+`1.10}`), 400, "WRONG_TYPE", "figure.value")
	must.Contains(t, f.Message, `{"value":"1.10"}`)
	refused(t, w.call(t, "POST", "/v1/figures", figure+`{"value":1.10}}`), 400, "WRONG_TYPE", "figure.value.value")
	refused(t, w.call(t, "POST", "/v1/figures", `{"unitMult":9.5}`), 400, "MALFORMED_VALUE", "figure.unitMult")
	refused(t, w.call(t, "POST", "/v1/figures", `{"unitMult":99999999999}`), 400, "MALFORMED_VALUE", "figure.unitMult")
	refused(t, w.call(t, "POST", "/v1/figures", `{"dimensions":{"A":"1","A":"2"}}`), 400, "DUPLICATE_FIELD", "figure.dimensions[A]")
}

func TestPatchChangesWhatTheBodyHas(t *testing.T) {
	w := newWorld(t)
	mask := func(target, body string) []string {
		response := w.call(t, "PATCH", target, body)
		must.Equal(t, response.StatusCode, http.StatusOK)
		return last[*statementsv1.UpdateDocumentRequest](t, &w.documents.notes).GetUpdateMask().GetPaths()
	}
	must.Equal(t, mask("/v1/documents/a", `{"headline":"x","byline":null}`), []string{"headline", "byline"})
	must.Equal(t, mask("/v1/documents/a", `{"name":"documents/a","uid":"u","etag":"\"1\"","createTime":"2023-01-01T00:00:00Z","headline":"x"}`), []string{"headline"})
	must.Equal(t, mask("/v1/documents/a", `{"etag":"\"1\""}`), nil)
	must.Equal(t, mask("/v1/documents/a", `{}`), nil)
	must.Equal(t, mask("/v1/documents/a", `{"textWithheld":true}`), []string{"text_withheld"})
	must.Equal(t, mask("/v1/documents/a?update_mask=usageTerms,byline", `{"headline":"x"}`), []string{"usage_terms", "byline"})
	must.Equal(t, mask("/v1/documents/a?updateMask=*", `{"headline":"x"}`), []string{"*"})
	must.Equal(t, last[*statementsv1.UpdateDocumentRequest](t, &w.documents.notes).GetDocument().GetName(), "documents/a")
	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{"name":"documents/b"}`), 400, "MALFORMED_VALUE", "document.name")
}

func TestIfMatch(t *testing.T) {
	w := newWorld(t)
	for _, tag := range []string{`W/"1-abcd"`, `"1-abcd"`} {
		must.Equal(t, w.call(t, "PATCH", "/v1/documents/a", `{"headline":"x"}`, "If-Match", tag).StatusCode, http.StatusOK)
		must.Equal(t, last[*statementsv1.UpdateDocumentRequest](t, &w.documents.notes).GetDocument().GetEtag(), `"1-abcd"`)
		must.Equal(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", "", "If-Match", tag).StatusCode, http.StatusOK)
		must.Equal(t, last[*statementsv1.DeleteDocumentRequest](t, &w.documents.notes).GetEtag(), `"1-abcd"`)
	}
	must.Equal(t, w.call(t, "PATCH", "/v1/documents/a", `{"etag":"\"1\""}`, "If-Match", `W/"1"`).StatusCode, http.StatusOK)
	must.Equal(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", "", "If-Match", "*").StatusCode, http.StatusOK)
	must.Equal(t, last[*statementsv1.DeleteDocumentRequest](t, &w.documents.notes).GetEtag(), "")

	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{"etag":"\"2\""}`, "If-Match", `W/"1"`), 400, "MALFORMED_HEADER", "document.etag")
	refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x&etag=2", "", "If-Match", `"1"`), 400, "MALFORMED_HEADER", "etag")
	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{}`, "If-Match", `"1", "2"`), 400, "MALFORMED_HEADER", "")
	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{}`, "If-Match", `1`), 400, "MALFORMED_HEADER", "")
	refused(t, w.call(t, "GET", "/v1/documents/a", "", "If-Match", `"1"`), 400, "MALFORMED_HEADER", "")

	w.documents.write = func() (*statementsv1.Document, error) {
		return nil, errs.New(errs.Aborted, "ETAG_MISMATCH", "it changed")
	}
	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{"headline":"x"}`, "If-Match", `"1"`), 412, "ETAG_MISMATCH", "")
	refused(t, w.call(t, "PATCH", "/v1/documents/a", `{"headline":"x","etag":"\"1\""}`), 409, "ETAG_MISMATCH", "")
}

func TestFiguresAreSentWithTheText(t *testing.T) {
	w := newWorld(t)
	version := &statementsv1.DocumentVersion{Name: "documents/a/versions/1", Text: "a record US$860 billion", TextSha256: strings.Repeat("a", 64)}
	w.documents.version = func(*statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
		return version, nil
	}
	figure := `{"metric":"metrics/m","documentVersion":"documents/a/versions/1","timePeriod":{"edtf":"2022"},` +
		`"valueKind":"POINT","value":{"value":"1"},"unit":{"system":"UCUM","code":"1"}}`

	must.Equal(t, w.call(t, "POST", "/v1/figures", figure).StatusCode, http.StatusOK)
	single := last[*metricsv1.CreateFigureRequest](t, &w.figures.notes)
	must.Equal(t, single.GetSourceText(), version.GetText())
	must.Equal(t, single.GetSourceTextSha256(), version.GetTextSha256())
	must.False(t, single.GetTextWithheld())

	must.Equal(t, w.call(t, "POST", "/v1/figures:batchCreate", `{"requests":[{"figure":`+figure+`}]}`).StatusCode, http.StatusOK)
	must.Equal(t, last[*metricsv1.BatchCreateFiguresRequest](t, &w.figures.notes).GetSourceText(), version.GetText())
	other := strings.Replace(figure, "versions/1", "versions/2", 1)
	refused(t, w.call(t, "POST", "/v1/figures:batchCreate", `{"requests":[{"figure":`+figure+`},{"figure":`+other+`}]}`),
		400, "SEVERAL_DOCUMENT_VERSIONS", "requests[1].figure.documentVersion")
	refused(t, w.call(t, "POST", "/v1/figures?source_text_sha256="+strings.Repeat("b", 64), figure), 400, "TEXT_HASH_MISMATCH", "sourceTextSha256")
	refused(t, w.call(t, "POST", "/v1/figures?text_withheld=true", figure), 400, "CONTRADICTORY", "textWithheld")
	refused(t, w.call(t, "POST", "/v1/figures:batchCreate", `{"requests":[{"figure":`+figure+`}],"textWithheld":true}`), 400, "CONTRADICTORY", "textWithheld")

	version.Text = ""
	must.Equal(t, w.call(t, "POST", "/v1/figures?text_withheld=true", figure).StatusCode, http.StatusOK)
	must.Equal(t, w.call(t, "POST", "/v1/figures", figure).StatusCode, http.StatusOK)
	must.True(t, last[*metricsv1.CreateFigureRequest](t, &w.figures.notes).GetTextWithheld())
	must.Equal(t, w.call(t, "POST", "/v1/figures?source_text=words", figure).StatusCode, http.StatusOK)
	withheld := last[*metricsv1.CreateFigureRequest](t, &w.figures.notes)
	must.Equal(t, withheld.GetSourceText(), "words")
	must.Equal(t, withheld.GetSourceTextSha256(), version.GetTextSha256())

	w.documents.version = func(*statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
		return nil, errs.New(errs.NotFound, "", "no such version")
	}
	refused(t, w.call(t, "POST", "/v1/figures", figure), 400, "REFERENCE_NOT_FOUND", "figure.documentVersion")
	w.documents.version = func(*statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
		return nil, errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "not now")
	}
	refused(t, w.call(t, "POST", "/v1/figures", figure), 503, "STORAGE_UNAVAILABLE", "")
}

func TestADocumentWithFiguresStays(t *testing.T) {
	w := newWorld(t)
	w.figures.list = func(r *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
		must.Equal(t, r.GetFilter(), `document = "documents/a"`)
		return &metricsv1.ListFiguresResponse{Figures: []*metricsv1.Figure{{Name: "figures/f"}}}, nil
	}
	f := refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", ""), 400, "DOCUMENT_HAS_FIGURES", "")
	must.Equal(t, f.Details[0].Metadata["figure"], "figures/f")
	w.figures.list = func(*metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
		return nil, status.Error(codes.Unavailable, "gone")
	}
	refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", ""), 503, "UNAVAILABLE", "")
	must.Equal(t, len(w.documents.requests), 0)
	w.figures.list = nil
	must.Equal(t, w.call(t, "DELETE", "/v1/documents/a?reason=x", "").StatusCode, http.StatusOK)
	must.Equal(t, last[*statementsv1.DeleteDocumentRequest](t, &w.documents.notes).GetName(), "documents/a")
}
