package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Plot implements plot.Plotter: grid, bands, line, dots, labels, from back to
// front.
func (d *drawing) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, t := range d.values {
		r := roleGrid
		if t.Value == 0 {
			r = roleZero
		}
		c.StrokeLine2(draw.LineStyle{Color: ink(r, 0), Width: 1}, c.Min.X, trY(t.Value), c.Max.X, trY(t.Value))
	}
	d.bands(c, false, trX, trY)
	d.breaks(c, trX)
	for _, under := range []bool{true, false} {
		d.line(c, under, trX, trY)
		d.dots(c, under, false, trX, trY)
	}
	d.bands(c, true, trX, trY)
	for _, under := range []bool{true, false} {
		d.dots(c, under, true, trX, trY)
	}
	d.labels(c, trX, trY)
}

// bands draws the bounds of the lines, or of what stands beside them.
func (d *drawing) bands(c draw.Canvas, beside bool, trX, trY func(float64) vg.Length) {
	for i, m := range d.spec.Marks {
		if m.Kind != Point && m.Kind != Listed && (m.Tag != "") == beside {
			d.band(c, i, trX, trY)
		}
	}
}

// dots draws the numbers of the lines, or of what stands beside them: first of the lines
// that lie under others.
func (d *drawing) dots(c draw.Canvas, under, beside bool, trX, trY func(float64) vg.Length) {
	for i, m := range d.spec.Marks {
		if (m.Kind == Point || m.Kind == Listed) && (m.Tag != "") == beside && d.under[m.Group] == under {
			d.dot(c, i, d.pointRole(m), vg.Point{X: trX(d.marks[i].x), Y: trY(d.marks[i].low)})
		}
	}
}

// few is up to how many marks each has an area of its own to point at.
const few = 200

// roomy is how many pixels of the width a mark needs to be a dot with an edge. Where
// there is less, the edges would cover the line: dots are then as wide as it is.
const roomy = 5

// dense reports whether there is no room for dots.
func (d *drawing) dense() bool { return float64(len(d.marks))*roomy > d.spec.Width }

func (d *drawing) dot(c draw.Canvas, i int, r role, at vg.Point) {
	radius := vg.Length(3.5)
	switch {
	case r == roleBeside:
		radius = 5.5
	case r == roleDense:
		radius = 1
	case len(d.marks) > 60:
		radius = 2
	}
	if len(d.marks) <= few {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink(roleHit, i), Radius: 9, Shape: draw.CircleGlyph{}}, at)
	}
	mark := d.spec.Marks[i]
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink(r, i), Radius: radius, Shape: shapeOf(r, mark.Group)}, at)
	if mark.Corrected {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink(roleRing, i), Radius: radius + 3, Shape: draw.RingGlyph{}}, at)
	}
	if mark.Stale {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink(roleStale, i), Radius: radius + 5, Shape: draw.RingGlyph{}}, at)
	}
}

// pointRole says by its shape what is to be known of a number.
func (d *drawing) pointRole(m Mark) role {
	switch {
	case m.Tag != "":
		return roleBeside
	case m.Kind == Listed:
		return roleListed
	case m.Filled:
		return roleFilled
	case m.Provisional:
		return roleProvisional
	case d.dense():
		return roleDense
	}
	return rolePoint
}

// diamond is the shape of what stands beside the lines.
type diamond struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (diamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	c.FillPolygon(sty.Color, []vg.Point{
		{X: at.X - sty.Radius, Y: at.Y}, {X: at.X, Y: at.Y + sty.Radius}, {X: at.X + sty.Radius, Y: at.Y}, {X: at.X, Y: at.Y - sty.Radius},
	})
}

// shapeOf is the shape of a number: a diamond beside the lines, a square where it fills
// a gap; else every second group has triangles, so that colour is not all that tells
// groups apart.
func shapeOf(r role, group int) draw.GlyphDrawer {
	switch {
	case r == roleBeside:
		return diamond{}
	case r == roleFilled:
		return draw.BoxGlyph{}
	case group%2 == 1:
		return draw.PyramidGlyph{}
	}
	return draw.CircleGlyph{}
}

// breaks draws a broken line where the series breaks.
func (d *drawing) breaks(c draw.Canvas, trX func(float64) vg.Length) {
	for _, b := range d.spec.Breaks {
		if at := years(b.At); at > d.left && at < d.right {
			x := trX(at)
			c.StrokeLine2(draw.LineStyle{Color: ink(roleBreak, 0), Width: 1.5}, x, c.Min.Y, x, c.Max.Y)
		}
	}
}

