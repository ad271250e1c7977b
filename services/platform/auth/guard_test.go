package auth_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/oidctest"
)

func TestWithoutCredentialsEverybodyIsUnrestricted(t *testing.T) {
	g := guard(t, config.Access{})
	identity, err := g.Identify(t.Context(), shows("Bearer anything"))
	must.OK(t, err)
	must.Equal(t, identity, auth.Unrestricted)
	must.OK(t, g.AuthorizeRole(identity, auth.Admin))
}

func TestAPIKeys(t *testing.T) {
	reader, editor := auth.NewKey(), auth.NewKey()
	g := guard(t, config.Access{APIKeys: write(t, "# the desk\n"+
		"dashboard reader "+auth.HashKey(reader)+"  # of the wall\n\n"+
		"desk editor "+auth.HashKey(editor)+"\n"+
		"gateway editor certificate:gateway.example\n")})
	for _, c := range []struct {
		name   string
		shown  auth.Credential
		want   auth.Identity
		reason string
	}{
		{"a reader", shows("Bearer " + reader), auth.Identity{Caller: "dashboard", Role: auth.Reader}, ""},
		{"an editor, the scheme in capitals", shows("BEARER " + editor), auth.Identity{Caller: "desk", Role: auth.Editor}, ""},
		{"nobody", shows(), auth.Identity{Caller: caller.Anonymous}, ""},
		{"a key that is not on the list", shows("Bearer " + auth.NewKey()), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_UNKNOWN"},
		{"the hash of a key", shows("Bearer " + auth.HashKey(reader)), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_UNKNOWN"},
		{"two headers", shows("Bearer "+reader, "Bearer "+editor), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_MALFORMED"},
		{"another scheme", shows("Basic YTpi"), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_MALFORMED"},
		{"no key", shows("Bearer "), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_MALFORMED"},
		{"a megabyte", shows("Bearer " + strings.Repeat("a.", 1<<19)), auth.Identity{Caller: caller.Anonymous}, "CREDENTIAL_MALFORMED"},
		{"a certificate", auth.Credential{CertificateNames: []string{"other", "Gateway.Example"}}, auth.Identity{Caller: "gateway", Role: auth.Editor}, ""},
		{"a certificate of somebody else", auth.Credential{CertificateNames: []string{"other"}}, auth.Identity{Caller: caller.Anonymous}, ""},
		{"a certificate before somebody anonymous", auth.Credential{CertificateNames: []string{"gateway.example"}, Behalf: true}, auth.Identity{Caller: caller.Anonymous}, ""},
		{"a key behind a certificate", auth.Credential{CertificateNames: []string{"gateway.example"}, Authorization: []string{"Bearer " + reader}}, auth.Identity{Caller: "dashboard", Role: auth.Reader}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			identity, err := g.Identify(t.Context(), c.shown)
			must.Equal(t, errs.ReasonOf(err), c.reason)
			must.Equal(t, identity, c.want)
		})
	}
}

func TestAnAccessListThatIsWrongSaysWhere(t *testing.T) {
	key := auth.NewKey()
	for name, list := range map[string]string{
		"two words":          "desk editor",
		"a role that is not": "desk writer " + auth.HashKey(key),
		"no role":            "desk none " + auth.HashKey(key),
		"a key in clear":     "desk editor " + key,
		"half a hash":        "desk editor sha256:0a0b",
		"an anonymous":       "anonymous editor " + auth.HashKey(key),
		"a key twice":        "desk editor " + auth.HashKey(key) + "\ndesk2 admin " + auth.HashKey(key),
		"no certificate":     "desk editor certificate:",
		"a file of bytes":    "desk\x00 editor " + auth.HashKey(key),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.New(config.Access{APIKeys: write(t, list), AnonymousRole: "none"}, nil)
			must.Contains(t, fmt.Sprint(err), "line ")
			if strings.Contains(err.Error(), key) {
				t.Fatalf("the message shows a key: %v", err)
			}
		})
	}
	_, err := auth.New(config.Access{APIKeys: t.TempDir() + "/nowhere", AnonymousRole: "none"}, nil)
	must.Contains(t, fmt.Sprint(err), "access list")
}

// TestAnEmptyFileIsNoList: it is being written, or what makes it failed. A guard does not
// start with it, and one that runs keeps its keys, until a comment says that there are none.
func TestAnEmptyFileIsNoList(t *testing.T) {
	_, err := auth.New(config.Access{APIKeys: write(t, " \n"), AnonymousRole: "none"}, nil)
	must.Contains(t, fmt.Sprint(err), "empty")

	key := auth.NewKey()
	file := write(t, "desk editor "+auth.HashKey(key)+"\n")
	g := guard(t, config.Access{APIKeys: file})
	registry := prometheus.NewRegistry()
	g.Register(registry)
	for _, c := range []struct {
		text, reason string
		failing      int
	}{
		{" \n", "", 1},
		{"# nobody\n", "CREDENTIAL_UNKNOWN", 0},
	} {
		must.OK(t, os.WriteFile(file, []byte(c.text), 0o600))
		look(t, g)
		_, err := g.Identify(t.Context(), shows("Bearer "+key))
		must.Equal(t, errs.ReasonOf(err), c.reason)
		must.OK(t, testutil.GatherAndCompare(registry, strings.NewReader(fmt.Sprintf(`
# HELP onrecord_access_list_failing 1 while the access list cannot be read and what was read before is in force.
# TYPE onrecord_access_list_failing gauge
onrecord_access_list_failing %d
`, c.failing))))
	}
}

// look has a guard look at its list once: upkeep that is stopped takes one step and ends.
func look(t *testing.T, g *auth.Guard) {
	t.Helper()
	upkeep := g.Upkeep()
	must.OK(t, upkeep.Stop(t.Context()))
	must.OK(t, upkeep.Serve(t.Context()))
}

func TestTokens(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	identity, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, i.Claims())))
	must.OK(t, err)
	must.Equal(t, identity, auth.Identity{Caller: "ann", Role: auth.Editor})

	strange, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	for _, c := range []struct {
		name, token, reason string
	}{
		{"expired", i.Sign(t, oidctest.With(i.Claims(), "exp", time.Now().Add(-2*time.Minute).Unix())), "TOKEN_EXPIRED"},
		{"not valid yet", i.Sign(t, oidctest.With(i.Claims(), "nbf", time.Now().Add(2*time.Minute).Unix())), "TOKEN_INVALID"},
		{"for another audience", i.Sign(t, oidctest.With(i.Claims(), "aud", "mail")), "TOKEN_INVALID"},
		{"of another issuer", i.Sign(t, oidctest.With(i.Claims(), "iss", "https://issuer.example")), "TOKEN_INVALID"},
		{"without a subject", i.Sign(t, oidctest.With(i.Claims(), "sub", "")), "TOKEN_INVALID"},
		{"with a subject of two lines", i.Sign(t, oidctest.With(i.Claims(), "sub", "ann\nadmin")), "TOKEN_INVALID"},
		{"alg none", oidctest.Unsigned(t, i.Claims()), "TOKEN_INVALID"},
		{"signed with the public key", i.Confused(t, i.Claims()), "TOKEN_INVALID"},
		{"signed by a stranger", i.Sign(t, i.Claims(), jose.SigningKey{Algorithm: jose.RS256, Key: strange}), "TOKEN_INVALID"},
		{"cut off", i.Sign(t, i.Claims())[:40] + "..", "TOKEN_INVALID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			identity, err := g.Identify(t.Context(), shows("Bearer "+c.token))
			must.Equal(t, errs.ReasonOf(err), c.reason)
			must.Equal(t, identity.Role, auth.None)
			if strings.Contains(errs.ToStatus(err).Message(), c.token) {
				t.Fatal("the message shows the token")
			}
		})
	}
}

