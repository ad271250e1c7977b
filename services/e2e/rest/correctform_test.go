package rest_test

import (
	"html"
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

// TestTheExamplesOfTheFormsWork: what a page says to send by hand is taken, as a dry run.
func TestTheExamplesOfTheFormsWork(t *testing.T) {
	for _, name := range []string{
		"figures/afp-2023-11-18-bilateral-trade", "figures/goods-trade-us-mx-total-2014", "statements/goods-trade-note-infrastructure",
	} {
		page := html.UnescapeString(string(api.Get(t, "/"+name+"/correct").OK(t).Body))
		_, example, found := strings.Cut(page, "-d '")
		must.True(t, found, "%s has no example", name)
		example, _, _ = strings.Cut(example, "'")
		example = strings.TrimSuffix(example, "}") + `, "validateOnly": true}`
		answer := api.Do(t, client.Request{Method: "POST", Path: "/v1/" + name + ":correct", Body: example, Header: map[string]string{"Content-Type": "application/json"}})
		must.Equal(t, answer.Code, 200)
	}
}

// TestACorrectionDoesNotUntieAFigureFromItsText: a number that its text does not print is refused, and one written otherwise keeps words
// and places.
func TestACorrectionDoesNotUntieAFigureFromItsText(t *testing.T) {
	correct := func(figure string) client.Answer {
		return api.Do(t, client.Request{
			Method: "POST", Path: "/v1/figures/goods-trade-us-mx-total-2014:correct", Header: map[string]string{"Content-Type": "application/json"},
			Body: `{"kind": "ERROR", "reason": "Misread.", "validateOnly": true, "figure": ` + figure + `}`,
		})
	}
	refused := correct(`{"value": {"value": "536070.65799"}, "reported": {"value": {"value": "536070.65799"}}}`)
	must.Equal(t, refused.Code, 400)
	must.Contains(t, string(refused.Body), "figure.reported.numberText")
	kept := correct(`{"value": {"value": "536070657.88"}, "unitMult": 3, "reported": {"value": {"value": "536070.657880"}}}`)
	must.Equal(t, kept.Code, 200)
	must.Contains(t, string(kept.Body), `"ANCHORED"`)
	must.Contains(t, string(kept.Body), `"numberText"`)
}
