package access_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
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

// silent is how many connections say nothing, half of them to each listener.
const silent = 10_000

// TestConnectionsThatSayNothing hold nobody up.
func TestConnectionsThatSayNothing(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	var dialing errgroup.Group
	for _, address := range []string{server.HTTP, server.GRPC} {
		for range 4 {
			dialing.Go(func() error {
				for range silent / 8 {
					conn, err := net.Dial("tcp", address)
					if err != nil {
						return err
					}
					t.Cleanup(func() { _ = conn.Close() })
				}
				return nil
			})
		}
	}
	must.OK(t, dialing.Wait())
	serves(t, server, k)
}

// serves checks that a server answers others as before.
func serves(t *testing.T, server *stack.AllInOne, k keys) {
	t.Helper()
	must.Equal(t, over("http://"+server.HTTP, nil).ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	_, err := statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil)).ListEntities(showing(t, k.reader), &statementsv1.ListEntitiesRequest{})
	must.OK(t, err)
}

// TestRapidReset opens streams and resets them at once, as CVE-2023-44487 does: the
// server goes on to serve others.
func TestRapidReset(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	framer, block := raw(t, server.GRPC, k.reader)
	for id := uint32(1); id < 20_000; id += 2 {
		if framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndHeaders: true}) != nil ||
			framer.WriteRSTStream(id, http2.ErrCodeCancel) != nil {
			break // the server has had enough of this connection, which is right
		}
	}
	serves(t, server, k)
}

// raw opens an HTTP/2 connection to a gRPC listener, which no library keeps from what
// it must not do, and makes the headers of a call.
func raw(t *testing.T, address, key string) (framer *http2.Framer, block []byte) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	must.OK(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	must.Get(conn.Write([]byte(http2.ClientPreface)))(t)
	framer = http2.NewFramer(conn, conn)
	must.OK(t, framer.WriteSettings())
	var out bytes.Buffer
	encoder := hpack.NewEncoder(&out)
	for _, field := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", "/onrecord.statements.v1.EntityService/ListEntities"}, {":authority", "x"},
		{"content-type", "application/grpc"}, {"te", "trailers"}, {"authorization", "Bearer " + key},
	} {
		must.OK(t, encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}))
	}
	return framer, out.Bytes()
}

// TestATokenOfAMegabyte is refused before it is read, and one that is only too long
// for a token with a reason: over REST and gRPC.
func TestATokenOfAMegabyte(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	api := over("http://"+server.HTTP, nil)
	long, huge := strings.Repeat("a.b.", 5<<10), strings.Repeat("a.b.", 1<<18)
	must.Equal(t, api.ask(t, huge, "GET", "/v1/metrics", "").code, http.StatusRequestHeaderFieldsTooLarge)
	refused := api.ask(t, long, "GET", "/v1/metrics", "")
	must.Equal(t, refused.code, http.StatusUnauthorized)
	must.Equal(t, refused.reason(t), "CREDENTIAL_MALFORMED")
	if strings.Contains(string(refused.body), "a.b.a.b.") {
		t.Fatal("the answer shows the token")
	}
	_, err := statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil)).ListEntities(showing(t, long), &statementsv1.ListEntitiesRequest{})
	statustest.Check(t, err, codes.Unauthenticated, "CREDENTIAL_MALFORMED", "")

	framer, block := raw(t, server.GRPC, huge)
	err = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:16<<10], EndStream: true})
	for rest := block[16<<10:]; err == nil && len(rest) > 0; {
		n := min(len(rest), 16<<10)
		err = framer.WriteContinuation(1, n == len(rest), rest[:n])
		rest = rest[n:]
	}
	for ended := err != nil; !ended; {
		frame, err := framer.ReadFrame()
		if answer, ok := frame.(*http2.HeadersFrame); ok {
			t.Fatalf("a token of a megabyte was answered: %v", answer)
		}
		_, reset := frame.(*http2.RSTStreamFrame)
		ended = reset || err != nil
	}
	serves(t, server, k)
}

// TestACallerHasSoManyStreamsOpen and no more, over REST and gRPC together; others are
// not held up, and one that ends makes room.
func TestACallerHasSoManyStreamsOpen(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--stream-limit=2")
	api := over("http://"+server.HTTP, nil)
	changes := statementsv1.NewChangeServiceClient(dial(t, server.GRPC, nil))
	watch := func(key string) error {
		watching, err := changes.Watch(showing(t, key), &statementsv1.WatchRequest{})
		must.OK(t, err)
		_, err = watching.Recv()
		return err
	}
	first := follow(t, api, k.reader)
	must.OK(t, watch(k.reader))
	refused := api.ask(t, k.reader, "GET", "/v1/changes", "")
	must.Equal(t, refused.code, http.StatusTooManyRequests)
	must.Equal(t, refused.reason(t), "TOO_MANY_STREAMS")
	must.True(t, refused.header.Get("Retry-After") != "")
	statustest.Check(t, watch(k.reader), codes.ResourceExhausted, "TOO_MANY_STREAMS", "")
	seen := string(over("http://"+server.Admin, nil).ask(t, k.reader, "GET", "/metrics", "").body)
	for _, api := range []string{"http", "grpc_server"} { // what OnrecordFollowersRefused counts
		must.Contains(t, seen, "onrecord_"+api+`_refused_total{reason="TOO_MANY_STREAMS"} 1`)
	}
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	must.OK(t, watch(k.editor))

	must.OK(t, first.body.Close())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for again := time.NewTicker(10 * time.Millisecond); watch(k.reader) != nil; { // until the server notices
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("a stream that ended counts")
		}
	}
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
		"TLS without its files":      {[]string{"--tls-cert=/nowhere/tls.crt", "--tls-key=/nowhere/tls.key"}, "/nowhere/tls.crt"},
		"a private key that is none": {[]string{"--tls-cert=" + secret, "--tls-key=" + secret}, "--tls-cert"},
		"streams below none":         {[]string{"--stream-limit=-1"}, "--stream-limit"},
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
