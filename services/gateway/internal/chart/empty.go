package chart

import (
	"strconv"

	"gonum.org/v1/plot/vg"
)

// Empty is a drawing of nothing, which says so and has the notes.
func Empty(spec Spec) ([]byte, error) {
	if spec.Width < minWidth || spec.Height < minHeight {
		return nil, &SpecError{"less than 240 by 160 pixels"}
	}
	w := &rewriter{spec: &spec, mark: -1}
	w.root()
	sty := style(roleSource, sourceSize)
	y := 24.0
	for _, said := range append([]string{nothing}, spec.Notes...) {
		for _, line := range wrap(sty, plain(said), vg.Length(spec.Width-24)) {
			w.open("text", "class", classes[roleKeyText], "x", "12", "y", strconv.FormatFloat(y, 'f', 0, 64), "font-size", "12")
			w.text(line)
			w.out.WriteString("</text>")
			y += 18
		}
	}
	w.out.WriteString("</svg>")
	return w.out.Bytes(), nil
}
