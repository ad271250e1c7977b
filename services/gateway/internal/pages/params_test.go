package pages_test

import (
	"net/http"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAListSaysAllThatIsWrongWithItsAddress and not the first of it alone.
func TestAListSaysAllThatIsWrongWithItsAddress(t *testing.T) {
	h := explorer(t, example())
	for address, wrong := range map[string][]string{
		"/figures?metric=A!&document=B!&value_kind=ODD": {`"A!" is not an id`, `"B!" is not an id`, `"ODD" is not one of POINT, RANGE`},
		"/statements?speaker=A!&document=B!":            {`"A!" is not an id`, `"B!" is not an id`},
		"/metrics/trade?frequency=ODD&fill=EVEN":        {`"ODD" is not one of A, S, Q, M, W, D`, `"EVEN" is not one of GAP, PREVIOUS`},
	} {
		a := get(t, h, address)
		must.Equal(t, a.code, http.StatusBadRequest)
		for _, said := range wrong {
			must.Contains(t, textOf(byID(a.root, "main")), said)
		}
	}
}
