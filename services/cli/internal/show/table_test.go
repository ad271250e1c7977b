package show_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func write(t must.TB, table *show.Table, width int) string {
	t.Helper()
	var out bytes.Buffer
	must.OK(t, table.Write(&out, width))
	return out.String()
}

func TestTableIsAligned(t *testing.T) {
	table := &show.Table{Columns: []show.Column{{Title: "NAME"}, {Title: "VALUE", Right: true}, {Title: "TEXT", Shrink: true}}}
	table.Add("a", "5", "short")
	table.Add("longer", "12345678", "“tens of thousands”")
	must.Equal(t, write(t, table, 0), ""+
		"NAME       VALUE  TEXT\n"+
		"a              5  short\n"+
		"longer  12345678  “tens of thousands”\n")
}

func TestTableIsCutToTheTerminal(t *testing.T) {
	table := &show.Table{Columns: []show.Column{{Title: "NAME"}, {Title: "TEXT", Shrink: true}}}
	table.Add("statements/x", "growing our incredibly vibrant economic cooperation")
	must.Equal(t, write(t, table, 40), "NAME          TEXT\nstatements/x  growing our incredibly vi…\n")
}

func TestTableWithoutTitles(t *testing.T) {
	table := &show.Table{Columns: []show.Column{{}, {}}}
	table.Add("name", "figures/x")
	must.Equal(t, write(t, table, 0), "name  figures/x\n")
}

func TestTextCannotCommandATerminal(t *testing.T) {
	must.Equal(t, show.Harmless("a\x1b[2Jb\nc\u202ed\x00"), "a�[2Jb c�d�")
}

// No line is wider than the terminal where cells may be cut, and every row is
// one line.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := &show.Table{Columns: []show.Column{{Title: "A", Shrink: true}, {Title: "B", Shrink: true, Right: true}}}
		rows := rapid.IntRange(1, 5).Draw(t, "rows")
		for range rows {
			table.Add(rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b"))
		}
		width := rapid.IntRange(30, 100).Draw(t, "width")
		lines := strings.Split(strings.TrimSuffix(write(t, table, width), "\n"), "\n")
		must.Equal(t, len(lines), rows+1)
		for _, line := range lines {
			must.True(t, utf8.RuneCountInString(line) <= width, "%d > %d: %q", utf8.RuneCountInString(line), width, line)
		}
	})
}
