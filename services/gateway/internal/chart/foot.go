package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// foot is what stands below the plot: the key, then notes and source.
type foot struct {
	key   []keyRow
	lines []string
}

// foot lays out what stands below the plot. How high it is follows from its words
// alone, so the drawing can grow by it.
func (d *drawing) foot() foot {
	width := vg.Length(d.spec.Width)
	f := foot{key: d.key(width)}
	for _, said := range append(d.spec.Notes[:len(d.spec.Notes):len(d.spec.Notes)], d.spec.Source) {
		f.lines = append(f.lines, wrap(style(roleSource, sourceSize), plain(said), width)...)
	}
	return f
}

func (f foot) height() vg.Length { return f.linesHeight() + keyGap*vg.Length(len(f.key)) }

func (f foot) linesHeight() vg.Length { return lineGap*vg.Length(len(f.lines)) + 8 }

func (f foot) paint(c draw.Canvas) {
	for i, line := range f.lines {
		c.FillText(style(roleSource, sourceSize), vg.Point{X: c.Min.X, Y: c.Min.Y + lineGap*vg.Length(len(f.lines)-1-i) + 3}, line)
	}
	for i, row := range f.key {
		row.paint(c, c.Min.Y+f.linesHeight()+keyGap*vg.Length(len(f.key)-1-i)+2)
	}
}
