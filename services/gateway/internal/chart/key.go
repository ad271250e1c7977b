package chart

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// keyGap is the height of a row of the key.
const keyGap = vg.Length(15)

// keyEntry is a sign and what it stands for. index is that of the ink: of a group, of
// all (groupOf) or of the mark itself.
type keyEntry struct {
	role  role
	index int
	words string
}

// ofGroup is the index of a sign of a group; of all it is that of -1.
func ofGroup(group int) int { return keyIndex + group }

// noSign is the role of a line that goes on with the words of the one before.
const noSign role = 0

// keyRow is a row of the key, laid out from the left.
type keyRow struct {
	entries []keyEntry
	at      []vg.Length
}

// key lists the groups, if there are several, and the shapes that are not plain
// numbers, in rows that fit the width.
func (d *drawing) key(width vg.Length) []keyRow {
	sty := style(roleKeyText, sourceSize)
	var rows []keyRow
	var x vg.Length
	for _, entry := range d.keyEntries() {
		entry.words = fit(sty.Width, plain(entry.words), width-16)
		wide := 14 + sty.Width(entry.words)/spare
		if len(rows) == 0 || x+wide > width {
			rows, x = append(rows, keyRow{}), 0
		}
		row := &rows[len(rows)-1]
		row.entries, row.at = append(row.entries, entry), append(row.at, x)
		x += wide + 14
	}
	return append(rows, d.tagRows(width)...)
}

// tagRows name what stands beside the lines: all of its words, a figure a row or more.
func (d *drawing) tagRows(width vg.Length) []keyRow {
	var rows []keyRow
	named := map[string]bool{}
	for i, m := range d.spec.Marks {
		if m.Tag == "" || named[m.Tag] {
			continue
		}
		named[m.Tag] = true
		sign := roleBeside
		for _, line := range wrap(style(roleKeyText, sourceSize), plain(m.Tag+" "+m.Title), width-16) {
			rows = append(rows, keyRow{[]keyEntry{{sign, i, line}}, []vg.Length{0}})
			sign = noSign
		}
	}
	return rows
}

// maxBreaks is how many breaks the key names.
const maxBreaks = 6

func (d *drawing) keyEntries() []keyEntry {
	var out []keyEntry
	if len(d.spec.Groups) > 1 {
		for i, name := range d.spec.Groups {
			if name != "" {
				out = append(out, keyEntry{rolePoint, ofGroup(i), name})
			}
		}
	}
	for _, sign := range []struct {
		role  role
		words string
		shown func(Mark) bool
	}{
		{roleKeyBand, "bounds, no number within is stated", func(m Mark) bool { return m.Kind != Point && m.Kind != Listed }},
		{roleProvisional, "provisional", func(m Mark) bool { return m.Provisional && !m.Filled }},
		{roleFilled, "fills a gap, of an earlier period", func(m Mark) bool { return m.Filled }},
		{roleRing, "corrected since it was recorded", func(m Mark) bool { return m.Corrected }},
		{roleStale, "computed from what has changed since", func(m Mark) bool { return m.Stale }},
	} {
		if group, shown := d.groupOf(sign.shown); shown {
			if sign.role != roleKeyBand {
				group = -1
			}
			out = append(out, keyEntry{sign.role, ofGroup(group), sign.words})
		}
	}
	breaks := 0
	for _, b := range d.spec.Breaks {
		if at := years(b.At); at > d.left && at < d.right {
			if breaks++; breaks <= maxBreaks {
				out = append(out, keyEntry{roleBreak, ofGroup(-1), "break: " + b.Title})
			}
		}
	}
	if more := breaks - maxBreaks; more > 0 {
		out = append(out, keyEntry{roleBreak, ofGroup(-1), fmt.Sprintf("and %d more %s", more, plural(more, "break"))})
	}
	return out
}

// groupOf is the group of the lines' marks that are so: -1 if they are of several. shown is
// false if there is none.
func (d *drawing) groupOf(so func(Mark) bool) (group int, shown bool) {
	for _, m := range d.spec.Marks {
		switch {
		case !so(m):
		case m.Tag != "":
			if !shown {
				group, shown = -1, true
			}
		case !shown || group == m.Group:
			group, shown = m.Group, true
		default:
			return -1, true
		}
	}
	return group, shown
}

// fit shortens words to a width.
func fit(wide func(string) vg.Length, words string, width vg.Length) string {
	runes := []rune(words)
	for len(runes) > 1 && wide(string(runes)) > width*spare {
		kept := min(len(runes)*9/10, len(runes)-2) // one fewer at least, with the dots
		runes = append(runes[:kept:kept], '…')
	}
	return string(runes)
}

func (r keyRow) paint(c draw.Canvas, y vg.Length) {
	for i, entry := range r.entries {
		x := c.Min.X + r.at[i]
		at := vg.Point{X: x + 5, Y: y + 4}
		colour := ink(entry.role, entry.index)
		switch entry.role {
		case noSign:
		case roleKeyBand:
			c.FillPolygon(colour, []vg.Point{{X: x, Y: y}, {X: x + 10, Y: y}, {X: x + 10, Y: y + 8}, {X: x, Y: y + 8}})
		case roleRing, roleStale:
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: colour, Radius: 4.5, Shape: draw.RingGlyph{}}, at)
		case roleBreak:
			c.StrokeLine2(draw.LineStyle{Color: colour, Width: 1.5}, x+5, y-1, x+5, y+9)
		default:
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: colour, Radius: 3.5, Shape: shapeOf(entry.role, max(entry.index-keyIndex, 0))}, at)
		}
		c.FillText(style(roleKeyText, sourceSize), vg.Point{X: x + 14, Y: y + 1}, entry.words)
	}
}
