// Package client speaks REST to a server of the record and turns its refusals
// into words.
//
// Only what travels goes here: paths, bodies, errors. What to ask and how to
// show the answer is for package command.
package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// timeout bounds one call; the server's own deadlines are shorter.
	timeout = 60 * time.Second
	// maxAnswer bounds one answer, as the services do.
	maxAnswer = 64 << 20
	// settledHeader is on every answer of a service.
	settledHeader = "Onrecord-Settled-Time"
	mediaJSON     = "application/json"
)

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
	// answered says that the server is one: it has answered a call.
	answered *atomic.Bool
	// patience is nil if no call is tried again.
	patience *patience
}

// New returns a client of the server at an http or https URL without a path, which
// shows the token if it is not empty. It does not connect yet.
func New(server, token string) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("--server %q: want a URL such as http://127.0.0.1:8080", address(server))
	}
	if (base.Path != "" && base.Path != "/") || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		return nil, fmt.Errorf("--server %q: want scheme, host and port only", address(server))
	}
	return &Client{base: base, token: token, http: &http.Client{Timeout: timeout}, answered: &atomic.Bool{}}, nil
}

// address is a URL, or what was to be one, without the name and password in it.
func address(server string) string {
	if at := strings.LastIndex(server, "@"); at >= 0 {
		return "…" + server[at:]
	}
	return server
}

// Get answers GET /v1/<path>?<query>, as JSON. The path is not escaped yet.
func (c *Client) Get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return c.do(ctx, http.MethodGet, path, query, nil)
}

// Post answers POST /v1/<path> with a JSON body, as JSON.
func (c *Client) Post(ctx context.Context, path string, body []byte) ([]byte, error) {
	return c.do(ctx, http.MethodPost, path, nil, body)
}

// File answers GET /v1/<path>?<query> as what it is, a file of at most 64 MiB.
func (c *Client) File(ctx context.Context, path string, query url.Values) ([]byte, error) {
	got, err := c.exchange(ctx, "*/*", http.MethodGet, path, query, nil)
	return got.content, err
}

// Call answers any method on /v1/<path>?<query> with a JSON body, or none if it
// is nil, as JSON.
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	return c.do(ctx, method, path, query, body)
}

// SettledTime is the time up to which the server's statements cannot change any
// more, in RFC 3339: a read as of then sees the same for ever.
func (c *Client) SettledTime(ctx context.Context) (string, error) {
	return c.SettledTimeOf(ctx, "documents")
}

// SettledTimeOf is SettledTime of the service that has a collection, such as
// metrics: each service settles by itself.
func (c *Client) SettledTimeOf(ctx context.Context, collection string) (string, error) {
	got, err := c.exchange(ctx, mediaJSON, http.MethodGet, collection, url.Values{"page_size": {"1"}}, nil)
	if err != nil {
		return "", err
	}
	settled := got.header.Get(settledHeader)
	if settled == "" {
		return "", fmt.Errorf("%s does not say until when its record is settled", c.base)
	}
	return settled, nil
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	got, err := c.exchange(ctx, mediaJSON, method, path, query, body)
	return got.content, err
}

// answer is what a server answered.
type answer struct {
	content []byte
	header  http.Header
}

// exchange makes a call that is answered in some media type, again where the client
// has patience.
func (c *Client) exchange(ctx context.Context, accept, method, path string, query url.Values, body []byte) (answer, error) {
	call := func() (answer, error) { return c.once(ctx, accept, method, path, query, body) }
	if c.patience == nil {
		return call()
	}
	return c.patience.retry(ctx, call)
}

func (c *Client) once(ctx context.Context, accept, method, path string, query url.Values, body []byte) (answer, error) {
	target := *c.base
	target.Path, target.RawQuery = "/v1/"+path, query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", method, &target, err)
	}
	request.Header.Set("Accept", accept)
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		request.Header.Set("Content-Type", mediaJSON)
	}
	response, err := c.http.Do(request)
	if ctx.Err() != nil {
		return answer{}, fmt.Errorf("interrupted: %w", ctx.Err())
	}
	if err != nil {
		return answer{}, &UnreachableError{Server: c.base.String(), Cause: plainCause(err)}
	}
	defer response.Body.Close()
	c.answered.Store(true)
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if ctx.Err() != nil {
		return answer{}, fmt.Errorf("interrupted: %w", ctx.Err())
	}
	if err != nil {
		return answer{}, &UnreachableError{Server: c.base.String(), Cause: fmt.Errorf("its answer broke off: %w", err)}
	}
	if len(content) > maxAnswer {
		return answer{}, fmt.Errorf("answer of %s: longer than %d MiB", c.base, maxAnswer>>20)
	}
	if response.StatusCode != http.StatusOK {
		return answer{}, parseError(response, content)
	}
	return answer{content, response.Header}, nil
}

// plainCause drops the URL that package http puts before a cause.
func plainCause(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
