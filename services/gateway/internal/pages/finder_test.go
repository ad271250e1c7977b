package pages

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func marked(query, text string) string {
	var b strings.Builder
	for _, r := range newFinder(query).find(text) {
		if r.Hit {
			b.WriteString("[" + r.Text + "]")
			continue
		}
		b.WriteString(r.Text)
	}
	return b.String()
}

func TestFoundWordsAreMarked(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"wall", "The wall, and no Wallflower.", "The [wall], and no Wallflower."},
		{"wall*", "The WALL, and no Wallflower.", "The [WALL], and no [Wallflower]."},
		{`"needs no wall"`, "it needs no wall", "it [needs] [no] [wall]"},
		{"trade -wall", "trade without a wall", "[trade] without a wall"},
		{"lopez", "López Obrador", "[López] Obrador"},
		{"860", "US$860 billion", "US$[860] billion"},
		{"nothing", "of the kind", ""},
		{"wall", "", ""},
		{`"not closed`, "not closed", ""},
	} {
		must.Equal(t, marked(c.query, c.text), c.want)
	}
}

func TestPropertyMarkingKeepsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		query := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9]{1,3}\*?`)).Draw(t, "query")
		var b strings.Builder
		runs := newFinder(query).find(text)
		for _, r := range runs {
			if r.Text == "" {
				t.Fatalf("an empty run in %v", runs)
			}
			b.WriteString(r.Text)
		}
		if len(runs) > 0 && b.String() != text {
			t.Fatalf("%q became %q", text, b.String())
		}
	})
}
