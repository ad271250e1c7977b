package chart

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// manyLabels is up to how many marks every one is offered a label.
const manyLabels = 6

// labels writes exact values beside marks where there is room: of all marks if
// they are few, else of the last, the highest, the lowest and the first. What stands
// beside the lines comes first, and has its tag at least.
func (d *drawing) labels(c draw.Canvas, trX, trY func(float64) vg.Length) {
	l := &labeller{drawing: d, c: c, trX: trX, trY: trY}
	for i, m := range d.spec.Marks {
		if m.Tag != "" && !l.write(i, m.Tag+" "+d.label(i)) {
			l.tag(i, plain(m.Tag))
		}
	}
	for _, i := range d.labelled() {
		if m := d.spec.Marks[i]; m.Tag == "" {
			l.write(i, d.label(i))
		}
	}
}

// labeller knows where labels stand already.
type labeller struct {
	*drawing

	c        draw.Canvas
	trX, trY func(float64) vg.Length
	taken    []vg.Rectangle
}

// tag writes a tag right of its mark, past the tags of others; at the edge of the
// drawing they may cover each other.
func (l *labeller) tag(i int, tag string) {
	sty := style(roleLabel, textSize)
	width := sty.Width(tag)
	at := vg.Point{X: l.trX(l.marks[i].x) + 7, Y: min(l.trY(l.anchor(i))-4, l.c.Max.Y-8)}
	box := func() vg.Rectangle {
		return vg.Rectangle{Min: at, Max: vg.Point{X: at.X + width, Y: at.Y + 9}}
	}
	for overlaps(box(), l.taken) && at.X+2*width < l.c.Max.X {
		at.X += width + 1
	}
	at.X = min(at.X, l.c.Max.X-width)
	l.c.FillText(sty, at, tag)
	l.taken = append(l.taken, box())
}

// write puts a label above or below a mark, or beside it where a line runs through both;
// false if there is no room.
func (l *labeller) write(i int, label string) bool {
	sty := style(roleLabel, textSize)
	label = plain(label)
	if label == "" {
		return false
	}
	places := l.places(i, sty.Width(label))
	free := func(box vg.Rectangle) bool { return l.free(box, i) }
	at := slices.IndexFunc(places, func(box vg.Rectangle) bool { return free(box) && !l.crossed(box) })
	if at < 0 {
		at = slices.IndexFunc(places[:2], free) // on a line it can still be read
	}
	if at < 0 {
		return false
	}
	l.c.FillText(sty, vg.Point{X: places[at].Min.X + 2, Y: places[at].Min.Y + 2}, label)
	l.taken = append(l.taken, places[at])
	return true
}

// places are where the label of a mark may stand, the best first.
func (l *labeller) places(i int, width vg.Length) []vg.Rectangle {
	at := vg.Point{X: l.trX(l.marks[i].x), Y: l.trY(l.anchor(i))}
	middle := min(max(at.X-width/2, l.c.Min.X), l.c.Max.X-width)
	above, below := vg.Point{X: middle, Y: at.Y + 7}, vg.Point{X: middle, Y: at.Y - 17}
	if l.spec.Marks[i].Kind == LowerBound { // its band is above
		above, below = below, above
	}
	var out []vg.Rectangle
	beside := max(at.Y-4, l.c.Min.Y+2)
	for _, p := range []vg.Point{above, below, {X: at.X + 9, Y: beside}, {X: at.X - 14 - width, Y: beside}} {
		out = append(out, vg.Rectangle{Min: vg.Point{X: p.X - 2, Y: p.Y - 2}, Max: vg.Point{X: p.X + width + 2, Y: p.Y + 11}})
	}
	return out
}

// free reports whether a label of a mark has room on the drawing and hides nothing but lines.
func (l *labeller) free(box vg.Rectangle, own int) bool {
	return box.Min.X >= l.c.Min.X-2 && box.Max.X <= l.c.Max.X+2 && box.Min.Y >= l.c.Min.Y && box.Max.Y <= l.c.Max.Y+14 &&
		!overlaps(box, l.taken) && !l.covers(box, own, l.trX, l.trY)
}

// crossed reports whether a line runs through a label.
func (d *drawing) crossed(box vg.Rectangle) bool {
	for _, line := range d.lines {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i] // from left to right
			if b.X < box.Min.X || a.X > box.Max.X {
				continue
			}
			from, to := a.Y, b.Y
			if b.X > a.X {
				slope := (b.Y - a.Y) / (b.X - a.X)
				from, to = a.Y+slope*max(0, box.Min.X-a.X), b.Y-slope*max(0, b.X-box.Max.X)
			}
			if max(from, to) >= box.Min.Y && min(from, to) <= box.Max.Y {
				return true
			}
		}
	}
	return false
}

// longLabel is from how many characters on a label says its number in short.
const longLabel = 16

// label is what is written beside a mark: the label that it has, or its number as short as
// those of the axis are, to four digits. Beside an axis of thousands a number without a unit
// would be read in thousands too, so that it is never written in full.
func (d *drawing) label(i int) string {
	mark, at := d.spec.Marks[i], d.marks[i]
	last, _ := utf8.DecodeLastRuneInString(mark.Label)
	bare := d.exponent != 0 && unicode.IsDigit(last)
	if utf8.RuneCountInString(mark.Label) <= longLabel && !bare {
		return mark.Label
	}
	switch mark.Kind {
	case LowerBound:
		if mark.LowerOpen {
			return "more than " + d.short(mark.Lower, at.low)
		}
		return "from " + d.short(mark.Lower, at.low)
	case UpperBound:
		if mark.UpperOpen {
			return "less than " + d.short(mark.Upper, at.high)
		}
		return "up to " + d.short(mark.Upper, at.high)
	case Range:
		return d.shortRange(i)
	default:
		short := d.short(mark.Value, at.low)
		if mark.About {
			return "about " + strings.TrimPrefix(short, "≈ ")
		}
		return short
	}
}

// shortRange is a range in short; ends that do not belong to it are said to be excluded.
func (d *drawing) shortRange(i int) string {
	mark := d.spec.Marks[i]
	low, high := d.short(mark.Lower, d.marks[i].low), d.short(mark.Upper, d.marks[i].high)
	switch {
	case mark.LowerOpen && mark.UpperOpen:
		return "more than " + low + " and less than " + high
	case mark.LowerOpen:
		return "more than " + low + " and up to " + high
	case mark.UpperOpen:
		return "from " + low + " and less than " + high
	}
	return low + " to " + high
}

// short is a number that lies at v on the axis, to four digits; those before the point are
// all there. ≈ says that it is not the exact one.
func (d *drawing) short(exact string, v float64) string {
	text := axisNumber(v, math.Pow(10, min(0, math.Floor(math.Log10(max(math.Abs(v), 1e-9)))-3)))
	switch {
	case v != 0 && strings.Trim(text, "−0.") == "":
		return "≈ 0"
	case !d.is(text, exact):
		return "≈ " + text
	case strings.Contains(text, "."):
		return strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// is reports whether a number as the axis has it is the exact one.
func (d *drawing) is(text, exact string) bool {
	short, err := decimal.Parse(strings.NewReplacer(",", "", "−", "-").Replace(text))
	if err != nil {
		return false
	}
	whole, err := decimal.Parse(exact)
	if err != nil {
		return false
	}
	short, err = short.Scale10(d.exponent)
	return err == nil && short.Cmp(whole) == 0
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
