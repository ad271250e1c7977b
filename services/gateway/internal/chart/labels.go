package chart

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// manyLabels is up to how many marks every one is offered a label.
const manyLabels = 6

// labels writes exact values beside marks where there is room: of all marks if
// they are few, else of the last, the highest, the lowest and the first.
func (d *drawing) labels(c draw.Canvas, trX, trY func(float64) vg.Length) {
	sty := style(roleLabel, textSize)
	var taken []vg.Rectangle
	for _, i := range d.labelled() {
		label := plain(d.spec.Marks[i].Label)
		if label == "" {
			continue
		}
		at := vg.Point{X: trX(d.marks[i].x), Y: trY(d.anchor(i))}
		width := sty.Width(label)
		x := min(max(at.X-width/2, c.Min.X), c.Max.X-width)
		for _, y := range []vg.Length{at.Y + 7, at.Y - 17} {
			box := vg.Rectangle{Min: vg.Point{X: x - 2, Y: y - 2}, Max: vg.Point{X: x + width + 2, Y: y + 11}}
			if x < c.Min.X || box.Min.Y < c.Min.Y || box.Max.Y > c.Max.Y+14 || overlaps(box, taken) || d.covers(box, i, trX, trY) {
				continue
			}
			c.FillText(sty, vg.Point{X: x, Y: y}, label)
			taken = append(taken, box)
			break
		}
	}
}

// anchor is the number beside which the label of a mark stands.
func (d *drawing) anchor(i int) float64 {
	if m := d.marks[i]; math.IsInf(m.high, 1) {
		return m.low
	}
	return d.marks[i].high
}

// labelled are the marks that are offered a label, the most wanted first.
func (d *drawing) labelled() []int {
	var order []int
	if len(d.marks) <= manyLabels {
		for i := len(d.marks) - 1; i >= 0; i-- {
			order = append(order, i)
		}
		return order
	}
	highest, lowest := 0, 0
	for i := range d.marks {
		if d.anchor(i) > d.anchor(highest) {
			highest = i
		}
		if d.anchor(i) < d.anchor(lowest) {
			lowest = i
		}
	}
	seen := map[int]bool{}
	for _, i := range []int{len(d.marks) - 1, highest, lowest, 0} {
		if !seen[i] {
			seen[i] = true
			order = append(order, i)
		}
	}
	return order
}

func overlaps(box vg.Rectangle, taken []vg.Rectangle) bool {
	for _, t := range taken {
		if box.Min.X < t.Max.X && t.Min.X < box.Max.X && box.Min.Y < t.Max.Y && t.Min.Y < box.Max.Y {
			return true
		}
	}
	return false
}

// covers reports whether a label would hide the line or a dot of another mark.
func (d *drawing) covers(box vg.Rectangle, own int, trX, trY func(float64) vg.Length) bool {
	for i := range d.marks {
		if i == own {
			continue
		}
		x, y := trX(d.marks[i].x), trY(d.anchor(i))
		if x > box.Min.X-3 && x < box.Max.X+3 && y > box.Min.Y-3 && y < box.Max.Y+3 {
			return true
		}
	}
	return false
}
