package record

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// disown answers the spans of figures that were compared with another text than
// the version's as UNVERIFIED. The metrics service has to take the writer's word
// for which text a version has; here both are known.
func disown(figures []*metricsv1.Figure, textSHA256 string) {
	for _, figure := range figures {
		if figure.GetSourceTextSha256() == textSHA256 {
			continue
		}
		for _, span := range spansOf(figure) {
			span.AnchorState = typev1.TextSpan_UNVERIFIED
		}
	}
}

// spansOf lists every span of a figure.
func spansOf(figure *metricsv1.Figure) []*typev1.TextSpan {
	spans := append([]*typev1.TextSpan(nil), figure.GetReported().GetSpans()...)
	if span := figure.GetTimePeriod().GetPrinted().GetSpan(); span != nil {
		spans = append(spans, span)
	}
	for _, alternate := range figure.GetAlternates() {
		spans = append(spans, alternate.GetReported().GetSpans()...)
	}
	for _, claim := range figure.GetComparisonClaims() {
		if claim.GetSpan() != nil {
			spans = append(spans, claim.GetSpan())
		}
	}
	return spans
}
