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
	"time"
)

const (
	// timeout bounds one call; the server's own deadlines are shorter.
	timeout = 60 * time.Second
	// maxAnswer bounds one answer, as the services do.
	maxAnswer = 64 << 20
)

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base *url.URL
	http *http.Client
}

// New returns a client of the server at an http or https URL without a path. It
// does not connect yet.
func New(server string) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("--server %q: want a URL such as http://127.0.0.1:8080", server)
	}
	if (base.Path != "" && base.Path != "/") || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		return nil, fmt.Errorf("--server %q: want scheme, host and port only", server)
	}
	return &Client{base: base, http: &http.Client{Timeout: timeout}}, nil
}

// Get answers GET /v1/<path>?<query>, as JSON. The path is not escaped yet.
func (c *Client) Get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	return c.do(ctx, http.MethodGet, path, query, nil)
}

// Post answers POST /v1/<path> with a JSON body, as JSON.
func (c *Client) Post(ctx context.Context, path string, body []byte) ([]byte, error) {
	return c.do(ctx, http.MethodPost, path, nil, body)
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	target := *c.base
	target.Path, target.RawQuery = "/v1/"+path, query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, &target, err)
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("interrupted: %w", ctx.Err())
	}
	if err != nil {
		return nil, &UnreachableError{Server: c.base.String(), Cause: plainCause(err)}
	}
	defer response.Body.Close()
	answer, err := readAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("answer of %s: %w", c.base, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, parseError(response.Status, answer)
	}
	return answer, nil
}

func readAll(body io.Reader) ([]byte, error) {
	answer, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(answer) > maxAnswer {
		return nil, fmt.Errorf("longer than %d MiB", maxAnswer>>20)
	}
	return answer, nil
}

// plainCause drops the URL that package http puts before a cause.
func plainCause(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
