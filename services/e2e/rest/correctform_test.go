package rest_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestNoPageOfAnotherOriginCorrects: what a form of another site can send without asking is
// refused, and a browser that asks first is not allowed to write.
func TestNoPageOfAnotherOriginCorrects(t *testing.T) {
	const path = "/v1/figures/afp-2023-11-18-bilateral-trade:correct"
	before := string(api.Get(t, "/v1/figures/afp-2023-11-18-bilateral-trade").OK(t).Body)
	body := `{"kind": "ERROR", "reason": "From elsewhere.", "figure": {"comment": "From elsewhere."}}`
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		answer := api.Do(t, client.Request{Method: "POST", Path: path, Body: body, Header: map[string]string{"Content-Type": kind, "Origin": "https://elsewhere.example"}})
		must.Equal(t, answer.Code, 415)
	}
	answer := api.Do(t, client.Request{Method: "OPTIONS", Path: path, Header: map[string]string{
		"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type",
	}})
	must.False(t, strings.Contains(answer.Header.Get("Access-Control-Allow-Methods"), "POST"), "%v", answer.Header)
	must.Equal(t, string(api.Get(t, "/v1/figures/afp-2023-11-18-bilateral-trade").OK(t).Body), before)
}

// TestTheFormOfAnEditorShowsAFigureAsItIs with its etag, so that a correction by hand is
// meant for that state.
func TestTheFormOfAnEditorShowsAFigureAsItIs(t *testing.T) {
	page := string(api.Get(t, "/figures/afp-2023-11-18-bilateral-trade/correct").OK(t).Body)
	must.Contains(t, page, `name="value.value" value="860"`)
	must.Contains(t, page, "If-Match: &#34;1-")
	must.Equal(t, api.Get(t, "/figures/of-that-name-is-none/correct").Code, 404)
	must.Equal(t, api.Get(t, "/figures/afp-2023-11-18-bilateral-trade/compare?metric=of-that-name-is-none").Code, 404)
}
