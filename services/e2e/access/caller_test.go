package access_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// keys are API keys of one caller for each role, and the file that lists them.
type keys struct {
	reader, editor, admin string
	file                  string
}

func newKeys(t *testing.T, more ...string) keys {
	t.Helper()
	k := keys{reader: auth.NewKey(), editor: auth.NewKey(), admin: auth.NewKey(), file: filepath.Join(t.TempDir(), "access")}
	k.list(t, append([]string{
		"dashboard reader " + auth.HashKey(k.reader), "desk editor " + auth.HashKey(k.editor), "lawyer admin " + auth.HashKey(k.admin),
	}, more...)...)
	return k
}

// list replaces the access list.
func (k keys) list(t *testing.T, lines ...string) {
	t.Helper()
	must.OK(t, os.WriteFile(k.file, []byte(strings.Join(lines, "\n")), 0o600))
}

// callers ask one server, each with a credential of theirs.
type callers struct {
	base string
	http *http.Client
}

func over(base string, settings *tls.Config) *callers {
	return &callers{base: base, http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: settings}}}
}

// answer is what came back.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

func (c *callers) ask(t *testing.T, key, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.base+path, bytes.NewReader([]byte(body)))
	must.OK(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.http.Do(request)
	must.OK(t, err)
	defer func() { must.OK(t, response.Body.Close()) }()
	text, err := io.ReadAll(response.Body)
	must.OK(t, err)
	return answer{response.StatusCode, response.Header, text}
}

// reason is that of a problem.
func (a answer) reason(t *testing.T) string {
	t.Helper()
	var problem struct {
		Details []struct {
			Reason string `json:"reason"`
		} `json:"details"`
	}
	must.OK(t, json.Unmarshal(a.body, &problem))
	for _, detail := range problem.Details {
		if detail.Reason != "" {
			return detail.Reason
		}
	}
	return ""
}

// dial opens a gRPC connection for as long as the test runs.
func dial(t *testing.T, address string, settings *tls.Config) *grpc.ClientConn {
	t.Helper()
	secured := insecure.NewCredentials()
	if settings != nil {
		secured = credentials.NewTLS(settings)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(secured))
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, conn.Close()) })
	return conn
}

// showing returns a context whose gRPC calls show a key.
func showing(t *testing.T, key string) context.Context {
	t.Helper()
	if key == "" {
		return t.Context()
	}
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+key)
}

// stream is what follows the changes of a server.
type stream struct{ body io.ReadCloser }

func follow(t *testing.T, c *callers, key string) stream {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+"/v1/changes", nil)
	must.OK(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := c.http.Do(request) //nolint:bodyclose // ends closes it
	must.OK(t, err)
	must.Equal(t, response.StatusCode, http.StatusOK)
	return stream{response.Body}
}

// ends waits until the server ends the stream, with an error that says why.
func (s stream) ends(t *testing.T) {
	t.Helper()
	said, err := io.ReadAll(s.body)
	must.OK(t, err)
	must.OK(t, s.body.Close())
	must.Contains(t, string(said), "event: error")
	must.Contains(t, string(said), "CREDENTIAL_UNKNOWN")
}
