package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestTelemetryIsForThoseWhoShowACredential: that everybody may read the record says
// nothing of who calls how often.
func TestTelemetryIsForThoseWhoShowACredential(t *testing.T) {
	key := auth.NewKey()
	served := func(settings config.Access, authorization string) int {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		recorder := httptest.NewRecorder()
		guard(t, settings).Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(recorder, request)
		return recorder.Code
	}
	for _, role := range []string{"none", "reader"} {
		settings := config.Access{APIKeys: write(t, "prometheus reader "+auth.HashKey(key)+"\n"), AnonymousRole: role}
		must.Equal(t, served(settings, ""), http.StatusUnauthorized)
		must.Equal(t, served(settings, "Bearer "+auth.NewKey()), http.StatusUnauthorized)
		must.Equal(t, served(settings, "Bearer "+key), http.StatusOK)
	}
	must.Equal(t, served(config.Access{}, ""), http.StatusOK)
}

// TestOnlyAdminsChangeWhatOperatorsSee: a reader's key is what Prometheus has.
func TestOnlyAdminsChangeWhatOperatorsSee(t *testing.T) {
	keys := map[string]string{"": "", "reader": auth.NewKey(), "editor": auth.NewKey(), "admin": auth.NewKey()}
	list := ""
	for role, key := range keys {
		if role != "" {
			list += "a-" + role + " " + role + " " + auth.HashKey(key) + "\n"
		}
	}
	served, who := guard(t, config.Access{APIKeys: write(t, list), AnonymousRole: "reader"}), ""
	handler := served.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { who = caller.ID(r.Context()) }))
	for role, code := range map[string]int{"": 401, "reader": 403, "editor": 403, "admin": 200} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/loglevel", nil)
		if role != "" {
			request.Header.Set("Authorization", "Bearer "+keys[role])
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		must.Equal(t, recorder.Code, code)
	}
	must.Equal(t, who, "a-admin")
}
