package rest_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAFigurePageHasItsCorrections: those that the API lists stand on the page.
func TestAFigurePageHasItsCorrections(t *testing.T) {
	query(t)
	put(t, "rest-aid-misread", map[string]any{
		"timePeriod": edtf("2010"), "valueKind": "POINT", "value": decimal("9"), "unitMult": 6, "dimensions": map[string]any{"REF_AREA": "MY"},
	})
	api.Post(t, "/v1/figures/rest-aid-misread:correct", map[string]any{
		"kind": "ERROR", "reason": "A six was read as a nine.", "figure": map[string]any{"value": decimal("6")}, "updateMask": "value",
	}).OK(t)
	page := string(api.Get(t, "/figures/rest-aid-misread").OK(t).Body)
	must.Contains(t, page, "A six was read as a nine.")
	must.False(t, strings.Contains(page, "could not be read"), "%s", page)
}