// BenchmarkToken is what it costs to know a caller by a token that it shows at each
// call, and by one that was not seen before.
func BenchmarkToken(b *testing.B) {
	i := oidctest.New(b)
	g := guard(b, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	shown := shows("Bearer " + i.Sign(b, i.Claims()))
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			must.Get(g.Identify(b.Context(), shown))(b)
		}
	})
	b.Run("first", func(b *testing.B) {
		tokens := make([]auth.Credential, 2000)
		for n := range tokens {
			tokens[n] = shows("Bearer " + i.Sign(b, oidctest.With(i.Claims(), "jti", n)))
		}
		n := 0
		for b.Loop() {
			if n%len(tokens) == 0 { // so that none is remembered
				g = guard(b, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
			}
			must.Get(g.Identify(b.Context(), tokens[n%len(tokens)]))(b)
			n++
		}
	})
}

func TestClocksMayBeAMinuteApart(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	_, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, oidctest.With(i.Claims(), "exp", time.Now().Add(-30*time.Second).Unix()))))
	must.OK(t, err)
}

func TestRolesOfAToken(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	for _, c := range []struct {
		claim any
		want  auth.Role
	}{
		{[]string{"reader", "admin"}, auth.Admin},
		{"onrecord:editor", auth.Editor},
		{[]string{"superuser"}, auth.None},
		{[]string{"none"}, auth.None},
		{nil, auth.None},
		{7, auth.None},
	} {
		t.Run(fmt.Sprint(c.claim), func(t *testing.T) {
			identity, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, oidctest.With(i.Claims(), "roles", c.claim))))
			must.OK(t, err)
			must.Equal(t, identity.Role, c.want)
		})
	}
}

