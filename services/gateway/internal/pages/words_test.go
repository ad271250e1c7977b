package pages

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestExternalLinksAreWebAddresses(t *testing.T) {
	for _, uri := range []string{"", "javascript:alert(1)", "data:text/html,x", "urn:isbn:1", "//host/x", "https:///x", "ftp://host/x"} {
		must.True(t, external(uri) == nil, "%q", uri)
	}
	must.Equal(t, external("https://example.org/a?b=c").Href, "https://example.org/a?b=c")
}