// line joins points of one source whose periods follow on each other; it has a
// gap where a period is missing, and leaves out a period for which the source has
// several figures.
func (d *drawing) line(c draw.Canvas, under bool, trX, trY func(float64) vg.Length) {
	if !d.spec.Joined {
		return
	}
	for _, track := range d.tracks() {
		if d.under[d.spec.Marks[track[0]].Group] != under {
			continue
		}
		var run []vg.Point
		for n, i := range track {
			if n > 0 && !d.follows(track, n) {
				d.stroke(c, track[n-1], run)
				run = nil
			}
			run = append(run, vg.Point{X: trX(d.marks[i].x), Y: trY(d.marks[i].low)})
		}
		d.stroke(c, track[len(track)-1], run)
	}
}

// stroke draws a line that ends at a mark.
func (d *drawing) stroke(c draw.Canvas, mark int, run []vg.Point) {
	if len(run) > 1 {
		r := roleLine
		if d.under[d.spec.Marks[mark].Group] {
			r = roleUnder
		}
		c.StrokeLines(draw.LineStyle{Color: ink(r, mark), Width: 2}, run)
		d.lines = append(d.lines, run)
	}
}

// tracks are the points of each source, in time order, the sources in the order
// of their first point.
func (d *drawing) tracks() [][]int {
	var out [][]int
	type line struct {
		group int
		track string
	}
	place := map[line]int{}
	for i, m := range d.spec.Marks {
		if m.Kind != Point || m.Filled || m.Tag != "" {
			continue
		}
		at, ok := place[line{m.Group, m.Track}]
		if !ok {
			at = len(out)
			place[line{m.Group, m.Track}] = at
			out = append(out, nil)
		}
		out[at] = append(out[at], i)
	}
	return out
}

// follows reports whether the n-th point of a track is joined to the one before:
// their periods touch, the series does not break between them, and neither has a
// rival.
func (d *drawing) follows(track []int, n int) bool {
	mark := func(k int) Mark { return d.spec.Marks[track[k]] }
	rivals := func(a, b int) bool {
		return a >= 0 && b < len(track) && mark(a).Start.Equal(mark(b).Start)
	}
	broken := slices.ContainsFunc(d.spec.Breaks, func(b Break) bool {
		return b.At.After(mark(n-1).Start) && !b.At.After(mark(n).Start)
	})
	return mark(n-1).End.Equal(mark(n).Start) && !broken && !rivals(n-2, n-1) && !rivals(n, n+1)
}

// band draws bounds: a rectangle as wide as the period, a line at each bound and
// an arrow where there is none.
func (d *drawing) band(c draw.Canvas, i int, trX, trY func(float64) vg.Length) {
	m, mark := d.marks[i], d.spec.Marks[i]
	x, x0, x1 := trX(m.x), trX(m.x0), trX(m.x1)
	if x1-x0 < 8 {
		x0, x1 = x-4, x+4
	}
	bottom, top := c.Min.Y, c.Max.Y
	if !math.IsInf(m.low, 0) {
		bottom = trY(m.low)
	}
	if !math.IsInf(m.high, 0) {
		top = trY(m.high)
	}
	c.FillPolygon(ink(roleBand, i), []vg.Point{{X: x0, Y: bottom}, {X: x1, Y: bottom}, {X: x1, Y: top}, {X: x0, Y: top}})
	stem := draw.LineStyle{Color: ink(roleStem, i), Width: 1.5}
	c.StrokeLine2(stem, x, bottom, x, top)
	end := func(y vg.Length, there, open bool, inward vg.Length) {
		switch {
		case !there:
			c.StrokeLines(draw.LineStyle{Color: ink(roleArrow, i), Width: 1.5},
				[]vg.Point{{X: x - 4, Y: y + inward}, {X: x, Y: y}, {X: x + 4, Y: y + inward}})
		case open:
			c.StrokeLine2(draw.LineStyle{Color: ink(roleBoundOpen, i), Width: 2}, x0, y, x1, y)
		default:
			c.StrokeLine2(draw.LineStyle{Color: ink(roleBound, i), Width: 2}, x0, y, x1, y)
		}
	}
	end(bottom, !math.IsInf(m.low, 0), mark.LowerOpen, 6)
	end(top, !math.IsInf(m.high, 0), mark.UpperOpen, -6)
}
