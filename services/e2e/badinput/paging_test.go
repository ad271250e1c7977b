package badinput_test

import (
	"net/url"
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// entities reads one page.
func entities(t *testing.T, query string) *statementsv1.ListEntitiesResponse {
	t.Helper()
	return client.Read(t, api, "/v1/entities?"+query, &statementsv1.ListEntitiesResponse{})
}

func TestPageTokens(t *testing.T) {
	first := entities(t, "page_size=1&order_by=name")
	token := first.GetNextPageToken()
	must.True(t, len(token) > 8, "there is no next page: %q", token)
	escaped := url.QueryEscape(token)

	mismatch := client.Invalid("PAGE_TOKEN_MISMATCH", "pageToken")
	either := client.Invalid("PAGE_TOKEN_MISMATCH|PAGE_TOKEN_MALFORMED", "pageToken")
	middle := len(token) / 2
	swapped := byte('A')
	if token[middle] == swapped {
		swapped = 'B'
	}
	for name, c := range map[string]struct {
		path string
		want client.Want
	}{
		"another order":           {"/v1/entities?order_by=display_name&page_token=" + escaped, mismatch},
		"no order":                {"/v1/entities?page_token=" + escaped, mismatch},
		"another filter":          {"/v1/entities?order_by=name&filter=" + url.QueryEscape("entity_type = PERSON") + "&page_token=" + escaped, mismatch},
		"with what was retracted": {"/v1/entities?order_by=name&show_deleted=true&page_token=" + escaped, mismatch},
		"another list":            {"/v1/documents?order_by=name&page_token=" + escaped, mismatch},
		"of another service":      {"/v1/metrics?order_by=name&page_token=" + escaped, mismatch},
		"a search":                {"/v1/statements:search?query=trade&page_token=" + escaped, mismatch},
		"one character other":     {"/v1/entities?order_by=name&page_token=" + url.QueryEscape(token[:middle]+string(swapped)+token[middle+1:]), either},
		"cut short":               {"/v1/entities?order_by=name&page_token=" + url.QueryEscape(token[:middle]), either},
		"twice itself":            {"/v1/entities?order_by=name&page_token=" + url.QueryEscape(token+token), either},
		"made up":                 {"/v1/entities?order_by=name&page_token=" + url.QueryEscape("bmV4dA=="), either},
		"an offset":               {"/v1/entities?order_by=name&page_token=2", either},
		"very long":               {"/v1/entities?order_by=name&page_token=" + strings.Repeat("A", 5000), client.Invalid("INVALID_REQUEST", "pageToken")},
	} {
		t.Run(name, func(t *testing.T) { refused(t, client.Request{Path: c.path}, c.want) })
	}
	t.Run("every character counts", func(t *testing.T) {
		for i := range len(token) {
			for _, other := range []byte{'A', '7', '_', '!'} {
				if token[i] == other {
					continue
				}
				changed := token[:i] + string(other) + token[i+1:]
				api.Get(t, "/v1/entities?order_by=name&page_token="+url.QueryEscape(changed)).Refused(t, either)
				break
			}
		}
	})
	t.Run("another size is the same request", func(t *testing.T) {
		rest := entities(t, "page_size=1000&order_by=name&page_token="+escaped)
		all := entities(t, "page_size=1000&order_by=name")
		must.Equal(t, append(first.GetEntities(), rest.GetEntities()...), all.GetEntities())
	})
	t.Run("later pages show what the first saw", func(t *testing.T) {
		before := entities(t, "page_size=1000&order_by=name")
		made := &statementsv1.Entity{}
		api.Post(t, "/v1/entities?entity_id=zz-late", object{"entityType": "GROUP", "displayName": "Late"}).Into(t, made)
		rest := entities(t, "page_size=1000&order_by=name&page_token="+escaped)
		must.Equal(t, append(first.GetEntities(), rest.GetEntities()...), before.GetEntities())
		must.Equal(t, len(entities(t, "page_size=1000&order_by=name").GetEntities()), len(before.GetEntities())+1)
	})
}
