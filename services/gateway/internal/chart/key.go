package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// keyGap is the height of a row of the key.
const keyGap = vg.Length(15)

// keyEntry is a sign and what it stands for; group is -1 for a sign of all.
type keyEntry struct {
	role  role
	group int
	words string
}

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
		wide := 14 + sty.Width(entry.words)
		if len(rows) == 0 || x+wide > width {
			rows, x = append(rows, keyRow{}), 0
		}
		row := &rows[len(rows)-1]
		row.entries, row.at = append(row.entries, entry), append(row.at, x)
		x += wide + 14
	}
	return rows
}

func (d *drawing) keyEntries() []keyEntry {
	var out []keyEntry
	if len(d.spec.Groups) > 1 {
		for i, name := range d.spec.Groups {
			out = append(out, keyEntry{rolePoint, i, name})
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
		for _, m := range d.spec.Marks {
			if sign.shown(m) {
				out = append(out, keyEntry{sign.role, -1, sign.words})
				break
			}
		}
	}
	for _, b := range d.spec.Breaks {
		if at := years(b.At); at > d.left && at < d.right {
			out = append(out, keyEntry{roleBreak, -1, "break: " + b.Title})
		}
	}
	return out
}

// fit shortens words to a width.
func fit(wide func(string) vg.Length, words string, width vg.Length) string {
	runes := []rune(words)
	for len(runes) > 1 && wide(string(runes)) > width {
		runes = append(runes[:len(runes)*9/10:len(runes)*9/10], '…')
	}
	return string(runes)
}

func (r keyRow) paint(c draw.Canvas, y vg.Length) {
	for i, entry := range r.entries {
		x := c.Min.X + r.at[i]
		at := vg.Point{X: x + 5, Y: y + 4}
		colour := ink(entry.role, keyIndex+entry.group)
		switch entry.role {
		case roleKeyBand:
			c.FillPolygon(colour, []vg.Point{{X: x, Y: y}, {X: x + 10, Y: y}, {X: x + 10, Y: y + 8}, {X: x, Y: y + 8}})
		case roleRing, roleStale:
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: colour, Radius: 4.5, Shape: draw.RingGlyph{}}, at)
		case roleBreak:
			c.StrokeLine2(draw.LineStyle{Color: colour, Width: 1.5}, x+5, y-1, x+5, y+9)
		default:
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: colour, Radius: 3.5, Shape: shapeOf(entry.role, max(entry.group, 0))}, at)
		}
		c.FillText(style(roleKeyText, sourceSize), vg.Point{X: x + 14, Y: y + 1}, entry.words)
	}
}
