package rest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	document    = "/v1/documents/a"
	newDocument = `{"document":{"headline":"New","publisher":"A paper","languageCode":"en"}}`
)

// TestJ6LastModified: a single resource says when it was changed last, and who has it
// from then gets 304.
func TestJ6LastModified(t *testing.T) {
	w := newWorld(t)
	w.documents.updated = time.Date(2025, 3, 1, 10, 0, 0, 500_000_000, time.UTC)
	const at, before = "Sat, 01 Mar 2025 10:00:00 GMT", "Sat, 01 Mar 2025 09:59:59 GMT"
	answer := w.get(t, document)
	must.Equal(t, answer.Header().Get("Last-Modified"), at)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		kept := w.call(t, method, document, "", "If-Modified-Since", at, "Origin", "https://a.example")
		must.Equal(t, kept.Code, http.StatusNotModified)
		must.Equal(t, kept.Body.Len(), 0)
		must.Equal(t, kept.Header().Get("ETag"), `W/"1-abcd"`)
		must.Equal(t, kept.Header().Get("Access-Control-Allow-Origin"), "*")
	}
	for _, headers := range [][]string{
		{"If-Modified-Since", before},
		{"If-Modified-Since", "2025-03-01T10:00:00Z"},
		{"If-Modified-Since", at, "If-None-Match", `"other"`},
	} {
		ok(t, w.get(t, document, headers...))
	}
	must.Equal(t, w.get(t, "/v1/documents", "If-Modified-Since", at).Code, http.StatusOK) // a list has no such time
	must.Equal(t, w.get(t, document+"?read_time=2025-06-01T00:00:00Z").Header().Get("Last-Modified"), at)
}

// TestJ6LastModifiedWaitsForItsSecond: HTTP has whole seconds only, so a change in the
// same second must still be possible to tell apart.
func TestJ6LastModifiedWaitsForItsSecond(t *testing.T) {
	w := newWorld(t)
	for _, updated := range []time.Time{settled, settled.Truncate(time.Second), settled.Add(time.Hour)} {
		w.documents.updated = updated
		answer := w.get(t, document, "If-Modified-Since", settled.Add(48*time.Hour).Format(http.TimeFormat))
		ok(t, answer)
		must.Equal(t, answer.Header().Get("Last-Modified"), "")
	}
	w.documents.updated = settled.Truncate(time.Second).Add(-time.Microsecond)
	must.Equal(t, w.get(t, document).Header().Get("Last-Modified"), "Fri, 02 Jan 2026 03:04:04 GMT")
}

// TestAnErrorSaysWhenToAskAgain: 503 and 429 carry Retry-After, what the error says
// itself first.
func TestAnErrorSaysWhenToAskAgain(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		err         *errs.Error
		code, retry string
	}{
		{errs.New(errs.Unavailable, "X_AWAY", "no"), "503", "5"},
		{errs.New(errs.ResourceExhausted, "X_FULL", "no"), "429", "30"},
		{errs.New(errs.ResourceExhausted, "X_RATE", "no").Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(1200 * time.Millisecond)}), "429", "2"},
		{errs.New(errs.Unavailable, "X_SOON", "no").Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(-time.Second)}), "503", "0"},
		{errs.New(errs.NotFound, "X_GONE", "no").Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)}), "404", ""},
	} {
		w.documents.err = c.err
		answer := w.get(t, document)
		must.Contains(t, answer.Body.String(), `"status":`+c.code+`,`)
		must.Equal(t, answer.Header().Get("Retry-After"), c.retry)
	}
}

