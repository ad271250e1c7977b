package record

import (
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// standing are the figures that stand in a text: all but those that were
// compared with another one. The metrics service has to take the writer's word
// for which text a version has, and a figure may name a version that was never
// finished and whose name another document has now; here both texts are known.
func standing(figures []*metricsv1.Figure, textSHA256 string) []*metricsv1.Figure {
	return slices.DeleteFunc(figures, func(figure *metricsv1.Figure) bool {
		compared := figure.GetSourceTextSha256()
		return compared != "" && compared != textSHA256
	})
}
