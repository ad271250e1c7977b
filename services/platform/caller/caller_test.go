package caller_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestIDIsAnonymousUntilSet(t *testing.T) {
	ctx := t.Context()
	must.Equal(t, caller.ID(ctx), "anonymous")
	must.Equal(t, caller.ID(caller.WithID(ctx, "")), "anonymous")
	must.Equal(t, caller.ID(caller.WithID(ctx, "ann")), "ann")
}

func TestRequestID(t *testing.T) {
	must.Equal(t, caller.RequestID(t.Context()), "")
	must.Equal(t, caller.RequestID(caller.WithRequestID(t.Context(), "r1")), "r1")
}

func TestValid(t *testing.T) {
	for id, want := range map[string]bool{
		"ann@example.org": true, "": false, "two words": false, "line\nbreak": false, "zoë": false,
		strings.Repeat("a", caller.MaxLen): true, strings.Repeat("a", caller.MaxLen+1): false,
	} {
		must.Equal(t, caller.Valid(id), want)
	}
}
