package auth_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// write puts a text into a file of the test.
func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "access")
	must.OK(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func guard(t testing.TB, settings config.Access) *auth.Guard {
	t.Helper()
	if settings.AnonymousRole == "" {
		settings.AnonymousRole = "none"
	}
	must.OK(t, settings.Validate())
	g, err := auth.New(settings, nil)
	must.OK(t, err)
	return g
}

// shows returns a credential as a header of a client at one address.
func shows(headers ...string) auth.Credential {
	return auth.Credential{Authorization: headers, Remote: "192.0.2.1"}
}
