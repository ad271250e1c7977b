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

// TestSoManyTokensAreRememberedAndNoMore: one that is shown again and again is never
// forgotten for others, of which only the newest are.
func TestSoManyTokensAreRememberedAndNoMore(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := newRemembered(func() time.Time { return now })
	known := func(token string) bool {
		_, ok := r.get(token)
		return ok
	}
	r.put("often", Identity{Caller: "ann"}, now.Add(time.Minute))
	for i := range 3 * maxRemembered {
		r.put(fmt.Sprint("once ", i), Identity{Caller: "ben"}, now.Add(time.Minute))
		must.True(t, known("often"))
		must.True(t, len(r.recent)+len(r.older) <= maxRemembered)
	}
	must.True(t, known(fmt.Sprint("once ", 3*maxRemembered-1)))
	must.True(t, known(fmt.Sprint("once ", 3*maxRemembered-maxRemembered/2)))
	must.True(t, !known("once 0"))
}
