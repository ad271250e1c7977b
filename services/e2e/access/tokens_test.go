package access_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/oidctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestTokensOfAnIssuer open what their roles may, over REST and gRPC alike; those that
// are wrong open nothing, and stand in no answer and no log.
func TestTokensOfAnIssuer(t *testing.T) {
	issuer := oidctest.New(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--oidc-issuer="+issuer.URL, "--oidc-audience="+oidctest.Audience, "--log-level=debug")
	api := over("http://"+server.HTTP, nil)
	entities := statementsv1.NewEntityServiceClient(dial(t, server.GRPC, nil))
	claims := issuer.Claims()
	valid := issuer.Sign(t, claims)
	must.Equal(t, api.ask(t, valid, "POST", "/v1/entities", entityBody).code, 200)
	_, err := entities.ListEntities(showing(t, valid), &statementsv1.ListEntitiesRequest{})
	must.OK(t, err)

	for name, c := range map[string]struct{ token, reason string }{
		"expired":                    {issuer.Sign(t, oidctest.With(claims, "exp", time.Now().Add(-2*time.Minute).Unix())), "TOKEN_EXPIRED"},
		"not valid yet":              {issuer.Sign(t, oidctest.With(claims, "nbf", time.Now().Add(2*time.Minute).Unix())), "TOKEN_INVALID"},
		"for another audience":       {issuer.Sign(t, oidctest.With(claims, "aud", "mail")), "TOKEN_INVALID"},
		"of another issuer":          {issuer.Sign(t, oidctest.With(claims, "iss", "https://issuer.example")), "TOKEN_INVALID"},
		"alg none":                   {oidctest.Unsigned(t, claims), "TOKEN_INVALID"},
		"signed with the public key": {issuer.Confused(t, claims), "TOKEN_INVALID"},
	} {
		t.Run(name, func(t *testing.T) {
			got := api.ask(t, c.token, "GET", "/v1/entities", "")
			must.Equal(t, got.code, http.StatusUnauthorized)
			must.Equal(t, got.reason(t), c.reason)
			_, err := entities.ListEntities(showing(t, c.token), &statementsv1.ListEntitiesRequest{})
			statustest.Check(t, err, codes.Unauthenticated, c.reason, "")
			must.False(t, strings.Contains(string(got.body)+err.Error(), c.token))
			must.False(t, strings.Contains(server.Output(), c.token))
		})
	}

	t.Run("of a thousand invented keys", func(t *testing.T) {
		invented := make(chan string, 1000)
		for n := range cap(invented) {
			invented <- issuer.SignInvented(t, fmt.Sprint("invented-", n))
		}
		close(invented)
		began := issuer.Fetched.Load()
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				for token := range invented {
					if got := api.ask(t, token, "GET", "/v1/entities", ""); got.code != http.StatusUnauthorized {
						t.Errorf("an invented key is answered %d: %s", got.code, got.body)
					}
				}
			})
		}
		all.Wait()
		must.True(t, issuer.Fetched.Load()-began < 20) // once in ten seconds, however slow this machine is
		must.Equal(t, api.ask(t, valid, "GET", "/v1/entities", "").code, 200)
	})
	must.False(t, strings.Contains(server.Output(), valid))
}
