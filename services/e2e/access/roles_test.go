package access_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	entityBody = `{"displayName":"Ann","entityType":"PERSON"}`
	statement  = "/v1/statements/afp-2023-11-18-not-easy"
)

// TestRolesOverREST asks as nobody, reader, editor and admin.
func TestRolesOverREST(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--examples", "--api-keys="+k.file)
	server.Says("http://" + server.HTTP) // the examples are loaded with the program's own key
	api := over("http://"+server.HTTP, nil)
	for _, c := range []struct {
		name, key, method, path, body string
		code                          int
		reason                        string
	}{
		{"nobody reads", "", "GET", statement, "", 401, "CREDENTIAL_REQUIRED"},
		{"nobody reads a page", "", "GET", "/", "", 401, "CREDENTIAL_REQUIRED"},
		{"nobody follows", "", "GET", "/v1/changes", "", 401, "CREDENTIAL_REQUIRED"},
		{"nobody writes", "", "POST", "/v1/entities", entityBody, 401, "CREDENTIAL_REQUIRED"},
		{"nobody asks for what is not there", "", "GET", "/v1/nowhere", "", 401, "CREDENTIAL_REQUIRED"},
		{"a stranger reads", "onrecord_guess", "GET", statement, "", 401, "CREDENTIAL_UNKNOWN"},
		{"a reader reads", k.reader, "GET", statement, "", 200, ""},
		{"a reader reads a joined view", k.reader, "GET", "/v1/documents/afp-2023-11-18:read", "", 200, ""},
		{"a reader reads a page", k.reader, "GET", "/documents/afp-2023-11-18", "", 200, ""},
		{"a reader writes", k.reader, "POST", "/v1/entities", entityBody, 403, "ROLE_REQUIRED"},
		{"a reader ingests", k.reader, "POST", "/v1/documents:ingest", `{"document":{"name":"documents/x"},"version":{}}`, 403, "ROLE_REQUIRED"},
		{"a reader erases", k.reader, "POST", statement + ":erase", `{"reason":"GDPR"}`, 403, "ROLE_REQUIRED"},
		{"an editor writes", k.editor, "POST", "/v1/entities", entityBody, 200, ""},
		{"an editor erases", k.editor, "POST", statement + ":erase", `{"reason":"GDPR"}`, 403, "ROLE_REQUIRED"},
		{"an admin writes", k.admin, "POST", "/v1/entities", entityBody, 200, ""},
		{"an admin erases", k.admin, "POST", statement + ":erase", `{"reason":"GDPR"}`, 200, ""},
		{"nobody probes", "", "GET", "/healthz", "", 200, ""},
		{"nobody reads how to call", "", "GET", "/openapi.json", "", 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := api.ask(t, c.key, c.method, c.path, c.body)
			if got.code != c.code {
				t.Fatalf("%s %s: %d, want %d: %s", c.method, c.path, got.code, c.code, got.body)
			}
			if c.reason != "" {
				must.Equal(t, got.reason(t), c.reason)
			}
			if challenge := got.header.Get("WWW-Authenticate"); (c.code == http.StatusUnauthorized) != strings.HasPrefix(challenge, "Bearer ") {
				t.Fatalf("%d with WWW-Authenticate %q", got.code, challenge)
			}
		})
	}
}

// TestABrowserIsToldHowToGetIn: it shows no key by itself, and its reader no JSON.
func TestABrowserIsToldHowToGetIn(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	server.Says("http://" + server.HTTP)
	ask := func(path, accept string) (contentType, body string) {
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server.HTTP+path, nil))(t)
		r.Header.Set("Accept", accept)
		answer, err := http.DefaultClient.Do(r)
		must.OK(t, err)
		defer func() { _ = answer.Body.Close() }()
		must.Equal(t, answer.StatusCode, http.StatusUnauthorized)
		must.True(t, strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Bearer "))
		must.Equal(t, answer.Header.Get("Cache-Control"), "no-store")
		return answer.Header.Get("Content-Type"), string(must.Get(io.ReadAll(answer.Body))(t))
	}
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, path := range []string{"/", "/figures/f", "/nowhere"} {
		contentType, page := ask(path, browser)
		must.Equal(t, contentType, "text/html; charset=utf-8")
		must.Contains(t, page, "authenticating proxy")
		must.Contains(t, page, "--anonymous-role=reader")
	}
	for _, other := range [][2]string{{"/", "application/json"}, {"/", "*/*"}, {"/v1/documents", browser}} {
		contentType, _ := ask(other[0], other[1])
		must.Equal(t, contentType, "application/problem+json")
	}
}

