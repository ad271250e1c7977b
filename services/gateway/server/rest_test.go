package server_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const errorDomain = errs.Domain

func TestAnswersAreCompactAndCarryTheHeaders(t *testing.T) {
	w := newWorld(t)
	response := w.call(t, "GET", "/v1/documents/a", "", "X-Request-Id", "req-1", "Origin", "https://example.org")
	must.Equal(t, response.StatusCode, http.StatusOK)
	must.Equal(t, response.Body, `{"name":"documents/a","etag":"\"1-abcd\"","headline":"A <b> & `+"\u2028"+` headline"}`)
	must.Equal(t, response.Header.Get("Onrecord-Settled-Time"), settledText)
	must.Equal(t, response.Header.Get("X-Request-Id"), "req-1")
	must.Equal(t, w.documents.requestID, "req-1")
	must.Equal(t, response.Header.Get("ETag"), `W/"1-abcd"`)
	must.Equal(t, response.Header.Get("Cache-Control"), "no-cache")
	must.Equal(t, response.Header.Get("Access-Control-Allow-Origin"), "*")
	must.Contains(t, response.Header.Get("Access-Control-Expose-Headers"), "Onrecord-Settled-Time")
	must.Equal(t, response.Header.Get("X-Content-Type-Options"), "nosniff")

	response = w.call(t, "GET", "/v1/documents/a", "", "X-Request-Id", "not usable")
	must.NotEqual(t, response.Header.Get("X-Request-Id"), "not usable")
}

func TestReadTimeMakesAnAnswerImmutable(t *testing.T) {
	w := newWorld(t)
	response := w.call(t, "GET", "/v1/documents/a?read_time=2025-01-01T00:00:00Z", "")
	must.Equal(t, response.Header.Get("Cache-Control"), "public, max-age=31536000, immutable")
	must.Equal(t, last[*statementsv1.GetDocumentRequest](t, &w.documents.notes).GetReadTime().GetSeconds(), int64(1735689600))

	w.documents.get = func(*statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		return nil, errs.New(errs.NotFound, "", "no such document")
	}
	response = w.call(t, "GET", "/v1/documents/a?readTime=2025-01-01T00:00:00Z", "", "Origin", "https://example.org")
	must.Equal(t, response.Header.Get("Cache-Control"), "no-store")
	must.Equal(t, response.Header.Get("Access-Control-Allow-Origin"), "*")
	must.Equal(t, response.Header.Get("Onrecord-Settled-Time"), settledText)
	refused(t, response, 404, "NOT_FOUND", "")
}

func TestConditionalReads(t *testing.T) {
	w := newWorld(t)
	for _, tag := range []string{`W/"1-abcd"`, `"1-abcd"`, `"x", W/"1-abcd"`, `*`} {
		response := w.call(t, "GET", "/v1/documents/a", "", "If-None-Match", tag)
		must.Equal(t, response.StatusCode, http.StatusNotModified)
		must.Equal(t, response.Body, "")
		must.Equal(t, response.Header.Get("ETag"), `W/"1-abcd"`)
	}
	must.Equal(t, w.call(t, "GET", "/v1/documents/a", "", "If-None-Match", `"other"`).StatusCode, http.StatusOK)

	list := w.call(t, "GET", "/v1/documents", "")
	tag := list.Header.Get("ETag")
	must.True(t, strings.HasPrefix(tag, `W/"`), tag)
	must.Equal(t, w.call(t, "GET", "/v1/documents", "", "If-None-Match", tag).StatusCode, http.StatusNotModified)
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	w := newWorld(t)
	get := w.call(t, "GET", "/v1/documents/a", "")
	head := w.call(t, "HEAD", "/v1/documents/a", "")
	must.Equal(t, head.StatusCode, http.StatusOK)
	must.Equal(t, head.Body, "")
	for _, name := range []string{"Content-Length", "Content-Type", "ETag", "Onrecord-Settled-Time"} {
		must.Equal(t, head.Header.Get(name), get.Header.Get(name))
	}
}

