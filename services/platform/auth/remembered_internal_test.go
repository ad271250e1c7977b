package auth

import (
	"fmt"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestATokenIsRememberedUntilItExpires, to the instant, and not for longer than it
// may be before it is verified again.
func TestATokenIsRememberedUntilItExpires(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := newRemembered(func() time.Time { return now })
	ann, ben := Identity{Caller: "ann", Role: Editor}, Identity{Caller: "ben", Role: Reader}
	r.put("short", ann, now.Add(time.Minute))
	r.put("long", ben, now.Add(time.Hour))
	holds := func(token string, want Identity) {
		t.Helper()
		identity, ok := r.get(token)
		must.Equal(t, ok, want != nobody)
		must.Equal(t, identity, want)
	}
	holds("short", ann)
	holds("shor", nobody)
	now = now.Add(time.Minute)
	holds("short", ann)
	now = now.Add(1)
	holds("short", nobody)
	holds("long", ben)
	now = now.Add(rememberedFor)
	holds("long", nobody)
}

// TestSoManyTokensAreRememberedAndNoMore: what has expired goes first.
func TestSoManyTokensAreRememberedAndNoMore(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := newRemembered(func() time.Time { return now })
	for i := range maxRemembered {
		r.put(fmt.Sprint("old ", i), nobody, now.Add(time.Second))
	}
	now = now.Add(2 * time.Second)
	for i := range maxRemembered {
		r.put(fmt.Sprint("new ", i), Identity{Caller: "ann"}, now.Add(time.Minute))
	}
	must.Equal(t, len(r.tokens), maxRemembered)
	_, first := r.get("new 0")
	must.True(t, first)
	r.put("one more", Identity{Caller: "ann"}, now.Add(time.Minute))
	must.Equal(t, len(r.tokens), maxRemembered)
	_, last := r.get("one more")
	must.True(t, last)
}
