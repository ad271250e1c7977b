package labels_test

import (
	"net/http"
	"strings"
	"testing"

	"buf.build/go/protovalidate"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAHeaderThatCannotBeReadAsksForNothing: it is the one header of which that is so, as
// the contract says.
func TestAHeaderThatCannotBeReadAsksForNothing(t *testing.T) {
	for field, want := range map[string]string{
		"de-AT, en;q=0.8": "de-AT,en", "iw": "he", "de;q=0": "", "en;q=0.1, de": "de,en", "*": "", "de;q=x": "", "???": "",
	} {
		must.Equal(t, strings.Join(labels.Accepted(http.Header{"Accept-Language": {field}}), ","), want)
	}
}

// FuzzAccepted: whatever the header says, the request made of it is one that the contract
// allows.
func FuzzAccepted(f *testing.F) {
	for _, seed := range []string{
		"", "de", "de-AT, en;q=0.8, *;q=0.1", "x-private", "x-x-x", "i-klingon", "de-u-co-phonebk", "zh-Hant-TW;q=1.000", "und", "a;q=-1", strings.Repeat("en,", 99),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		got := strings.Join(labels.Accepted(http.Header{"Accept-Language": {field}}), ",")
		must.OK(t, protovalidate.Validate(&gatewayv1.ReadDocumentRequest{Name: "documents/a", LanguageCode: got}))
	})
}