func TestCompression(t *testing.T) {
	w := newWorld(t)
	plain := w.call(t, "GET", "/v1/metrics/m", "")
	must.Equal(t, plain.Header.Get("Content-Encoding"), "")
	must.Contains(t, strings.Join(plain.Header.Values("Vary"), ","), "Accept-Encoding")
	packed := w.call(t, "GET", "/v1/metrics/m", "", "Accept-Encoding", "br, gzip;q=0.5")
	must.Equal(t, packed.Header.Get("Content-Encoding"), "gzip")
	reader, err := gzip.NewReader(strings.NewReader(packed.Body))
	must.OK(t, err)
	unpacked, err := io.ReadAll(reader)
	must.OK(t, err)
	must.Equal(t, string(unpacked), plain.Body)
	must.Equal(t, w.call(t, "GET", "/v1/metrics/m", "", "Accept-Encoding", "gzip;q=0.0").Header.Get("Content-Encoding"), "")
}

func TestUnknownPathsAndMethods(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/v1", "/v1/", "/v1/nothing", "/v1/documents/", "/v1/documents/a:burn", "/v1/documents//versions/1", "/v1/documents/a%2Fb"} {
		refused(t, w.call(t, "GET", path, ""), 404, "UNKNOWN_PATH", "")
	}
	for _, path := range []string{"/v1/documents/a%00", "/v1/documents/%ff"} {
		refused(t, w.call(t, "GET", path, ""), 400, "MALFORMED_PATH", "")
	}
	for target, allow := range map[string]string{
		"/v1/documents/a":      "DELETE, GET, HEAD, OPTIONS, PATCH",
		"/v1/documents":        "GET, HEAD, OPTIONS, POST",
		"/v1/documents:ingest": "OPTIONS, POST",
	} {
		response := w.call(t, "PUT", target, "{}")
		must.Equal(t, response.Header.Get("Allow"), allow)
		refused(t, response, 405, "METHOD_NOT_ALLOWED", "")
		options := w.call(t, "OPTIONS", target, "")
		must.Equal(t, options.StatusCode, http.StatusNoContent)
		must.Equal(t, options.Header.Get("Allow"), allow)
	}
	response := w.call(t, "POST", "/v1/documents/a", "", "X-HTTP-Method-Override", "DELETE", "Content-Type", "application/x-www-form-urlencoded")
	refused(t, response, 405, "METHOD_NOT_ALLOWED", "")
	refused(t, w.call(t, "POST", "/openapi.json", "{}"), 405, "METHOD_NOT_ALLOWED", "")
}

func TestPreflightAllowsReadsOnly(t *testing.T) {
	w := newWorld(t)
	response := w.call(t, "OPTIONS", "/v1/documents/a", "", "Origin", "https://example.org", "Access-Control-Request-Method", "PATCH")
	must.Equal(t, response.StatusCode, http.StatusNoContent)
	must.Equal(t, response.Header.Get("Access-Control-Allow-Methods"), "GET, HEAD")
	must.Equal(t, response.Header.Get("Access-Control-Allow-Origin"), "*")
	must.Equal(t, w.call(t, "POST", "/v1/documents", `{"document":{}}`, "Origin", "https://example.org").Header.Get("Access-Control-Allow-Origin"), "")
}