func TestAnIssuerThatIsSilentIsUnavailable(t *testing.T) {
	i := oidctest.New(t)
	token := i.Sign(t, i.Claims())
	i.Close()
	key := auth.NewKey()
	g := guard(t, config.Access{
		OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience, APIKeys: write(t, "desk editor "+auth.HashKey(key)),
	})
	_, err := g.Identify(t.Context(), shows("Bearer "+token))
	must.Equal(t, errs.ReasonOf(err), "ISSUER_UNAVAILABLE")
	_, err = g.Identify(t.Context(), shows("Bearer "+key))
	must.OK(t, err) // whoever has a key is served
}

func TestInventedKeyIDsDoNotHammerTheIssuer(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	_, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, i.Claims())))
	must.OK(t, err)
	tokens := make(chan string, 1000)
	for n := range cap(tokens) {
		tokens <- i.SignInvented(t, fmt.Sprint("invented-", n))
	}
	close(tokens)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for token := range tokens {
				if _, err := g.Identify(t.Context(), shows("Bearer "+token)); errs.ReasonOf(err) != "TOKEN_INVALID" {
					t.Errorf("an invented key: %v", err)
				}
			}
		})
	}
	group.Wait()
	must.True(t, i.Fetched.Load() < 5) // once in ten seconds
}

// TestKeysThatCannotBeHadSayNothingOfAToken: an issuer that stops answering after it
// was found is unavailable; the token may be good.
func TestKeysThatCannotBeHadSayNothingOfAToken(t *testing.T) {
	i := oidctest.New(t)
	i.Broken.Store(true)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience})
	_, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, i.Claims())))
	must.Equal(t, errs.ReasonOf(err), "ISSUER_UNAVAILABLE")
}

// TestATokenSpeaksForNobodyElse: neither for a name of ours nor for a caller who has a
// key.
func TestATokenSpeaksForNobodyElse(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience, APIKeys: write(t, "desk editor "+auth.HashKey(auth.NewKey()))})
	for _, subject := range []string{"desk", "anonymous", "onrecord"} {
		_, err := g.Identify(t.Context(), shows("Bearer "+i.Sign(t, oidctest.With(i.Claims(), "sub", subject))))
		must.Equal(t, errs.ReasonOf(err), "TOKEN_INVALID")
	}
}

func TestNoAuthorizationHeaderPanicsOrOpens(t *testing.T) {
	i := oidctest.New(t)
	g := guard(t, config.Access{OIDCIssuer: i.URL, OIDCAudience: oidctest.Audience, APIKeys: write(t, "desk editor "+auth.HashKey(auth.NewKey()))})
	rapid.Check(t, func(r *rapid.T) {
		headers := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`Bearer [A-Za-z0-9_.-]{0,80}`)), 1, 3).Draw(r, "headers")
		identity, err := g.Identify(t.Context(), auth.Credential{Authorization: headers})
		if err == nil || identity.Role != auth.None {
			r.Fatalf("%q opened: %v", headers, identity)
		}
	})
}
