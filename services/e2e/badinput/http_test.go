package badinput_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// sendRaw sends bytes on a connection of their own and reads the one answer. None of what a
// client library would put right is put right. What cannot be sent to the end because
// the server has answered already is left.
func sendRaw(t *testing.T, request io.Reader) (code int, header http.Header, body string) {
	t.Helper()
	dialed := must.Get((&net.Dialer{}).DialContext(t.Context(), "tcp", address))(t)
	defer dialed.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.Copy(dialed, request)
	}()
	response, err := http.ReadResponse(bufio.NewReader(dialed), nil)
	must.OK(t, err)
	text, err := io.ReadAll(response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("the answer ends early: %v", err)
	}
	must.OK(t, response.Body.Close())
	must.OK(t, dialed.Close())
	<-sent
	return response.StatusCode, response.Header, string(text)
}

// alive fails the test unless the server answers as before.
func alive(t *testing.T) {
	t.Helper()
	api.Get(t, "/healthz").OK(t)
	api.Get(t, "/v1/"+document).OK(t)
}

// TestHeaderBombs: a heap of headers, or one long one, is 431 and no memory.
func TestHeaderBombs(t *testing.T) {
	for name, headers := range map[string]string{
		"one of 1 MB":      "X-Bomb: " + strings.Repeat("a", 1<<20) + "\r\n",
		"many":             strings.Repeat("X-Bomb: a\r\n", 100_000),
		"many names":       manyNames(20_000),
		"a long line":      strings.Repeat("X", 1<<20) + ": a\r\n",
		"one never ending": "X-Bomb: " + strings.Repeat(" \t", 1<<19) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			code, _, _ := sendRaw(t, strings.NewReader("GET /v1/metrics HTTP/1.1\r\nHost: localhost\r\n"+headers+"\r\n"))
			must.Equal(t, code, http.StatusRequestHeaderFieldsTooLarge)
			alive(t)
		})
	}
	t.Run("a long address", func(t *testing.T) {
		code, _, _ := sendRaw(t, strings.NewReader("GET /v1/metrics?filter="+strings.Repeat("a", 1<<20)+" HTTP/1.1\r\nHost: localhost\r\n\r\n"))
		must.Equal(t, code, http.StatusRequestHeaderFieldsTooLarge)
	})
}

func manyNames(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "X-Bomb-%d: a\r\n", i)
	}
	return out.String()
}

const postEntity = "POST /v1/entities HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// TestABodyOf100MBIsRefusedUnread: by its length before any of it is sent, and without
// one as soon as it is over the limit.
func TestABodyOf100MBIsRefusedUnread(t *testing.T) {
	before := onRecord(t)
	for name, request := range map[string]io.Reader{
		"by its length": strings.NewReader(postEntity + "Content-Length: 104857600\r\n\r\n"),
		"asked first":   strings.NewReader(postEntity + "Content-Length: 104857600\r\nExpect: 100-continue\r\n\r\n"),
		"in chunks":     io.MultiReader(strings.NewReader(postEntity+"Transfer-Encoding: chunked\r\n\r\n"), chunks(100<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			code, header, body := sendRaw(t, request)
			must.Equal(t, code, http.StatusRequestEntityTooLarge)
			must.Equal(t, header.Get("Content-Type"), "application/problem+json")
			must.Contains(t, body, "REQUEST_TOO_LARGE")
		})
	}
	t.Run("where none belongs", func(t *testing.T) {
		code, _, body := sendRaw(t, io.MultiReader(strings.NewReader("GET /v1/metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"), chunks(100<<20)))
		must.Equal(t, code, http.StatusBadRequest)
		must.Contains(t, body, "BODY_NOT_ALLOWED")
	})
	must.Equal(t, onRecord(t), before)
}

// chunks is a body of n bytes, of spaces in chunks of 64 KiB.
func chunks(n int) io.Reader {
	const size = 64 << 10
	one := fmt.Sprintf("%x\r\n%s\r\n", size, strings.Repeat(" ", size))
	parts := make([]io.Reader, 0, n/size+1)
	for range n / size {
		parts = append(parts, strings.NewReader(one))
	}
	return io.MultiReader(append(parts, strings.NewReader("0\r\n\r\n"))...)
}

// TestPackedBodiesAreNotUnpacked: 10 MB of nothing in 10 KB.
func TestPackedBodiesAreNotUnpacked(t *testing.T) {
	var bomb bytes.Buffer
	writer := gzip.NewWriter(&bomb)
	must.Get(writer.Write(bytes.Repeat([]byte(" "), 10<<20)))(t)
	must.OK(t, writer.Close())
	want := client.Want{HTTP: 415, Status: "INVALID_ARGUMENT", Reason: "UNSUPPORTED_MEDIA_TYPE"}
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip"} {
		t.Run(encoding, func(t *testing.T) {
			refused(t, client.Request{Method: "POST", Path: "/v1/entities", Body: bomb.Bytes(), Header: map[string]string{"Content-Encoding": encoding}}, want)
		})
	}
}

