package rest_test

import (
	"fmt"
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

// TestAReaderOfAnOldVersionSeesThatThereAreMore: the links lead to the newest fifty versions,
// to the one that is shown, and to the list of all.
func TestAReaderOfAnOldVersionSeesThatThereAreMore(t *testing.T) {
	api.Post(t, "/v1/documents", body{
		"documentId": "often-revised", "document": body{"headline": "Often revised", "publisher": "Gazette", "languageCode": "en"},
		"initialVersion": body{"text": "Text 1", "publishTime": body{"edtf": "2023-01-01"}},
	}).OK(t)
	for version := 2; version <= 52; version++ {
		api.Post(t, "/v1/documents/often-revised/versions", body{"text": fmt.Sprint("Text ", version), "publishTime": body{"edtf": "2023-01-02"}}).OK(t)
	}
	page := string(api.Get(t, "/documents/often-revised?version=1").OK(t).Body)
	must.Contains(t, page, `aria-current="true">Version 1</a>`)
	must.Contains(t, page, ">Version 52</a>")
	must.Contains(t, page, `<a href="/v1/documents/often-revised/versions">All versions (JSON)</a>`)
}
