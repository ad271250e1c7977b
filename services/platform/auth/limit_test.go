package auth_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// limited is a guard that lets a caller call once in ten seconds.
func limited(t *testing.T, keys ...string) *auth.Guard {
	t.Helper()
	var list string
	for n, key := range keys {
		list += string(rune('a'+n)) + " reader " + auth.HashKey(key) + "\n"
	}
	return guard(t, config.Access{APIKeys: write(t, list+"gateway editor certificate:gateway"), AnonymousRole: "reader", RateLimit: 0.1})
}

func TestACallerThatCallsTooOftenIsToldWhenToGoOn(t *testing.T) {
	one, two := auth.NewKey(), auth.NewKey()
	g := limited(t, one, two)
	_, err := g.Identify(t.Context(), shows("Bearer "+one))
	must.OK(t, err)
	_, err = g.Identify(t.Context(), shows("Bearer "+one))
	must.Equal(t, errs.ReasonOf(err), "RATE_LIMITED")
	delay, _ := errs.RetryDelay(errs.ToStatus(err))
	must.True(t, delay > 0)
	_, err = g.Identify(t.Context(), shows("Bearer "+two))
	must.OK(t, err) // the other caller is not held up
}

func TestAnonymousCallersAreCountedByWhereTheyCome(t *testing.T) {
	g := limited(t, auth.NewKey())
	for _, c := range []struct {
		from   string
		reason string
	}{{"192.0.2.1", ""}, {"192.0.2.1", "RATE_LIMITED"}, {"192.0.2.2", ""}} {
		_, err := g.Identify(t.Context(), auth.Credential{Remote: c.from})
		must.Equal(t, errs.ReasonOf(err), c.reason)
	}
}

func TestGuessesAreCountedApartFromCallers(t *testing.T) {
	key := auth.NewKey()
	g := limited(t, key)
	_, err := g.Identify(t.Context(), shows("Bearer "+auth.NewKey()))
	must.Equal(t, errs.ReasonOf(err), "CREDENTIAL_UNKNOWN")
	_, err = g.Identify(t.Context(), shows("Bearer "+auth.NewKey()))
	must.Equal(t, errs.ReasonOf(err), "RATE_LIMITED")
	_, err = g.Identify(t.Context(), shows("Bearer "+key))
	must.OK(t, err)
}

func TestOurOwnProgramsAreNotCounted(t *testing.T) {
	key := auth.NewKey()
	g := limited(t, key)
	for range 3 {
		_, err := g.Identify(t.Context(), auth.Credential{CertificateNames: []string{"gateway"}})
		must.OK(t, err)
		_, err = g.Identify(t.Context(), auth.Credential{CertificateNames: []string{"gateway"}, Authorization: []string{"Bearer " + key}})
		must.OK(t, err)
	}
}
