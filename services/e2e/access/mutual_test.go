package access_test

import (
	"bufio"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// secured are the three programs with mutual TLS between them.
type secured struct {
	authority        *certs.Authority
	http             string
	statements, grpc string
}

// startSecured starts them; a gateway that asks for no credential is a mistake that
// must open nothing.
func startSecured(t *testing.T, k keys, gatewayAsks bool) secured {
	t.Helper()
	s := secured{authority: certs.NewAuthority(t), http: stack.FreeAddress(t), statements: stack.FreeAddress(t), grpc: stack.FreeAddress(t)}
	metrics, data := stack.FreeAddress(t), t.TempDir()
	with := func(name string, args ...string) []string {
		pair := s.authority.Issue(t, name)
		return append([]string{
			"serve", "--tls-cert=" + pair.Cert, "--tls-key=" + pair.Key,
			"--admin-listen=" + stack.FreeAddress(t), "--drain-delay=0s", "--log-format=json",
		}, args...)
	}
	asks := []string{"--tls-client-ca=" + s.authority.File, "--api-keys=" + k.file}
	var programs []*stack.Process
	for name, address := range map[string]string{"statements": s.statements, "metrics": metrics} {
		database := "--database=sqlite:" + data + "/" + name + ".db"
		stack.Run(t, name, "migrate", database)
		programs = append(programs, stack.Start(t, name, stack.FreeAddress(t), with(name, append(asks, database, "--grpc-listen="+address)...)...))
	}
	if !gatewayAsks {
		asks = nil
	}
	programs = append(programs, stack.Start(t, "gateway", stack.FreeAddress(t), with("gateway", append(asks,
		"--listen="+s.http, "--grpc-listen="+s.grpc, "--services-ca="+s.authority.File,
		"--statements-addr=dns:///localhost:"+port(s.statements), "--metrics-addr=dns:///localhost:"+port(metrics))...)...))
	for _, program := range programs {
		program.Ready()
	}
	return s
}

func port(address string) string { return address[strings.LastIndex(address, ":")+1:] }

func (s secured) client() *tls.Config {
	return &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12}
}

// TestThreeProgramsWithMutualTLS: callers show keys to the gateway; the gateway shows
// its certificate, and their keys, to the services.
func TestThreeProgramsWithMutualTLS(t *testing.T) {
	k := newKeys(t, "gateway editor certificate:gateway")
	s := startSecured(t, k, true)
	api := over("https://"+s.http, s.client())
	must.Equal(t, api.ask(t, "", "GET", "/v1/entities", "").code, 401)
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/entities", "").code, 200)
	must.Equal(t, api.ask(t, k.reader, "POST", "/v1/entities", entityBody).code, 403)
	must.Equal(t, api.ask(t, k.editor, "POST", "/v1/entities?entity_id=ann", entityBody).code, 200)
	must.Equal(t, api.ask(t, k.editor, "DELETE", "/v1/entities/ann?reason=twice", "").code, 200)
	must.Contains(t, string(api.ask(t, k.reader, "GET", "/v1/corrections", "").body), `"caller":"desk"`)

	t.Run("changes arrive over the gateway's own connection", func(t *testing.T) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, api.base+"/v1/changes?start_time=1970-01-01T00:00:00Z", nil)
		must.OK(t, err)
		request.Header.Set("Authorization", "Bearer "+k.reader)
		response, err := api.http.Do(request)
		must.OK(t, err)
		defer func() { _ = response.Body.Close() }()
		must.Equal(t, response.StatusCode, 200)
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if strings.Contains(lines.Text(), "entities/ann") {
				return
			}
		}
		t.Fatal("the stream ended without the entity")
	})

	t.Run("in clear nothing is answered", func(t *testing.T) {
		response, err := http.Get("http://" + s.http + "/v1/entities") //nolint:noctx // it ends at once
		if err == nil {
			_ = response.Body.Close()
			must.Equal(t, response.StatusCode, http.StatusBadRequest)
		}
	})

	t.Run("over gRPC", func(t *testing.T) {
		list := func(settings *tls.Config, key string) error {
			_, err := gatewayv1.NewRecordServiceClient(dial(t, s.grpc, settings)).ListCorrections(showing(t, key), &gatewayv1.ListCorrectionsRequest{})
			return err
		}
		must.Equal(t, status.Code(list(s.client(), "")), codes.Unauthenticated)
		must.Equal(t, status.Code(list(s.client(), k.reader)), codes.OK)
	})
}

// TestAGatewayThatAsksForNothingOpensNothing: its own certificate never speaks for those
// who call it.
func TestAGatewayThatAsksForNothingOpensNothing(t *testing.T) {
	k := newKeys(t, "gateway editor certificate:gateway")
	s := startSecured(t, k, false)
	api := over("https://"+s.http, s.client())
	must.Equal(t, api.ask(t, "", "GET", "/v1/entities", "").code, 401)
	must.Equal(t, api.ask(t, "", "POST", "/v1/entities", entityBody).code, 401)
	must.Equal(t, api.ask(t, "", "GET", "/v1/corrections", "").code, 401)
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/entities", "").code, 200) // a key is sent on
}

// TestACertificateOfAnotherAuthorityOpensNothing: the connection does not come about.
func TestACertificateOfAnotherAuthorityOpensNothing(t *testing.T) {
	k := newKeys(t, "gateway editor certificate:gateway")
	s := startSecured(t, k, true)
	strange := certs.NewAuthority(t).Issue(t, "gateway").Load(t)
	ours := s.authority.Issue(t, "gateway").Load(t)
	other := s.authority.Issue(t, "laptop").Load(t)
	expired := s.authority.IssueExpired(t, "gateway").Load(t)
	for name, c := range map[string]struct {
		certificate tls.Certificate
		want        codes.Code
	}{
		"of another authority": {strange, codes.Unavailable},
		"ours":                 {ours, codes.OK},
		"ours, expired":        {expired, codes.Unavailable},
		"ours, not listed":     {other, codes.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			settings := s.client()
			settings.Certificates = []tls.Certificate{c.certificate}
			_, err := statementsv1.NewEntityServiceClient(dial(t, s.statements, settings)).ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{})
			must.Equal(t, status.Code(err), c.want)
		})
	}
}
