package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// timeout bounds one request: longer than any that a server allows itself.
const timeout = time.Minute

// API is the REST side of one running onrecord.
type API struct {
	base string
	http *http.Client
}

// New returns the API at an address, host:port.
func New(address string) *API {
	return &API{base: "http://" + address, http: &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// Request is an HTTP request.
type Request struct {
	// Method is GET if empty.
	Method string
	// Path begins with a slash and may have a query.
	Path string
	// Header replaces what is sent by default.
	Header map[string]string
	// Body is sent as it is if it is text, bytes or a reader (which is sent
	// without a length), as ProtoJSON if it is a message, else as JSON. nil sends
	// none.
	Body any
}

// Answer is an HTTP answer, read to its end.
type Answer struct {
	Code   int
	Header http.Header
	Body   []byte

	request *http.Request
}

// Try sends a request and answers whatever came back; the error is that of the
// connection.
func (a *API) Try(ctx context.Context, r Request) (Answer, error) {
	body, err := reader(r.Body)
	if err != nil {
		return Answer{}, err
	}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, a.base+r.Path, body)
	if err != nil {
		return Answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.Header {
		request.Header.Set(name, value)
	}
	response, err := a.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Answer{Code: response.StatusCode, Header: response.Header, Body: text, request: request}, err
}

func reader(body any) (io.Reader, error) {
	switch body := body.(type) {
	case nil:
		return nil, nil
	case io.Reader:
		return body, nil
	case string:
		return bytes.NewReader([]byte(body)), nil
	case []byte:
		return bytes.NewReader(body), nil
	case proto.Message:
		text, err := protojson.Marshal(body)
		return bytes.NewReader(text), err
	default:
		text, err := json.Marshal(body)
		return bytes.NewReader(text), err
	}
}

// Do sends a request that must be answered.
func (a *API) Do(t testing.TB, r Request) Answer {
	t.Helper()
	answer, err := a.Try(t.Context(), r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.Path, err)
	}
	return answer
}

// Get sends a GET.
func (a *API) Get(t testing.TB, path string) Answer {
	t.Helper()
	return a.Do(t, Request{Path: path})
}

// Post sends a POST.
func (a *API) Post(t testing.TB, path string, body any) Answer {
	t.Helper()
	return a.Do(t, Request{Method: http.MethodPost, Path: path, Body: body})
}

// OK fails the test unless the answer is 200.
func (a Answer) OK(t testing.TB) Answer {
	t.Helper()
	if a.Code != http.StatusOK {
		t.Fatalf("%s %s: %d, want 200:\n%s", a.request.Method, a.request.URL, a.Code, a.Body)
	}
	return a
}

// Request is the request that was answered.
func (a Answer) Request() *http.Request { return a.request }

// Response is the answer as net/http has it, with a body that can be read.
func (a Answer) Response() *http.Response {
	return &http.Response{
		StatusCode: a.Code, Header: maps.Clone(a.Header), Request: a.request,
		Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)),
	}
}

// Into reads an answer that must be 200 into a message. A field that the message
// does not have fails the test.
func (a Answer) Into(t testing.TB, message proto.Message) {
	t.Helper()
	a.OK(t)
	if err := protojson.Unmarshal(a.Body, message); err != nil {
		t.Fatalf("%s %s: the answer is not a %s: %v\n%s", a.request.Method, a.request.URL,
			message.ProtoReflect().Descriptor().FullName(), err, a.Body)
	}
}

// Read sends a GET and reads the answer into a message: client.Read(t, api,
// path, &metricsv1.Figure{}).
func Read[M proto.Message](t testing.TB, api *API, path string, into M) M {
	t.Helper()
	api.Get(t, path).Into(t, into)
	return into
}