// TestWhatOnlySomeMayReadIsKeptByNoSharedCache: an answer to a caller is theirs.
func TestWhatOnlySomeMayReadIsKeptByNoSharedCache(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--examples", "--api-keys="+k.file)
	server.Says("http://" + server.HTTP)
	api := over("http://"+server.HTTP, nil)
	path := statement + "?read_time=" + api.ask(t, k.reader, "GET", statement, "").header.Get("Onrecord-Settled-Time")
	for range 2 { // the second may come from the gateway's memory
		got := api.ask(t, k.reader, "GET", path, "")
		must.Equal(t, got.code, 200)
		must.Contains(t, got.header.Get("Cache-Control"), "private")
		must.Contains(t, strings.Join(got.header.Values("Vary"), ","), "Authorization")
		must.Equal(t, api.ask(t, "", "GET", path, "").code, 401)
	}

	open := stack.StartAllInOne(t, t.TempDir(), "--examples", "--api-keys="+k.file, "--anonymous-role=reader")
	open.Says("http://" + open.HTTP)
	anybody := over("http://"+open.HTTP, nil)
	got := anybody.ask(t, "", "GET", statement+"?read_time="+anybody.ask(t, "", "GET", statement, "").header.Get("Onrecord-Settled-Time"), "")
	must.Equal(t, got.code, 200)
	must.Contains(t, got.header.Get("Cache-Control"), "public")
	must.Equal(t, anybody.ask(t, "", "POST", "/v1/entities", entityBody).code, 401)
}

// TestRolesOverGRPC: the same refusals, by the same table.
func TestRolesOverGRPC(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--examples", "--api-keys="+k.file)
	server.Says("http://" + server.HTTP)
	conn := dial(t, server.GRPC, nil)
	read := func(key string) error {
		_, err := statementsv1.NewStatementServiceClient(conn).GetStatement(showing(t, key), &statementsv1.GetStatementRequest{Name: "statements/afp-2023-11-18-not-easy"})
		return err
	}
	joined := func(key string) error {
		_, err := gatewayv1.NewRecordServiceClient(conn).ReadDocument(showing(t, key), &gatewayv1.ReadDocumentRequest{Name: "documents/afp-2023-11-18"})
		return err
	}
	watch := func(key string) error {
		stream, err := statementsv1.NewChangeServiceClient(conn).Watch(showing(t, key), &statementsv1.WatchRequest{})
		must.OK(t, err)
		_, err = stream.Recv()
		return err
	}
	write := func(key string) error {
		_, err := statementsv1.NewEntityServiceClient(conn).CreateEntity(showing(t, key), &statementsv1.CreateEntityRequest{
			Entity: &statementsv1.Entity{DisplayName: "Ann", EntityType: statementsv1.Entity_PERSON},
		})
		return err
	}
	stage := func(key string) error {
		_, err := statementsv1.NewStagingServiceClient(conn).FindStagedDocuments(showing(t, key), &statementsv1.FindStagedDocumentsRequest{})
		return err
	}
	erase := func(key string) error {
		_, err := statementsv1.NewErasureServiceClient(conn).EraseStatement(showing(t, key), &statementsv1.EraseStatementRequest{
			Name: "statements/afp-2023-11-18-not-easy", Reason: "GDPR", ValidateOnly: true,
		})
		return err
	}
	for _, c := range []struct {
		name string
		call func(key string) error
		// what nobody, a reader, an editor and an admin get
		want [4]codes.Code
	}{
		{"read", read, [4]codes.Code{codes.Unauthenticated, codes.OK, codes.OK, codes.OK}},
		{"joined", joined, [4]codes.Code{codes.Unauthenticated, codes.OK, codes.OK, codes.OK}},
		{"watch", watch, [4]codes.Code{codes.Unauthenticated, codes.OK, codes.OK, codes.OK}},
		{"write", write, [4]codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.OK, codes.OK}},
		{"stage", stage, [4]codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.OK, codes.OK}},
		{"erase", erase, [4]codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.PermissionDenied, codes.OK}},
	} {
		for i, key := range []string{"", k.reader, k.editor, k.admin} {
			err := c.call(key)
			if status.Code(err) != c.want[i] {
				t.Errorf("%s by caller %d: %v, want %v", c.name, i, err, c.want[i])
			}
			if err != nil && errs.Info(status.Convert(err)) == nil {
				t.Errorf("%s by caller %d: no ErrorInfo", c.name, i)
			}
		}
	}
	must.Equal(t, errs.ReasonOf(write("onrecord_guess")), "CREDENTIAL_UNKNOWN")
}

