package auth

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// calmInterval is the shortest time between two requests for one address of
	// the issuer. Tokens with invented key ids, however many, cause no more.
	calmInterval = 10 * time.Second
	// maxKeysBytes is the size limit of an issuer's answer.
	maxKeysBytes = 1 << 20
)

// calm is a transport that repeats the last answer of an address instead of
// asking again too soon.
type calm struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	last map[string]*kept
}

type kept struct {
	at     time.Time
	code   int
	header http.Header
	body   []byte
	err    error
}

func newCalm(next http.RoundTripper) *calm {
	return &calm{next: next, now: time.Now, last: make(map[string]*kept)}
}

// RoundTrip implements http.RoundTripper. The addresses are those of one issuer,
// so few that none is forgotten.
func (c *calm) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	address := r.URL.String()
	last := c.last[address]
	if last == nil || c.now().Sub(last.at) >= calmInterval {
		last = c.ask(r)
		c.last[address] = last
	}
	if last.err != nil {
		return nil, last.err
	}
	return &http.Response{
		Status: http.StatusText(last.code), StatusCode: last.code, Header: last.header.Clone(), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: int64(len(last.body)), Body: io.NopCloser(bytes.NewReader(last.body)),
	}, nil
}

func (c *calm) ask(r *http.Request) *kept {
	now := c.now()
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return &kept{at: now, err: err}
	}
	defer func() { _ = response.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeysBytes))
	return &kept{at: now, code: response.StatusCode, header: response.Header, body: body, err: err}
}
