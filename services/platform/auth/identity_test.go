package auth_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestWhoSeesWhatIsRestricted(t *testing.T) {
	must.False(t, auth.SeesRestricted(t.Context()))
	must.True(t, auth.SeesRestricted(auth.With(t.Context(), auth.Unrestricted)))
	for role, want := range map[auth.Role]bool{auth.None: false, auth.Reader: false, auth.Editor: true, auth.Admin: true} {
		t.Run(role.String(), func(t *testing.T) {
			must.Equal(t, auth.SeesRestricted(auth.With(t.Context(), auth.Identity{Caller: "ann", Role: role})), want)
		})
	}
}
