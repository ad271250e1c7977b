package auth_test

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// opener returns what opens a stream as a caller who shows a credential.
func opener(t *testing.T, g *auth.Guard, credential auth.Credential) func() (leave func(), err error) {
	t.Helper()
	identity, err := g.Identify(t.Context(), credential)
	must.OK(t, err)
	return func() (func(), error) {
		return auth.EnterStream(g.WithStreamer(t.Context(), identity, credential))
	}
}

// TestStreamsAreCountedByCaller: one that has as many as it may opens no more until one
// of them ends, and holds up nobody else.
func TestStreamsAreCountedByCaller(t *testing.T) {
	one, two := auth.NewKey(), auth.NewKey()
	g := guard(t, config.Access{
		APIKeys:       write(t, "one reader "+auth.HashKey(one)+"\ntwo reader "+auth.HashKey(two)+"\ngateway editor certificate:gateway"),
		AnonymousRole: "reader", StreamLimit: 2,
	})
	open := opener(t, g, shows("Bearer "+one))
	first := must.Get(open())(t)
	must.Get(open())(t)
	_, err := open()
	must.Equal(t, errs.ReasonOf(err), "TOO_MANY_STREAMS")
	delay, _ := errs.RetryDelay(errs.ToStatus(err))
	must.True(t, delay > 0)
	first()
	first() // it ended once
	must.Get(open())(t)
	_, err = open()
	must.Equal(t, errs.ReasonOf(err), "TOO_MANY_STREAMS")

	for name, other := range map[string]auth.Credential{
		"another caller": shows("Bearer " + two), "an anonymous one": {Remote: "192.0.2.1"}, "an anonymous one from elsewhere": {Remote: "192.0.2.2"},
	} {
		t.Run(name, func(t *testing.T) {
			open := opener(t, g, other)
			must.Get(open())(t)
			must.Get(open())(t)
			_, err := open()
			must.Equal(t, errs.ReasonOf(err), "TOO_MANY_STREAMS")
		})
	}
	for name, own := range map[string]auth.Credential{
		"a program of ours":             {CertificateNames: []string{"gateway"}},
		"a call from within":            {Authorization: []string{"Bearer " + one}, Inner: true},
		"a program of ours, for others": {CertificateNames: []string{"gateway"}, Authorization: []string{"Bearer " + one}},
	} {
		t.Run(name, func(t *testing.T) {
			open := opener(t, g, own)
			for range 5 {
				must.Get(open())(t)
			}
		})
	}
}

func TestWithoutCredentialsStreamsAreNotCounted(t *testing.T) {
	g := guard(t, config.Access{StreamLimit: 1})
	for range 3 {
		must.Get(auth.EnterStream(g.WithStreamer(context.Background(), auth.Unrestricted, shows())))(t)
	}
}

// TestAStreamEndsWithTheRoleThatItBeganWith: what was open to an editor is not to go on
// for a reader.
func TestAStreamEndsWithTheRoleThatItBeganWith(t *testing.T) {
	key := auth.NewKey()
	g := guard(t, config.Access{APIKeys: write(t, "desk reader "+auth.HashKey(key))})
	must.OK(t, g.Again(t.Context(), shows("Bearer "+key), auth.Identity{Caller: "desk", Role: auth.Reader}))
	err := g.Again(t.Context(), shows("Bearer "+key), auth.Identity{Caller: "desk", Role: auth.Editor})
	must.Equal(t, errs.ReasonOf(err), "ROLE_REQUIRED")
	err = g.Again(t.Context(), shows("Bearer "+auth.NewKey()), auth.Identity{Caller: "desk", Role: auth.Reader})
	must.Equal(t, errs.ReasonOf(err), "CREDENTIAL_UNKNOWN")
}
