package lifecycle_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// heading answers with as many bytes as the query says, and a field in the head unless
// the path is /plain. It says in the header of its own whether there was a place for it.
func heading(w http.ResponseWriter, r *http.Request) {
	head := lifecycle.Head(r.Context())
	w.Header().Set("Has-Head", strconv.FormatBool(head != nil))
	if head != nil && r.URL.Path != "/plain" {
		*head = append(*head, "Ready: left over\r\n"...)
		head = lifecycle.Head(r.Context()) // who asks again begins again
		*head = append(*head, "Ready: made\r\nReady: twice\r\n"...)
	}
	size, _ := strconv.Atoi(r.URL.RawQuery)
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, strings.Repeat("x", size))
}

// asked is what of an answer is looked at.
type asked struct {
	code, bytes int
	head        string
	ready       []string
}

func askedOf(t *testing.T, transport http.RoundTripper, method, url string) asked {
	t.Helper()
	response, err := transport.RoundTrip(must.Get(http.NewRequestWithContext(t.Context(), method, url, nil))(t))
	must.OK(t, err)
	body := must.Get(io.ReadAll(response.Body))(t)
	must.OK(t, response.Body.Close())
	return asked{response.StatusCode, len(body), response.Header.Get("Has-Head"), response.Header.Values("Ready")}
}

func TestHeadsGoOutWithTheirAnswer(t *testing.T) {
	url, stop, served := serveHTTP(t, heading)
	transport := &http.Transport{DisableCompression: true} // keeps its connection
	ready := []string{"made", "twice"}
	for _, size := range []int{0, 10, 3000, 100_000} { // the last is sent in pieces
		query := "?" + strconv.Itoa(size)
		must.Equal(t, askedOf(t, transport, http.MethodGet, url+"/"+query), asked{http.StatusOK, size, "true", ready})
		must.Equal(t, askedOf(t, transport, http.MethodHead, url+"/"+query), asked{http.StatusOK, 0, "true", ready})
		must.Equal(t, askedOf(t, transport, http.MethodGet, url+"/plain"+query), asked{http.StatusOK, size, "true", nil})
	}
	transport.CloseIdleConnections()
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}

func TestSecuredConnectionsTakeNoHead(t *testing.T) {
	authority := certs.NewAuthority(t)
	inner := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	listener := tls.NewListener(inner, &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{authority.IssueFor(t, "127.0.0.1").Load(t)},
	})
	part := lifecycle.New(lifecycle.Options{}).HTTP(listener, http.HandlerFunc(heading))
	served := make(chan error, 1)
	go func() { served <- part.Serve(t.Context()) }()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS13}}
	must.Equal(t, askedOf(t, transport, http.MethodGet, "https://"+inner.Addr().String()+"/?5"), asked{http.StatusOK, 5, "false", nil})
	transport.CloseIdleConnections()
	must.OK(t, part.Stop(t.Context()))
	must.OK(t, <-served)
}
