package chart

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// drawable bounds the exponent of what can be drawn, well inside float64.
const drawable = 1e200

// Drawable reports whether an exact decimal can be put on a value axis. What is
// not drawable is to be listed in words.
func Drawable(value string) bool {
	_, ok := float(value, 0)
	return ok
}

// float is value ÷ 10^exponent, for drawing only.
func float(value string, exponent int) (float64, bool) {
	d, err := decimal.Parse(value)
	if err != nil {
		return 0, false
	}
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil || math.Abs(f) > drawable {
		return 0, false
	}
	return f / math.Pow10(exponent), true
}

// scaleWords name the powers of ten that an axis may be divided by.
var scaleWords = map[int]string{3: "thousands", 6: "millions", 9: "billions", 12: "trillions"}

// axisExponent is the power of ten that keeps the numbers on the axis short.
func axisExponent(most float64) int {
	if most < 10_000 && most >= 0.01 || most == 0 {
		return 0
	}
	return int(math.Floor(math.Log10(most)/3)) * 3
}

// unitLabel names what the numbers on the axis count: "billions of US$". What they are
// multiplied by comes first: it must be there where a long unit is cut.
func unitLabel(unit string, exponent int) string {
	word := scaleWords[exponent]
	switch {
	case exponent == 0:
		return unit
	case word == "" && unit == "":
		return "× " + power(exponent)
	case word == "":
		return power(exponent) + " " + unit
	case unit == "":
		return word
	}
	return word + " of " + unit
}

// power writes a power of ten.
func power(exponent int) string {
	return "10^" + strings.Replace(strconv.Itoa(exponent), "-", "−", 1)
}

// niceStep is the least of 1, 2, 2.5, 5 × 10^n that cuts extent into at most
// count parts.
func niceStep(extent float64, count int) float64 {
	raw := extent / float64(max(count, 1))
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// valueTicks covers [low, high] and zero with ticks; the first and the last are
// the ends of the axis. Where all values are whole so are the ticks.
func valueTicks(low, high float64, count int, whole bool) plot.ConstantTicks {
	low, high = math.Min(low, 0), math.Max(high, 0)
	if low == high {
		high = 1
	}
	step := niceStep(high-low, count)
	if whole {
		step = math.Max(step, 1)
		if step == 2.5 {
			step = 5
		}
	}
	first, last := int(math.Floor(low/step+1e-9)), int(math.Ceil(high/step-1e-9))
	var ticks plot.ConstantTicks
	for i := first; i <= last; i++ {
		v := float64(i) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: axisNumber(v, step)})
	}
	return ticks
}

// axisNumber writes a tick with the places that its step needs.
func axisNumber(v, step float64) string {
	places := 0
	for s := step; places < 12 && math.Abs(s-math.Round(s)) > 1e-9*math.Max(1, math.Abs(s)); s *= 10 {
		places++
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', places, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "−" + whole
	}
	return whole
}