// TestAnErrorIsProblemDetails: RFC 9457 and google.rpc.Status are one object that says
// the same twice.
func TestAnErrorIsProblemDetails(t *testing.T) {
	w := newWorld(t)
	answer := w.get(t, "/v1/documents?colour=red", "X-Request-Id", `my"id`)
	must.Equal(t, answer.Code, http.StatusBadRequest)
	must.Equal(t, answer.Header().Get("Content-Type"), "application/problem+json")
	var problem map[string]any
	must.OK(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	must.Equal(t, problem["type"], any("/docs/errors#UNKNOWN_PARAMETER"))
	must.Equal(t, problem["title"], any("Unknown parameter"))
	must.Equal(t, problem["status"], any(400.0))
	must.Equal(t, problem["instance"], any("tag:onrecord.dev,2026:request/my%22id"))
	must.Equal(t, problem["code"], any(3.0))
	must.Equal(t, problem["detail"], problem["message"])
	must.True(t, strings.HasPrefix(answer.Body.String(), `{"type":`), "%s", answer.Body)
}

// TestAnErrorForgetsTheAnswer: headers of the answer that there would have been are no
// headers of the error.
func TestAnErrorForgetsTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.documents.err = errs.New(errs.NotFound, "DOCUMENT_NOT_FOUND", "no")
	answer := w.get(t, document+"?read_time=2025-06-01T00:00:00Z")
	must.Equal(t, answer.Header().Get("Cache-Control"), "no-store")
	for _, name := range []string{"Link", "ETag", "Last-Modified"} {
		must.Equal(t, answer.Header().Get(name), "")
	}
}

// TestPagesOfAListAreLinked: the next page and the first, with everything else that
// was asked for.
func TestPagesOfAListAreLinked(t *testing.T) {
	w := newWorld(t)
	w.documents.next = "t/2="
	first := w.get(t, "/v1/documents?pageSize=2&filter=a%26b&fields=documents.name")
	must.Equal(t, first.Header().Values("Link"), []string{
		`</v1/documents?fields=documents.name&filter=a%26b&page_size=2&page_token=t%2F2%3D>; rel="next"`,
	})
	w.documents.next = "t/3="
	second := w.get(t, "/v1/documents?page_size=2&format=json&page_token=t%2F2%3D")
	must.Equal(t, second.Header().Values("Link"), []string{
		`</v1/documents?format=json&page_size=2&page_token=t%2F3%3D>; rel="next"`,
		`</v1/documents?format=json&page_size=2>; rel="first"`,
	})
	w.documents.next = ""
	last := w.get(t, "/v1/documents?page_token=t%2F3%3D")
	must.Equal(t, last.Header().Values("Link"), []string{`</v1/documents>; rel="first"`})
	must.Equal(t, w.get(t, "/v1/documents").Header().Values("Link"), nil)
}

// TestJ9FieldsCutAnswersDown: of the answer only what was asked for is sent, and what
// is not there cannot be asked for.
func TestJ9FieldsCutAnswersDown(t *testing.T) {
	w := newWorld(t)
	w.documents.next = "next"
	for target, want := range map[string]string{
		document + "?fields=name":                                            `{"name":"documents/a"}`,
		document + "?fields=headline,etag":                                   `{"etag":"\"1-abcd\"","headline":"A headline"}`,
		document + "?fields=updateTime":                                      `{}`,
		"/v1/documents?fields=documents.headline,next_page_token":            `{"documents":[{"headline":"A headline"},{}],"nextPageToken":"next"}`,
		"/v1/documents?fields=documents.name&read_time=2025-01-01T00:00:00Z": `{"documents":[{"name":"documents/a"},{"name":"documents/b"}]}`,
	} {
		must.Equal(t, ok(t, w.get(t, target)), want)
	}
	must.Equal(t, w.get(t, document+"?fields=name").Header().Get("ETag"), `W/"1-abcd"`)
	must.NotEqual(t, w.get(t, "/v1/documents?fields=documents.name").Header().Get("ETag"), w.get(t, "/v1/documents").Header().Get("ETag"))
	made := w.call(t, http.MethodPost, "/v1/documents?fields=headline", newDocument)
	must.Equal(t, ok(t, made), `{"headline":"New"}`)
	for _, fields := range []string{"colour", "documents.colour", "documents..name", "documents.name.x", ",", "", "documents.name%00", "%20"} {
		refused(t, w.get(t, "/v1/documents?fields="+fields), 400, "MALFORMED_PARAMETER", "fields")
	}
	refused(t, w.get(t, "/v1/documents?fields=%ff"), 400, "INVALID_UTF8", "fields")
	refused(t, w.get(t, "/v1/documents?fields=documents&fields=documents"), 400, "DUPLICATE_PARAMETER", "fields")
	refused(t, w.get(t, "/v1/metrics/m:query?format=rows&fields=series"), 400, "MALFORMED_PARAMETER", "fields")
}

