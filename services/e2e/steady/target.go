package steady

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"time"

	"google.golang.org/grpc"
)

const (
	// callTimeout is how long a REST call may take; one over gRPC has the deadline of
	// package rpcclient.
	callTimeout = 10 * time.Second
	// keptConnections is how many calls may use connections again at once.
	keptConnections = 64
	// enoughOfAnError is how much of a refusal is read, in bytes.
	enoughOfAnError = 300
)

// Target is where to call.
type Target struct {
	// REST is the base URL of the gateway.
	REST string
	// TLS is what REST calls are secured with, if the URL is one of https.
	TLS *tls.Config
	// Key is the API key that REST calls show, "" for none.
	Key string
	// Statements and Metrics are connections to the two services; they show their key
	// themselves.
	Statements, Metrics *grpc.ClientConn
}

// rest is a client of the gateway.
type rest struct {
	base, key string
	client    *http.Client
}

// restClient makes a client that keeps its connections, or opens one for each call.
func (t *Target) restClient(keep bool) *rest {
	transport := &http.Transport{TLSClientConfig: t.TLS, DisableKeepAlives: !keep, MaxIdleConnsPerHost: keptConnections}
	return &rest{base: t.REST, key: t.Key, client: &http.Client{Transport: transport, Timeout: callTimeout}}
}

// call makes a request that must be answered 200.
func (r *rest) call(ctx context.Context, method, path string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, r.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		request.Header.Set("Authorization", "Bearer "+r.key)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, enoughOfAnError))
		return fmt.Errorf("%s: %s", response.Status, text)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