func TestQueryParametersAreStrict(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ target, reason, field string }{
		{"/v1/documents?vintage_date=2023-10-01", "UNKNOWN_PARAMETER", "vintage_date"},
		{"/v1/documents?page_size=abc", "MALFORMED_PARAMETER", "pageSize"},
		{"/v1/documents?page_size=2147483648", "MALFORMED_PARAMETER", "pageSize"},
		{"/v1/documents?page_size=1.0", "MALFORMED_PARAMETER", "pageSize"},
		{"/v1/documents?page_size=", "MALFORMED_PARAMETER", "pageSize"},
		{"/v1/documents?page_size=1&page_size=2", "DUPLICATE_PARAMETER", "pageSize"},
		{"/v1/documents?page_size=1&pageSize=1", "DUPLICATE_PARAMETER", "pageSize"},
		{"/v1/documents?show_deleted=1", "MALFORMED_PARAMETER", "showDeleted"},
		{"/v1/documents?read_time=2023-10-01", "MALFORMED_PARAMETER", "readTime"},
		{"/v1/documents?read_time=2023-02-30T00:00:00Z", "MALFORMED_PARAMETER", "readTime"},
		{"/v1/documents?filter=%ff", "INVALID_UTF8", "filter"},
		{"/v1/statements:search?query=%ed%a0%80", "INVALID_UTF8", "query"},
		{"/v1/documents?filter=a%00b", "NUL_CHARACTER", "filter"},
		{"/v1/documents?filter=%zz", "MALFORMED_QUERY", ""},
		{"/v1/documents?a=1;b=2", "MALFORMED_QUERY", ""},
		{"/v1/documents?filter[x]=1", "MALFORMED_PARAMETER", "filter"},
		{"/v1/documents?page_size=1001", "INVALID_REQUEST", "pageSize"},
		{"/v1/documents/a?name=documents/b", "UNKNOWN_PARAMETER", "name"},
		{"/v1/metrics/m:query?dimensions[REF_AREA]=US&dimensions[REF_AREA]=MX", "DUPLICATE_PARAMETER", "dimensions[REF_AREA]"},
		{"/v1/metrics/m:query?dimensions[REF_AREA][x]=US", "UNKNOWN_PARAMETER", "dimensions[REF_AREA][x]"},
		{"/v1/metrics/m:query?dimensions=US", "MALFORMED_PARAMETER", "dimensions"},
		{"/v1/metrics/m:query?frequency=YEARLY", "UNKNOWN_ENUM_VALUE", "frequency"},
		{"/v1/metrics/m:query?frequency=1", "UNKNOWN_ENUM_VALUE", "frequency"},
	} {
		t.Run(c.target, func(t *testing.T) {
			refused(t, w.call(t, "GET", c.target, ""), 400, c.reason, c.field)
		})
	}
	f := refused(t, w.call(t, "GET", "/v1/metrics/m:query?frequency=YEARLY", ""), 400, "UNKNOWN_ENUM_VALUE", "frequency")
	must.Contains(t, f.Message, `"YEARLY" is not one of A, S, Q, M, W, D`)
	refused(t, w.call(t, "DELETE", "/v1/documents/a?reason=x&force=true", ""), 400, "UNKNOWN_PARAMETER", "force")
	refused(t, w.call(t, "POST", "/v1/documents?validate_only=true", `{"document":{}}`), 400, "UNKNOWN_PARAMETER", "validate_only")
	refused(t, w.call(t, "PATCH", "/v1/documents/a?mask=x", `{}`), 400, "UNKNOWN_PARAMETER", "mask")
}

func TestQueryParametersReachTheService(t *testing.T) {
	w := newWorld(t)
	must.Equal(t, w.call(t, "GET", "/v1/metrics/m:query?dimensions[REF_AREA]=US&dimensions%5BFLOW%5D=TOTAL&period=2010/2023&frequency=A&pageSize=7", "").StatusCode, 200)
	query := last[*metricsv1.QueryMetricRequest](t, &w.metrics.notes)
	must.Equal(t, query.GetDimensions(), map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"})
	must.Equal(t, query.GetPeriod(), "2010/2023")
	must.Equal(t, query.GetFrequency(), metricsv1.Figure_A)
	must.Equal(t, query.GetPageSize(), int32(7))

	must.Equal(t, w.call(t, "GET", "/v1/statements:batchGet?names=statements/a&names=statements/b", "").StatusCode, 200)
	batch := last[*statementsv1.BatchGetStatementsRequest](t, &w.statements.notes)
	must.Equal(t, batch.GetNames(), []string{"statements/a", "statements/b"})
}

func TestErrorsOfServices(t *testing.T) {
	w := newWorld(t)
	correction := &typev1.Correction{Kind: typev1.Correction_RETRACTION, Reason: "entered twice"}
	for _, c := range []struct {
		err    error
		code   int
		reason string
		field  string
	}{
		{errs.New(errs.NotFound, "RETRACTED", "it was retracted").Detail(correction), 410, "RETRACTED", ""},
		{errs.Invalid("statement.source_mentions[2].anchor_state", "X", "no"), 400, "X", "statement.sourceMentions[2].anchorState"},
		{errs.New(errs.FailedPrecondition, "Y", "no"), 400, "Y", ""},
		{errs.New(errs.Unavailable, "Z", "no"), 503, "Z", ""},
		{errs.New(errs.FailedPrecondition, "SERVICE_TOO_OLD", "no"), 503, "SERVICE_TOO_OLD", ""},
		{errs.New(errs.AlreadyExists, "W", "no"), 409, "W", ""},
		{io.ErrUnexpectedEOF, 500, "INTERNAL", ""},
	} {
		w.documents.get = func(*statementsv1.GetDocumentRequest) (*statementsv1.Document, error) { return nil, c.err }
		response := w.call(t, "GET", "/v1/documents/a", "")
		f := refused(t, response, c.code, c.reason, c.field)
		if c.code == 410 {
			must.Equal(t, f.Details[1].Type, "type.googleapis.com/onrecord.type.v1.Correction")
			must.Equal(t, f.Details[1].Reason, "entered twice")
		}
	}
}
