package chart

import (
	"bytes"
	"encoding/xml"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Ruler is a scale on which a claim lies beside what it is compared with: the claim as a
// band between its bounds, or a stroke, each reference as a point or band below it. What
// matters is whether they overlap, so the scale does not begin at zero.
type Ruler struct {
	// ID makes the ids in the SVG unique on the page.
	ID string
	// Title and Description are for readers who do not see the drawing.
	Title, Description string
	// Unit is the unit of all numbers.
	Unit string
	// Claim and References are exact decimals; a reference has a Label.
	Claim      Span
	References []Span
	// Width is that of the drawing, in CSS pixels at full size: at least 240.
	Width float64
}

// Span is a part of the scale. An empty end is open.
type Span struct {
	Low, High string
	// Label names it, Value says it in words.
	Label, Value string
}

// The sizes of a ruler, in the units of its view box.
const (
	rulerEdge    = 12
	rulerTop     = 26
	rulerRow     = 40
	rulerFoot    = 30
	maxRulerRows = 12
)

// placedSpan is a span on paper, from 0 to 1, with what of it is open.
type placedSpan struct {
	low, high         float64
	openLow, openHigh bool
}

// SVG makes the drawing. The error is a *SpecError where there is nothing to be drawn: no
// number at all, one that is too large, or numbers that are too close together.
func (r Ruler) SVG() ([]byte, error) {
	if r.Width < minWidth {
		return nil, &SpecError{"less than 240 pixels wide"}
	}
	spans := append([]Span{r.Claim}, r.References[:min(len(r.References), maxRulerRows)]...)
	low, high, exponent, err := rulerEnds(spans)
	if err != nil {
		return nil, err
	}
	w := &rewriter{spec: &Spec{Width: r.Width}, mark: -1}
	height := float64(rulerTop + rulerRow*len(spans) + rulerFoot)
	w.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "chart ruler", "role", "img",
		"viewBox", "0 0 "+decimalText(r.Width)+" "+decimalText(height), "aria-labelledby", r.ID+"-title "+r.ID+"-desc")
	w.element("title", r.Title, "id", r.ID+"-title")
	w.element("desc", r.Description, "id", r.ID+"-desc")
	axis := newRulerAxis(low, high, r.Width)
	w.element("text", fit(style(roleUnit, textSize).Width, unitLabel(plain(r.Unit), exponent), vg.Length(r.Width)), "class", "c-unit", "x", "0", "y", "11", "font-size", "11")
	foot := height - rulerFoot
	for _, tick := range axis.ticks {
		x := decimalText(axis.at(tick.Value))
		w.element("path", "", "class", "c-grid", "d", "M"+x+","+decimalText(rulerTop)+"V"+decimalText(foot))
		w.element("text", tick.Label, "class", "c-ticktext", "x", x, "y", decimalText(foot+16), "font-size", "11", "text-anchor", "middle")
	}
	for i, span := range spans {
		p, ok := axis.place(span, exponent)
		if !ok {
			continue
		}
		class := "c-beside"
		if i > 0 {
			class = "c-g0"
		}
		w.span(p, span, class, rulerTop+float64(rulerRow*i))
	}
	w.out.WriteString("</svg>")
	return bytes.Clone(w.out.Bytes()), nil
}

// span draws one row: its words over its band or point.
func (w *rewriter) span(p placedSpan, s Span, class string, top float64) {
	y := top + 27
	if p.low == p.high && !p.openLow && !p.openHigh {
		w.element("circle", "", "class", "c-point "+class, "cx", decimalText(p.low), "cy", decimalText(y), "r", "5")
	} else {
		band := "M" + decimalText(p.low) + "," + decimalText(y-6) + "H" + decimalText(p.high) + "V" + decimalText(y+6) + "H" + decimalText(p.low) + "Z"
		w.element("path", "", "class", "c-band "+class, "d", band)
		for _, end := range []struct {
			x    float64
			open bool
		}{{p.low, p.openLow}, {p.high, p.openHigh}} {
			if !end.open {
				w.element("path", "", "class", "c-bound "+class, "d", "M"+decimalText(end.x)+","+decimalText(y-7)+"V"+decimalText(y+7))
			}
		}
	}
	x, anchor := p.low, "start"
	if p.low > w.spec.Width/2 {
		x, anchor = p.high, "end"
	}
	room := w.spec.Width - x
	if anchor == "end" {
		room = x
	}
	w.element("text", fitLine(s, room), "class", "c-label", "x", decimalText(x), "y", decimalText(top+13), "font-size", "11", "text-anchor", anchor)
}

// fitLine is the value of a span and as much of its label as there is room for.
func fitLine(s Span, room float64) string {
	line := strings.TrimSpace(plain(s.Value) + "  " + plain(s.Label))
	return fit(style(roleLabel, textSize).Width, line, vg.Length(room))
}

// element writes an element with text and without children.
func (w *rewriter) element(name, text string, attributes ...string) {
	w.open(name, attributes...)
	_ = xml.EscapeText(&w.out, []byte(text)) // a bytes.Buffer takes every write
	w.out.WriteString("</" + name + ">")
}

// closest is how near to each other numbers are that a scale can tell apart, in proportion, but of
// those below 1 as they are: the labels of its ticks have at most nine places.
const closest = 1e-7

// rulerEnds is the part of the number line that all spans need, and the power of ten that
// its numbers are divided by.
func rulerEnds(spans []Span) (low, high float64, exponent int, err error) {
	most := 0.0
	for _, s := range spans {
		for _, end := range []string{s.Low, s.High} {
			f, ok := float(end, 0)
			if end != "" && !ok {
				return 0, 0, 0, &SpecError{"a number is too large to draw"}
			}
			most = max(most, math.Abs(f))
		}
	}
	exponent = axisExponent(most)
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range spans {
		for _, end := range []string{s.Low, s.High} {
			if end != "" {
				f, _ := float(end, exponent)
				low, high = math.Min(low, f), math.Max(high, f)
			}
		}
	}
	switch {
	case math.IsInf(low, 0):
		return 0, 0, 0, &SpecError{"nothing to draw"}
	case low == 0 && high == 0:
		return -1, 1, exponent, nil
	case low == high:
		margin := math.Abs(low) * 0.1
		return low - margin, high + margin, exponent, nil
	case high-low < closest*math.Max(1, math.Max(math.Abs(low), math.Abs(high))):
		return 0, 0, 0, &SpecError{"its numbers are too close together to draw"}
	}
	margin := (high - low) * 0.12
	return low - margin, high + margin, exponent, nil
}