// TestWhoChangedSomethingIsOnRecord: revisions name the caller, whichever way it
// came, and none can say that it was another.
func TestWhoChangedSomethingIsOnRecord(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--examples", "--api-keys="+k.file)
	server.Says("http://" + server.HTTP)
	api := over("http://"+server.HTTP, nil)
	forged := metadata.AppendToOutgoingContext(showing(t, k.editor), "onrecord-caller", "lawyer")
	entities := statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil))
	_, err := entities.CreateEntity(forged, &statementsv1.CreateEntityRequest{
		EntityId: "forged", Entity: &statementsv1.Entity{DisplayName: "Ann", EntityType: statementsv1.Entity_PERSON},
	})
	must.OK(t, err)
	_, err = entities.DeleteEntity(forged, &statementsv1.DeleteEntityRequest{Name: "entities/forged", Reason: "twice"})
	must.OK(t, err)
	must.Contains(t, string(api.ask(t, k.reader, "GET", "/v1/corrections", "").body), `"caller":"desk"`)
	got := api.ask(t, k.editor, "PATCH", statement, `{"rank":"PREFERRED","rankReason":"the first"}`)
	if got.code != 200 {
		t.Fatalf("%d %s", got.code, got.body)
	}
	must.Contains(t, string(api.ask(t, k.reader, "GET", statement+"/revisions/2", "").body), `"caller":"desk"`)
	server.Says(`"resource":"statements/afp-2023-11-18-not-easy"`)
	if out := server.Output(); strings.Contains(out, k.editor) || strings.Contains(out, "the first") {
		t.Fatal("the log shows a key or what was written")
	}
}

// TestAServerOnLoopbackIsReachedByItsOwnName: a page whose name was made to lead here
// reads and writes nothing.
func TestAServerOnLoopbackIsReachedByItsOwnName(t *testing.T) {
	server := stack.StartAllInOne(t, t.TempDir(), "--public-url=https://record.example")
	for host, code := range map[string]int{
		server.HTTP: 200, "localhost:1": 200, "[::1]": 200, "record.example": 200, "rebound.example": 421, "record.example.evil.example": 421,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server.HTTP+"/v1/entities", nil)
		must.OK(t, err)
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		must.OK(t, err)
		must.OK(t, response.Body.Close())
		if response.StatusCode != code {
			t.Errorf("Host %s: %d, want %d", host, response.StatusCode, code)
		}
	}
}

// TestAKeyThatIsTakenOffTheListOpensNothing: the list is read while the service runs.
func TestAKeyThatIsTakenOffTheListOpensNothing(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file)
	api := over("http://"+server.HTTP, nil)
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	k.list(t) // as a command that fails leaves it: `made-up | list > access-list`
	server.Says("stays in force")
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 200)
	stream := follow(t, api, k.reader)
	k.list(t, "# nobody")
	server.Says("access list read")
	stream.ends(t) // what was open is closed too
	must.Equal(t, api.ask(t, k.reader, "GET", "/v1/metrics", "").code, 401)
}
