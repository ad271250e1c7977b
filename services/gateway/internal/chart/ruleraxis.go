package chart

import (
	"math"

	"gonum.org/v1/plot"
)

// rulerAxis is the scale of a ruler.
type rulerAxis struct {
	low, high, width float64
	ticks            plot.ConstantTicks
}

// newRulerAxis has a tick for about every hundred pixels, and at least two: one alone is no scale.
func newRulerAxis(low, high, width float64) rulerAxis {
	a := rulerAxis{low: low, high: high, width: width}
	for parts := int(width / 110); len(a.ticks) < 2; parts++ {
		a.ticks = nil
		step := niceStep(high-low, parts)
		for i := math.Ceil(low / step); i*step <= high; i++ {
			a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: axisNumber(i*step, step)})
		}
	}
	return a
}

// at is where a number lies on paper.
func (a rulerAxis) at(v float64) float64 {
	return rulerEdge + (v-a.low)/(a.high-a.low)*(a.width-2*rulerEdge)
}

// place puts a span on paper; an open end reaches to the edge. ok is false of one that is
// open at both ends, which says nothing.
func (a rulerAxis) place(s Span, exponent int) (p placedSpan, ok bool) {
	p = placedSpan{low: 0, high: a.width, openLow: s.Low == "", openHigh: s.High == ""}
	if !p.openLow {
		f, _ := float(s.Low, exponent)
		p.low = a.at(f)
	}
	if !p.openHigh {
		f, _ := float(s.High, exponent)
		p.high = a.at(f)
	}
	return p, !p.openLow || !p.openHigh
}
