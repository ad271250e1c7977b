package chart

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// SVG makes the drawing: one svg element without XML declaration, to stand in an
// HTML page. The error is a *SpecError for a drawing that cannot be made; the
// caller then lists the figures only.
func SVG(spec Spec) ([]byte, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	d, err := layOut(&spec)
	if err != nil {
		return nil, err
	}
	foot := d.foot()
	spec.Height = max(spec.Height, spec.Height/2+aboveHeight+float64(foot.height()))
	canvas := vgsvg.New(vg.Length(spec.Width), vg.Length(spec.Height))
	d.paint(draw.New(canvas), foot)
	var raw bytes.Buffer
	if _, err := canvas.WriteTo(&raw); err != nil {
		return nil, &SpecError{err.Error()}
	}
	return rewrite(&spec, &raw)
}

// drawing is a spec with its numbers placed on axes.
type drawing struct {
	spec     *Spec
	exponent int
	marks    []placed
	values   plot.ConstantTicks
	times    plot.ConstantTicks
	left     float64
	right    float64
	under    [MaxGroups]bool
	// lines are those that are drawn, on paper: labels keep clear of them.
	lines [][]vg.Point
}

// placed is a mark in the coordinates of the axes. A bound that is not there is
// infinite.
type placed struct {
	x, x0, x1 float64
	low, high float64
}

func layOut(spec *Spec) (*drawing, error) {
	d := &drawing{spec: spec}
	most, marks := 0.0, slices.Concat(spec.Marks, spec.Room)
	for _, m := range marks {
		low, high, ok := ends(m, 0)
		if !ok || !m.Start.Before(m.End) {
			return nil, &SpecError{"a mark without a drawable number or period"}
		}
		most = max(most, finite(low), finite(high))
	}
	d.exponent = axisExponent(most)
	d.under = coinciding(spec.Marks)
	low, high, yearly, whole := 0.0, 0.0, true, true
	for i, m := range marks {
		l, h, _ := ends(m, d.exponent)
		if i < len(spec.Marks) {
			d.marks = append(d.marks, placed{x: middle(m), x0: years(m.Start), x1: years(m.End), low: l, high: h})
		}
		yearly = yearly && wholeYear(m)
		whole = whole && isWhole(l) && isWhole(h)
		low, high = reach(low, high, l, h)
	}
	d.values = valueTicks(low, high, int(spec.Height/52), whole)
	first, last := extent(marks)
	single := !slices.ContainsFunc(marks, func(m Mark) bool { return !m.Start.Equal(first) || !m.End.Equal(last) })
	d.times = timeTicks(first, last, yearly, single, spec.Width-80)
	margin := (years(last) - years(first)) * 0.02
	d.left, d.right = years(first)-margin, years(last)+margin
	d.times = d.fitting(d.times)
	return d, nil
}

// fitting leaves out ticks whose labels would not fit on the drawing. A little
// of a label may stand below the numbers of the value axis.
func (d *drawing) fitting(ticks plot.ConstantTicks) plot.ConstantTicks {
	const belowValues, atRight = 24, 12
	sty := style(roleTickText, textSize)
	width := d.spec.Width - belowValues - atRight
	return slices.DeleteFunc(ticks, func(t plot.Tick) bool {
		at, half := (t.Value-d.left)/(d.right-d.left)*width, float64(sty.Width(t.Label))/2
		return at+belowValues < half || width-at+atRight < half
	})
}

// ends are the numbers of a mark divided by 10^exponent; the same twice for a
// number, infinite where a bound is open.
func ends(m Mark, exponent int) (low, high float64, ok bool) {
	switch m.Kind {
	case Point, Listed:
		low, ok = float(m.Value, exponent)
		return low, low, ok
	case LowerBound:
		low, ok = float(m.Lower, exponent)
		return low, math.Inf(1), ok
	case UpperBound:
		high, ok = float(m.Upper, exponent)
		return math.Inf(-1), high, ok
	default:
		low, ok = float(m.Lower, exponent)
		high, okHigh := float(m.Upper, exponent)
		return low, high, ok && okHigh
	}
}

// isWhole reports whether a number, if there is one, has no fraction.
func isWhole(v float64) bool { return math.IsInf(v, 0) || v == math.Trunc(v) }

// finite is the size of v, 0 for an open end.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return 0
	}
	return math.Abs(v)
}

// reach widens the axis by a mark; an open end is given room to be seen open.
func reach(low, high, l, h float64) (float64, float64) {
	if math.IsInf(h, 1) {
		h = l + math.Abs(l)*0.25
	}
	if math.IsInf(l, -1) {
		l = h - math.Abs(h)*0.25
	}
	return math.Min(low, l), math.Max(high, h)
}

// aboveHeight is the room above the plot, in pixels: the unit stands in it.
const aboveHeight = 24

const (
	textSize   = vg.Length(11)
	sourceSize = vg.Length(10)
	lineGap    = vg.Length(13)
)

// paint draws the unit above, the foot below, and the plot between them.
func (d *drawing) paint(c draw.Canvas, foot foot) {
	unit := style(roleUnit, textSize)
	c.FillText(unit, vg.Point{X: c.Min.X, Y: c.Max.Y - 12}, fit(unit.Width, plain(unitLabel(d.spec.Unit, d.exponent)), vg.Length(d.spec.Width)))
	foot.paint(c)
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Min, p.X.Max = d.left, d.right
	p.Y.Min, p.Y.Max = d.values[0].Value, d.values[len(d.values)-1].Value
	p.X.Tick.Marker, p.Y.Tick.Marker = d.times, d.values
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Padding = 0
		axis.Color = ink(roleAxis, 0)
		axis.Tick.Color = ink(roleTick, 0)
		axis.Tick.Label.Color = ink(roleTickText, 0)
		axis.Tick.Label.Font = sans(textSize)
		axis.Tick.Length = 4
	}
	p.Y.Width, p.Y.Tick.Width = 0, 0
	p.Add(d)
	p.Draw(draw.Crop(c, 0, -12, foot.height(), -aboveHeight))
}

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

func style(r role, size vg.Length) text.Style {
	return text.Style{Color: ink(r, 0), Font: sans(size), Handler: plot.DefaultTextHandler}
}

// spare is how much of a width text may take by the font that is measured: the one that a
// reader has may be wider.
const spare = 0.87

// wrap breaks a line at spaces so that it fits, and within a word that does not fit alone.
func wrap(s text.Style, line string, width vg.Length) []string {
	width *= spare
	var lines []string
	current := ""
	for _, word := range strings.Fields(line) {
		next := strings.TrimSpace(current + " " + word)
		if current != "" && s.Width(next) > width {
			lines = append(lines, current)
			next = word
		}
		for s.Width(next) > width {
			head := headOf(s, next, width)
			lines, next = append(lines, head), next[len(head):]
		}
		current = next
	}
	if current != "" {
		lines = append(lines, current)
	}
	return lines
}

// headOf is as much of a word as fits, one letter at least.
func headOf(s text.Style, word string, width vg.Length) string {
	end := 0
	for at, letter := range word {
		next := at + utf8.RuneLen(letter)
		if end > 0 && s.Width(word[:next]) > width {
			break
		}
		end = next
	}
	return word[:end]
}

// plain replaces what XML cannot hold or what would reorder the line.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
