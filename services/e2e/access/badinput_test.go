package access_test

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestACallerThatCallsTooOftenIsToldWhenToGoOn: 429 with Retry-After, for that caller
// alone.
func TestACallerThatCallsTooOftenIsToldWhenToGoOn(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--rate-limit=0.1")
	api := over("http://"+server.HTTP, nil)
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	got := api.ask(t, k.reader, "GET", "/v1/metrics", "")
	must.Equal(t, got.code, http.StatusTooManyRequests)
	must.Equal(t, got.reason(t), "RATE_LIMITED")
	if got.header.Get("Retry-After") == "" {
		t.Fatal("no Retry-After")
	}
	must.Equal(t, api.ask(t, k.editor, "GET", "/v1/metrics", "").code, 200)

	conn := dial(t, server.GRPC, nil)
	_, err := statementsv1.NewEntityServiceClient(conn).ListEntities(showing(t, k.reader), &statementsv1.ListEntitiesRequest{})
	must.Equal(t, status.Code(err), codes.ResourceExhausted)
}

// TestConnectionsThatSayNothing hold nobody up.
func TestConnectionsThatSayNothing(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	for range 1000 {
		for _, address := range []string{server.HTTP, server.GRPC} {
			conn, err := net.Dial("tcp", address)
			must.OK(t, err)
			t.Cleanup(func() { _ = conn.Close() })
		}
	}
	api := over("http://"+server.HTTP, nil)
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	_, err := statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil)).ListEntities(showing(t, k.reader), &statementsv1.ListEntitiesRequest{})
	must.OK(t, err)
}

// TestRapidReset opens streams and resets them at once, as CVE-2023-44487 does: the
// server goes on to serve others.
func TestRapidReset(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	conn, err := net.Dial("tcp", server.GRPC)
	must.OK(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte(http2.ClientPreface))
	must.OK(t, err)
	framer := http2.NewFramer(conn, conn)
	must.OK(t, framer.WriteSettings())
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", "/onrecord.statements.v1.EntityService/ListEntities"}, {":authority", "x"},
		{"content-type", "application/grpc"}, {"te", "trailers"}, {"authorization", "Bearer " + k.reader},
	} {
		must.OK(t, encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}))
	}
	for id := uint32(1); id < 20_000; id += 2 {
		if framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes(), EndHeaders: true}) != nil ||
			framer.WriteRSTStream(id, http2.ErrCodeCancel) != nil {
			break // the server has had enough of this connection, which is right
		}
	}
	_, err = statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil)).ListEntities(showing(t, k.reader), &statementsv1.ListEntitiesRequest{})
	must.OK(t, err)
}

// TestSettingsThatAreWrongStopTheStart: each says which setting, and nothing secret.
func TestSettingsThatAreWrongStopTheStart(t *testing.T) {
	k := newKeys(t)
	secret := filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(secret, []byte("desk editor "+k.editor), 0o600))
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a typo":                     {[]string{"--api-key=" + k.file}, "--api-keys"},
		"a key in clear":             {[]string{"--api-keys=" + secret}, "line 1"},
		"a file that is not there":   {[]string{"--api-keys=/nowhere/keys"}, "--api-keys: access list"},
		"a folder":                   {[]string{"--api-keys=" + t.TempDir()}, "--api-keys: access list"},
		"a certificate without key":  {[]string{"--tls-cert=cert.pem"}, "--tls-key"},
		"an issuer in clear":         {[]string{"--oidc-issuer=http://issuer.example", "--oidc-audience=x"}, "https"},
		"an issuer for any audience": {[]string{"--oidc-issuer=https://issuer.example"}, "--oidc-audience"},
		"in the open":                {[]string{"--grpc-listen=0.0.0.0:0"}, "--insecure"},
		"in the open, without TLS":   {[]string{"--listen=0.0.0.0:0", "--api-keys=" + k.file}, "--insecure"},
		"a role that is not":         {[]string{"--anonymous-role=writer"}, "reader"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"serve", "--data=" + t.TempDir(), "--listen=127.0.0.1:0", "--grpc-listen=127.0.0.1:0", "--admin-listen="}, c.args...)
			_, said, code := stack.Try(t, "onrecord", args...)
			if code == 0 {
				t.Fatal("it started")
			}
			must.Contains(t, said, c.says)
			if strings.Contains(said, k.editor) {
				t.Fatalf("the message shows a key: %s", said)
			}
		})
	}
}
