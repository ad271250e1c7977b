package auth

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// calmInterval is the shortest time between two requests for one address of
	// the issuer. Tokens with invented key ids, however many, cause no more.
	calmInterval = 10 * time.Second
	// failedInterval is the same after a request that failed.
	failedInterval = 2 * time.Second
	// maxKeysBytes is the size limit of an issuer's answer.
	maxKeysBytes = 1 << 20
)

// calm is a transport that repeats the last answer of an address instead of
// asking again too soon.
type calm struct {
	next   http.RoundTripper
	now    func() time.Time
	asking singleflight.Group

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

func (k *kept) failed() bool { return k.err != nil || k.code != http.StatusOK }

func newCalm(next http.RoundTripper) *calm {
	return &calm{next: next, now: time.Now, last: make(map[string]*kept)}
}

// failing reports whether an address of the issuer did not answer when it was last
// asked.
func (c *calm) failing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, last := range c.last {
		if last.failed() {
			return true
		}
	}
	return false
}

// RoundTrip implements http.RoundTripper. The addresses are those of one issuer,
// so few that none is forgotten.
func (c *calm) RoundTrip(r *http.Request) (*http.Response, error) {
	address := r.URL.String()
	last := c.recent(address)
	if last == nil {
		found := c.asking.DoChan(address, func() (any, error) { return c.ask(r, address), nil })
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case result := <-found:
			last, _ = result.Val.(*kept)
		}
	}
	if last.err != nil {
		return nil, last.err
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", last.code, http.StatusText(last.code)),
		StatusCode: last.code, Header: last.header.Clone(), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: int64(len(last.body)), Body: io.NopCloser(bytes.NewReader(last.body)),
	}, nil
}

// recent returns the last answer of an address while it is too soon to ask again.
func (c *calm) recent(address string) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last[address]
	if last == nil {
		return nil
	}
	interval := calmInterval
	if last.failed() {
		interval = failedInterval
	}
	if c.now().Sub(last.at) >= interval {
		return nil
	}
	return last
}

func (c *calm) ask(r *http.Request, address string) *kept {
	asked := &kept{at: c.now()}
	response, err := c.next.RoundTrip(r)
	if err == nil {
		defer func() { _ = response.Body.Close() }() // it was read
		asked.code, asked.header = response.StatusCode, response.Header
		asked.body, err = io.ReadAll(io.LimitReader(response.Body, maxKeysBytes+1))
	}
	if err == nil && len(asked.body) > maxKeysBytes {
		err = fmt.Errorf("the issuer's answer has more than %d bytes", maxKeysBytes)
	}
	asked.err = err
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[address] = asked
	return asked
}