// TestJ8APartialAnswerSaysSoAndIsNotKept: whatever fields are asked for, and whatever
// read_time.
func TestJ8APartialAnswerSaysSoAndIsNotKept(t *testing.T) {
	w := newWorld(t)
	w.joined.partial = true
	answer := w.get(t, document+":read?read_time=2025-01-01T00:00:00Z&fields=document.name")
	must.Equal(t, ok(t, answer), `{"document":{"name":"documents/a"},"unavailable":[{"service":"metrics","reason":"SERVICE_UNAVAILABLE"}]}`)
	must.Equal(t, answer.Header().Get("Cache-Control"), "no-store")
	w.joined.partial = false
	answer = w.get(t, document+":read?read_time=2025-01-01T00:00:00Z&fields=document.name")
	must.Equal(t, ok(t, answer), `{"document":{"name":"documents/a"}}`)
	must.Contains(t, answer.Header().Get("Cache-Control"), "immutable")
}

// TestJ14AcceptLanguageAsksForLabels: in the order of preference, unless the request
// says a language itself.
func TestJ14AcceptLanguageAsksForLabels(t *testing.T) {
	w := newWorld(t)
	for header, want := range map[string]string{
		"":                              "",
		"de":                            "de",
		"fr;q=0.5, de-AT, en;q=0.8":     "de-AT,en,fr",
		"fr;q=0, de;q=0.1":              "de",
		"*":                             "",
		"de, *;q=0.1":                   "de",
		"not a language!":               "",
		"de;q=x":                        "",
		strings.Repeat("de-AT,", 100):   strings.TrimSuffix(strings.Repeat("de-AT,", 21), ","),
		strings.Repeat("x-", 40) + "de": "",
	} {
		answer := w.get(t, document+":read", "Accept-Language", header)
		ok(t, answer)
		must.Equal(t, header+": "+w.joined.asked.GetLanguageCode(), header+": "+want)
		must.Contains(t, strings.Join(answer.Header().Values("Vary"), ","), "Accept-Language")
	}
	ok(t, w.get(t, document+":read?language_code=ja", "Accept-Language", "de"))
	must.Equal(t, w.joined.asked.GetLanguageCode(), "ja")
	ok(t, w.get(t, document+":read?language_code=", "Accept-Language", "de"))
	must.Equal(t, w.joined.asked.GetLanguageCode(), "")
	must.False(t, strings.Contains(strings.Join(w.get(t, document).Header().Values("Vary"), ","), "Language"))
}

// TestJ10IdempotencyKeyIsTheRequestID: with quotes as the standard's draft has it and
// without, in the query's place and in the body's.
func TestJ10IdempotencyKeyIsTheRequestID(t *testing.T) {
	const key, other = "0190a0c0-0000-7000-8000-000000000001", "0190a0c0-0000-7000-8000-000000000002"
	w := newWorld(t)
	create := func(query string, headers ...string) (requestID string) {
		w.documents.created = nil
		ok(t, w.call(t, http.MethodPost, "/v1/documents"+query, newDocument, headers...))
		return w.documents.created.GetRequestId()
	}
	must.Equal(t, create(""), "")
	must.Equal(t, create("", "Idempotency-Key", key), key)
	must.Equal(t, create("", "Idempotency-Key", `"`+key+`"`), key)
	body := strings.TrimSuffix(newDocument, "}") + `,"requestId":"` + key + `"}`
	ok(t, w.call(t, http.MethodPost, "/v1/documents", body, "Idempotency-Key", key))
	ok(t, w.call(t, http.MethodDelete, document+"?reason=x", "", "Idempotency-Key", key))
	must.Equal(t, w.documents.deleted.GetRequestId(), key)
	calls := w.documents.calls
	refused(t, w.call(t, http.MethodPost, "/v1/documents", body, "Idempotency-Key", other), 400, "MALFORMED_HEADER", "requestId")
	refused(t, w.call(t, http.MethodDelete, document+"?reason=x&request_id="+other, "", "Idempotency-Key", key), 400, "MALFORMED_HEADER", "requestId")
	for _, malformed := range []string{"", "1", `"` + key, key + `"`, `""`, "urn:uuid:" + key, "{" + key + "}", key + ";a=b", strings.ReplaceAll(key, "-", "")} {
		refused(t, w.call(t, http.MethodDelete, document+"?reason=x", "", "Idempotency-Key", malformed), 400, "MALFORMED_HEADER", "")
	}
	refused(t, w.call(t, http.MethodDelete, document+"?reason=x", "", "Idempotency-Key", key, "Idempotency-Key", key), 400, "MALFORMED_HEADER", "")
	refused(t, w.get(t, document, "Idempotency-Key", key), 400, "MALFORMED_HEADER", "")
	must.Equal(t, w.documents.calls, calls)
}

