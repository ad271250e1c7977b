package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func ruler(claim chart.Span, references ...chart.Span) chart.Ruler {
	return chart.Ruler{ID: "r1", Title: "A claim", Description: "Beside a reference.", Unit: "US$", Claim: claim, References: references, Width: 640}
}

func TestARulerHasTheClaimAndItsReferences(t *testing.T) {
	svg := must.Get(ruler(chart.Span{Low: "855e9", High: "865e9", Label: "Claimed:", Value: "860"}, chart.Span{Low: "779e9", High: "779e9", Label: "An <office>:", Value: "779"}).SVG())(t)
	elements, text := parse(t, svg)
	count := map[string]int{}
	for _, e := range elements {
		count[e.class]++
	}
	must.Equal(t, count["c-band c-beside"], 1)
	must.Equal(t, count["c-bound c-beside"], 2)
	must.Equal(t, count["c-point c-g0"], 1)
	for _, words := range []string{"billions of US$", "860  Claimed:", "779  An <office>:", "A claim", "Beside a reference."} {
		must.Contains(t, text, words)
	}
	must.Contains(t, string(svg), `aria-labelledby="r1-title r1-desc"`)
}

// TestAnOpenEndReachesTheEdge and has no stroke.
func TestAnOpenEndReachesTheEdge(t *testing.T) {
	svg := string(must.Get(ruler(chart.Span{Low: "3000"}, chart.Span{High: "3145"}).SVG())(t))
	must.Equal(t, strings.Count(svg, "c-bound"), 2)
	must.Contains(t, svg, "H640V")
}

func TestARulerOfNothingIsNone(t *testing.T) {
	for _, r := range []chart.Ruler{{Claim: chart.Span{Low: "1"}}, ruler(chart.Span{}), ruler(chart.Span{Low: "x"}), ruler(chart.Span{Low: "1e300"}), ruler(chart.Span{Low: "1"}, chart.Span{High: "1e999999"})} {
		_, err := r.SVG()
		var problem *chart.SpecError
		must.True(t, errors.As(err, &problem), "%v", err)
	}
}

// TestNumbersThatAScaleCannotTellApartHaveNoRuler: the ticks between them would have no end.
func TestNumbersThatAScaleCannotTellApartHaveNoRuler(t *testing.T) {
	for claim, reference := range map[string]string{
		"860000000000.0001": "860000000000.0003", "-1.00000000000000001": "-1.0000000000000002", "0.01": "0.010000000001",
		"860000000000": "860000000001",
	} {
		_, err := ruler(chart.Span{Low: claim, High: claim}, chart.Span{Low: reference, High: reference}).SVG()
		must.Err(t, err)
		must.Contains(t, err.Error(), "too close together")
	}
}

// TestARulerHasTwoTicksAtLeast: one alone is no scale, however narrow the drawing.
func TestARulerHasTwoTicksAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e6, 1e6).Draw(t, "low")
		high := low + rapid.Float64Range(0.5, 1e6).Draw(t, "more")
		r := ruler(chart.Span{Low: strconv.FormatFloat(low, 'f', -1, 64), High: strconv.FormatFloat(high, 'f', -1, 64)})
		r.Width = rapid.Float64Range(240, 760).Draw(t, "width")
		labels := tickLabels(t, must.Get(r.SVG())(t))
		must.True(t, len(labels) >= 2, "%v", labels)
	})
}

// TestTheTicksOfARulerAreToldApart wherever there is a ruler.
func TestTheTicksOfARulerAreToldApart(t *testing.T) {
	drawn := 0
	for _, low := range []string{"0", "1", "-1", "0.01", "0.02", "9999", "860e9", "-3e-7", "123.456"} {
		f := must.Get(strconv.ParseFloat(low, 64))(t)
		for _, apart := range []float64{0, 1e-12, 1e-10, 1e-9, 1e-8, 1.1e-7, 1e-6, 1e-3, 1, 1e3} {
			high := strconv.FormatFloat(f+apart*max(1, math.Abs(f)), 'f', -1, 64)
			for _, width := range []float64{240, 320, 640, 1200} {
				r := ruler(chart.Span{Low: low, High: low}, chart.Span{Low: high, High: high})
				r.Width = width
				svg, err := r.SVG()
				if err != nil {
					must.Contains(t, err.Error(), "too close together")
					continue
				}
				drawn++
				labels := tickLabels(t, svg)
				slices.Sort(labels)
				must.Equal(t, len(slices.Compact(slices.Clone(labels))), len(labels))
			}
		}
	}
	must.True(t, drawn > 200, "%d", drawn)
}

// tickLabels are the texts below the scale.
func tickLabels(t must.TB, svg []byte) (labels []string) {
	for _, part := range strings.Split(string(svg), `class="c-ticktext"`)[1:] {
		_, rest, _ := strings.Cut(part, ">")
		label, _, ok := strings.Cut(rest, "</text>")
		must.True(t, ok, "%s", svg)
		labels = append(labels, label)
	}
	return labels
}

// TestEveryRulerIsWellFormedAndInItsBox whatever the numbers.
func TestEveryRulerIsWellFormedAndInItsBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Custom(func(t *rapid.T) string {
			return strconv.FormatFloat(rapid.Float64Range(-1e15, 1e15).Draw(t, "number"), 'g', -1, 64)
		})
		span := rapid.Custom(func(t *rapid.T) chart.Span {
			low := number.Draw(t, "low")
			return chart.Span{Low: low, High: low, Label: rapid.String().Draw(t, "label"), Value: rapid.String().Draw(t, "value")}
		})
		svg, err := ruler(span.Draw(t, "claim"), rapid.SliceOfN(span, 0, 20).Draw(t, "references")...).SVG()
		must.OK(t, err)
		dec := xml.NewDecoder(strings.NewReader(string(svg)))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			must.OK(t, err)
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range start.Attr {
				if a.Name.Local == "cx" {
					x := must.Get(strconv.ParseFloat(a.Value, 64))(t)
					must.True(t, x >= 0 && x <= 640, "%v lies outside", x)
				}
			}
		}
	})
}
