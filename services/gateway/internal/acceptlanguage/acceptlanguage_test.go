package acceptlanguage_test

import (
	"net/http"
	"strings"
	"testing"

	"buf.build/go/protovalidate"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/acceptlanguage"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// FuzzOf: whatever the header says, the request made of it is one that the contract
// allows.
func FuzzOf(f *testing.F) {
	for _, seed := range []string{
		"", "de", "de-AT, en;q=0.8, *;q=0.1", "x-private", "x-x-x", "i-klingon", "de-u-co-phonebk", "zh-Hant-TW;q=1.000", "und", "a;q=-1", strings.Repeat("en,", 99),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		got := strings.Join(acceptlanguage.Of(http.Header{"Accept-Language": {field}}), ",")
		must.OK(t, protovalidate.Validate(&gatewayv1.ReadDocumentRequest{Name: "documents/a", LanguageCode: got}))
	})
}