// TestNoPathLeadsOut: nothing but what the program serves can be read, however it is
// spelled.
func TestNoPathLeadsOut(t *testing.T) {
	for _, path := range []string{
		"/../../etc/passwd", "/v1/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/static/../../etc/passwd",
		"/static/..%2f..%2fetc%2fpasswd", "/static/%2e%2e%5cpages.go", "/docs/../etc/passwd", "/docs/..%2f", "//etc/passwd", "/./etc/passwd", "/v1/documents/..",
		"/v1/documents/%2e%2e", "/v1/documents/a%2f..%2fb", "/v1/documents/..%5c..%5cwindows", "/%00", "/static/%00", "/documents/%00", "/documents/%ff",
		"/v1/documents/%00", "/v1/documents/a%00:read", "/static/style.css%00.html", "/\\..\\..\\etc\\passwd", "/..;/etc/passwd", "/v1/..;/metrics",
	} {
		t.Run(path, func(t *testing.T) {
			code, header, body := sendRaw(t, strings.NewReader("GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
			must.True(t, code >= 300 && code < 500, "%d", code)
			must.False(t, strings.Contains(body, "root:") || strings.Contains(body, "package pages"), "a file of the machine was read")
			must.False(t, strings.HasPrefix(header.Get("Location"), "//"), "leads to another server: %s", header.Get("Location"))
			must.False(t, strings.Contains(header.Get("Location"), "\\"), "leads to another server: %s", header.Get("Location"))
		})
	}
}

// TestMalformedRequestsAreRefused: what is no HTTP, or two requests in one, is 400.
func TestMalformedRequestsAreRefused(t *testing.T) {
	for name, request := range map[string]string{
		"no host":                "GET /v1/metrics HTTP/1.1\r\n\r\n",
		"two hosts":              "GET /v1/metrics HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n",
		"no version":             "GET /v1/metrics\r\n\r\n",
		"a space in the address": "GET /v1/met rics HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"NUL in a header":        "GET /v1/metrics HTTP/1.1\r\nHost: localhost\r\nX-A: a\x00b\r\n\r\n",
		"two lengths":            postEntity + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
		"a negative length":      postEntity + "Content-Length: -1\r\n\r\n",
		"a broken escape":        "GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"a broken chunk":         postEntity + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			code, _, _ := sendRaw(t, strings.NewReader(request))
			must.Equal(t, code, http.StatusBadRequest)
		})
	}
	alive(t)
}

// TestHostileHeadersAreMetCalmly: whatever stands in the headers that choose an answer,
// the answer is a 2xx, a 3xx or a 4xx that says why.
func TestHostileHeadersAreMetCalmly(t *testing.T) {
	long := strings.Repeat("a/b;q=0.1,", 10_000)
	values := map[string][]string{
		"Accept":            {long, ";;;", "*/*;q=NaN", "*/*;q=1e999", "a", strings.Repeat("*/*,", 20_000), "text/html;" + strings.Repeat("a=b;", 20_000), "\xff"},
		"Accept-Language":   {strings.Repeat("a-", 40_000), strings.Repeat("de,", 30_000), "*;q=9", "\xff", "x-x-x", "de;q=NaN"},
		"Accept-Encoding":   {strings.Repeat("gzip,", 20_000), "gzip;q=NaN", "*", "gzip;q="},
		"If-None-Match":     {strings.Repeat(`"a",`, 20_000), `"`, "W/", "\xff", "*,*"},
		"If-Modified-Since": {"never", strings.Repeat("9", 100_000), "Sat, 01 Jan 9999999 00:00:00 GMT"},
		"Range":             {"bytes=0-0," + strings.Repeat("1-1,", 20_000), "bytes=-1"},
		"TE":                {"trailers", "trailers, deflate;q=0.5"},
		"X-Request-Id":      {strings.Repeat("a", 100_000), "\xff", "a b"},
		"traceparent":       {"00-0-0-0", strings.Repeat("0", 100_000)},
		"Grpc-Timeout":      {"1n", "0S", "x"},
		"Cookie":            {strings.Repeat("a=b; ", 20_000)},
	}
	for name, hostile := range values {
		for _, value := range hostile {
			for _, path := range []string{"/v1/" + document, "/v1/metrics", "/v1/metrics/amount:query", "/v1/" + document + ":read", "/", "/docs", "/" + document} {
				answer := api.Do(t, client.Request{Path: path, Header: map[string]string{name: value}})
				must.True(t, answer.Code < 500, "%s: %.40q on %s is %d", name, value, path, answer.Code)
				if answer.Code >= 400 {
					must.True(t, answer.Code == 406, "%s: %.40q on %s is %d: %s", name, value, path, answer.Code, answer.Body)
				}
			}
		}
	}
}