// TestAnswersVaryByAccept: a cache that is shared would else answer another Accept with them.
// Where the address says the format, they do not.
func TestAnswersVaryByAccept(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		document:                       "Accept, Accept-Encoding",
		document + "?format=json":      "Accept-Encoding",
		"/v1/documents":                "Accept, Accept-Encoding",
		"/v1/documents?format=json":    "Accept-Encoding",
		document + ":read":             "Accept, Accept-Language, Accept-Encoding",
		document + ":read?format=json": "Accept-Language, Accept-Encoding",
	} {
		answer := w.get(t, path)
		ok(t, answer)
		must.Equal(t, path+": "+answer.Header().Get("Vary"), path+": "+want)
	}
	must.Equal(t, w.get(t, "/v1/documents", "Accept", "text/html").Header().Get("Vary"), "Accept")
}

// TestAcceptIsMetOnEveryKindOfRoute: an answer that the client does not take is refused
// before anything is done.
func TestAcceptIsMetOnEveryKindOfRoute(t *testing.T) {
	w := newWorld(t)
	for _, accept := range []string{"text/html", "image/*", "application/json;q=0", "nonsense", strings.Repeat("a/b,", 5000), "*/*;q=0"} {
		refused(t, w.get(t, document, "Accept", accept), 406, "NOT_ACCEPTABLE", "")
		refused(t, w.call(t, http.MethodPost, "/v1/documents", newDocument, "Accept", accept), 406, "NOT_ACCEPTABLE", "")
	}
	must.Equal(t, w.documents.calls, 0)
	for _, accept := range []string{"", "*/*", "application/json", "application/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"} {
		answer := w.get(t, "/v1/documents", "Accept", accept)
		ok(t, answer)
		must.Equal(t, answer.Header().Get("Content-Type"), "application/json")
	}
	ok(t, w.get(t, document+"?format=json", "Accept", "text/html")) // what the address says comes first
	refused(t, w.get(t, "/v1/documents?format=csv"), 400, "UNKNOWN_ENUM_VALUE", "format")
}

// TestHeadersOfGRPCStayInside: a client that takes trailers gets none, and none says how
// long a call may take.
func TestHeadersOfGRPCStayInside(t *testing.T) {
	w := newWorld(t)
	answer := w.get(t, document, "TE", "trailers", "Grpc-Timeout", "1n", "Grpc-Metadata-Onrecord-Caller", "me")
	ok(t, answer)
	must.Equal(t, answer.Header().Get("Transfer-Encoding"), "")
	must.Equal(t, answer.Header().Get("Trailer"), "")
}

// TestAHeapOfMistakesIsAnsweredBriefly: the answer to a request of many wrong
// parameters does not grow with them.
func TestAHeapOfMistakesIsAnsweredBriefly(t *testing.T) {
	w := newWorld(t)
	answer := w.get(t, "/v1/documents?"+strings.Repeat("a&", 50_000))
	must.Equal(t, answer.Code, http.StatusBadRequest)
	must.True(t, answer.Body.Len() < 100_000, "%d bytes", answer.Body.Len())
}

// TestConditionsThatAreNotWeighedAreRefused: a write whose condition was passed over
// would be made though it was not meant to be.
func TestConditionsThatAreNotWeighedAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, headers := range [][]string{{"If-Unmodified-Since", "Sat, 01 Mar 2025 10:00:00 GMT"}, {"If-None-Match", "*"}} {
		refused(t, w.call(t, http.MethodDelete, document+"?reason=x", "", headers...), 400, "MALFORMED_HEADER", "")
		refused(t, w.call(t, http.MethodPost, "/v1/documents", newDocument, headers...), 400, "MALFORMED_HEADER", "")
	}
	refused(t, w.get(t, document, "If-Unmodified-Since", "Sat, 01 Mar 2025 10:00:00 GMT"), 400, "MALFORMED_HEADER", "")
	must.Equal(t, w.documents.calls, 0)
}
